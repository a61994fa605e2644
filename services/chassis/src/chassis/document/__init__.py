"""Documents that people read: what one is made of, and its page. What it says is a service's.

A document is said once, in `blocks`, and drawn from there.
"""
