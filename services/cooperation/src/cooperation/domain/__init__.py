"""What the things of cooperation are and what may happen to them: one module each."""
