"""What the cooperation service remembers of others."""
