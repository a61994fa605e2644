"""What publications and legal references are, and what may happen to them."""
