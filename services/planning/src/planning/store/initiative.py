"""Initiatives."""

from contracts.problems import Missing


class InitiativeMissing(Missing):
    """The plan has no such initiative."""

    title_da = "Indsatsen findes ikke"
