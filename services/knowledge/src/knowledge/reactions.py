"""What makes the knowledge service act."""
