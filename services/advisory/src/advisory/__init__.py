"""Advice to professionals, and the register of the municipalities' preparedness plans."""
