"""What the embedded platform says when it cannot do what was asked."""


class Refused(Exception):
    """One clear sentence for the person at the keyboard; never shown with a traceback."""
