"""What the embedded platform says when it cannot do what was asked."""


class CannotStart(Exception):  # noqa: N818 - the name is the sentence's beginning
    """One clear sentence for the person at the keyboard; never shown with a traceback."""
