"""How well something is shown: by events that can be opened, by a document, by nobody's word but the plan's, or not.

Source: the grades of OGP's scale of completion, where "no evidence available" is a grade of its own.
"""

from collections.abc import Iterable
from typing import Literal

Proof = Literal["event_proved", "document_proved", "claimed", "none"]


def of_figure(*, counted: bool, source_url: str | None) -> Proof:
    """A counted figure opens to its events; a typed one is worth what its source is."""
    return "event_proved" if counted else _said(source_url)


def of_milestone(state: str, *, event_count: int, source_url: str | None) -> Proof:
    """Only what is met is shown at all, and by events before a page."""
    if state != "met":
        return "none"
    return "event_proved" if event_count else _said(source_url)


def of_state(state: str, *, source_url: str | None, milestones: Iterable[Proof]) -> Proof:
    """An initiative is where somebody says that it is; one completed without a source is shown by its met milestones.

    Then the weakest of them is its proof, since all of them were needed.
    """
    if source_url is not None or not state.startswith("completed"):
        return _said(source_url)
    shown = set(milestones)
    weakest_first: tuple[Proof, ...] = ("claimed", "document_proved", "event_proved")
    for each in weakest_first:
        if each in shown:
            return each
    return "claimed"


def _said(source_url: str | None) -> Proof:
    return "claimed" if source_url is None else "document_proved"
