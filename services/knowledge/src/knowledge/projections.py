"""What the knowledge service remembers of others."""
