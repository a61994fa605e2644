"""What an event and its registrations are, and what may happen to them."""
