"""The rules of the knowledge service."""
