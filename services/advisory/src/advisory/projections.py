"""What the advisory service remembers of others: nothing yet."""
