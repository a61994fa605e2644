"""What makes the training service act."""
