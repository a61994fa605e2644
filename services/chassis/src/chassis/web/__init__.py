"""The HTTP edge of a service: who asks, in which transaction, and how it is answered."""
