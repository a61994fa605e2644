"""What the training service remembers of others."""
