"""What an initiative is to have reached by a day, and what shows that it was."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from contracts.event import Event
from contracts.planning import MilestoneDueSoon, MilestoneMet, MilestoneOverdue, MilestoneSet
from contracts.problems import Conflict, Invalid
from contracts.values import Provenance
from planning.domain.binding import check_match, heard, of_single_case
from planning.domain.period import danish_day, midnight

State = Literal["open", "due_soon", "overdue", "met", "dropped"]
WAITING: tuple[State, ...] = ("open", "due_soon", "overdue")


class MilestoneSettled(Conflict):
    """The milestone is met or dropped, and stays so."""

    title_da = "Milepælen er afsluttet"


class MilestoneEvidenceLacking(Invalid):
    """A milestone is met by events that planning has heard, or by a public page."""

    title_da = "Dokumentationen mangler"


class EvidenceUnfit(Invalid):
    """Planning has not heard this event, or it is not one that may show anything."""

    title_da = "Hændelsen kan ikke bruges som dokumentation"


class MatchWithoutEvent(Invalid):
    """A match says nothing without the event type that it is about."""

    title_da = "Betingelsen mangler sin hændelsestype"


class NotFromSingleCases(Invalid):
    """What comes from a single case shows nothing about a plan."""

    title_da = "Enkeltsager kan ikke dokumentere en milepæl"


class MetInTheFuture(Invalid):
    """What is yet to come is not reached."""

    title_da = "Datoen ligger i fremtiden"


@dataclass(frozen=True)
class Milestone:
    """What is to be reached by the end of a day in Denmark.

    With an `event_type` it is met by the first such event that matches and happened on `counts_from` or later.
    """

    id: UUID
    plan_id: UUID
    initiative_id: UUID
    title_da: str
    due_on: date
    counts_from: date
    provenance: Provenance
    set_at: datetime
    due_soon_on: date
    title_en: str | None = None
    event_type: str | None = None
    match: Mapping[str, Any] = field(default_factory=dict[str, Any])
    state: State = "open"
    met_on: date | None = None
    source_url: str | None = None
    drop_reason: str | None = None
    revision: int = 1

    @property
    def due_at(self) -> datetime:
        """The first moment after its last day, UTC."""
        return midnight(self.due_on + timedelta(days=1))

    @property
    def next_at(self) -> datetime | None:
        """When something happens to it by itself, UTC; never before it was set."""
        if self.state == "open" and self.set_at < self.due_at:
            return max(midnight(self.due_soon_on), self.set_at)
        return self.due_at if self.state in ("open", "due_soon") else None

    @property
    def counts_since(self) -> datetime:
        """The first moment from which an event may meet it, UTC."""
        return midnight(self.counts_from)


def set_milestone(milestone: Milestone) -> Event:
    """What a new milestone tells the others.

    Raises: EventTypeUnknown, FieldUnknown, MatchWithoutEvent, NotFromSingleCases.
    """
    if milestone.event_type is None:
        if milestone.match:
            raise MatchWithoutEvent("Say which events the match is about.", pointer="/event_type")
    else:
        event = heard(milestone.event_type, pointer="/event_type")
        if of_single_case(event):
            raise NotFromSingleCases("Events of this type come from single cases.", pointer="/event_type")
        check_match(event, milestone.match, pointer="/match")
    return MilestoneSet(**_envelope(milestone, milestone.set_at))


def meet(
    milestone: Milestone, *, met_on: date, source_url: str | None, event_count: int, at: datetime
) -> tuple[Milestone, Event]:
    """The milestone was reached on that day, as its evidence shows.

    Raises: MilestoneSettled, MilestoneEvidenceLacking, MetInTheFuture.
    """
    _check_unsettled(milestone)
    if source_url is None and not event_count:
        raise MilestoneEvidenceLacking("Name events that planning has heard, or a public page.", pointer="/source_url")
    if met_on > danish_day(at):
        raise MetInTheFuture("The day has not come yet.", pointer="/met_on")
    milestone = replace(milestone, state="met", met_on=met_on, source_url=source_url, revision=milestone.revision + 1)
    return milestone, MilestoneMet(**_envelope(milestone, at), met_on=met_on)


def meet_by_event(milestone: Milestone, *, happened_at: datetime) -> tuple[Milestone, Event]:
    """The milestone was reached when the event happened, however late it was heard.

    Raises: MilestoneSettled.
    """
    day = danish_day(happened_at)
    at = max(happened_at, milestone.set_at)
    return meet(milestone, met_on=day, source_url=None, event_count=1, at=at)


def pass_time(milestone: Milestone, *, at: datetime) -> tuple[Milestone, Event] | None:
    """The next thing that time brings to the milestone has happened, if it has come by this moment.

    Its day is near, and then its last day has passed without its being met.
    """
    if milestone.next_at is None or at < milestone.next_at:
        return None
    soon = milestone.next_at < milestone.due_at
    milestone = replace(milestone, state="due_soon" if soon else "overdue", revision=milestone.revision + 1)
    event = MilestoneDueSoon if soon else MilestoneOverdue
    return milestone, event(**_envelope(milestone, max(at, milestone.set_at)))


def drop(milestone: Milestone, *, reason: str) -> Milestone:
    """The milestone need not be reached any more. Nobody else acts on that, so no event tells it.

    Raises: MilestoneSettled.
    """
    _check_unsettled(milestone)
    return replace(milestone, state="dropped", drop_reason=reason)


def is_met_by(milestone: Milestone, event: Event, data: Mapping[str, Any]) -> bool:
    """Whether this event shows that the milestone is reached. Shape of `data`: the event's fields as they are told."""
    return (
        milestone.state in WAITING
        and event.type == milestone.event_type
        and event.provenance == milestone.provenance
        and event.at >= milestone.counts_since
        and all(name in data and _same(data[name], value) for name, value in milestone.match.items())
    )


def _same(told: Any, wanted: Any) -> bool:
    return type(told) is type(wanted) and told == wanted  # as JSON has it: `true` is not 1


def _check_unsettled(milestone: Milestone) -> None:
    if milestone.state in ("met", "dropped"):
        raise MilestoneSettled(f"The milestone is {milestone.state}.")


def _envelope(milestone: Milestone, at: datetime) -> dict[str, Any]:
    return {
        "subject": milestone.id,
        "revision": milestone.revision,
        "at": at,
        "provenance": milestone.provenance,
        "initiative_id": milestone.initiative_id,
        "due_on": milestone.due_on,
    }
