"""What advice, processes, outreach and the register of plans are, and what may happen to them."""
