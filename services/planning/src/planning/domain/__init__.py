"""What the parts of the action plan are, and what may happen to them."""
