"""The rules of the training service."""
