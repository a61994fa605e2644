"""What the demonstration plays, each with synthetic municipalities only: `play` is False when it was played before."""
