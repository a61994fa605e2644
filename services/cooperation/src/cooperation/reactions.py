"""What makes the cooperation service act."""
