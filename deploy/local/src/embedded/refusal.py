"""What the embedded platform says when it cannot do what was asked."""


class Refused(Exception):  # noqa: N818 - it is the reader who reads it, not only the program
    """One clear sentence for the person at the keyboard; never shown with a traceback."""
