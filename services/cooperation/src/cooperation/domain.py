"""The rules of the cooperation service."""
