"""Editions of a plan: drafted, heard, approved, and never changed once they are published.

A correction is a new version beside the one it corrects. What sources state of old plans is entered as it is, with
"not stated" where they are silent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from contracts.event import Event
from contracts.planning import ActionPlanClosed, ActionPlanCorrected, ActionPlanPublished
from contracts.problems import Conflict, Invalid
from contracts.values import PartialDate, Provenance
from planning.domain.period import DENMARK

State = Literal[
    "drafting",
    "ministry_consultation",
    "management_approval",
    "minister_approval",
    "published",
    "in_force",
    "follow_up_drafted",
    "closed",
    "corrected",
]
Position = Literal["agrees", "has_comments", "disagrees"]
Step = Literal[
    "drafted",
    "sent_to_consultation",
    "consultation_ended",
    "approved_by_management",
    "approved_by_minister",
    "returned",
    "published",
    "entered_into_force",
    "follow_up_drafted",
    "closed",
    "corrected",
    "entered_from_source",
]
Lacking = Literal["follow_up", "planned_initiatives", "priorities", "children_youth"]

UNPUBLISHED: tuple[State, ...] = ("drafting", "ministry_consultation", "management_approval", "minister_approval")
STANDING: tuple[State, ...] = ("published", "in_force", "follow_up_drafted")


class EditionElsewhere(Conflict):
    """This is done with an edition in another state."""

    title_da = "Udgaven er et andet sted i forløbet"


class PlanNotPast(Conflict):
    """Only a plan whose year has passed is entered as its source states it."""

    title_da = "Planens år er ikke gået"


class ConsultationOpen(Conflict):
    """Somebody who was asked may still answer."""

    title_da = "Høringen er ikke slut"


class AuthorityNotAsked(Invalid):
    """Only who was asked can answer."""

    title_da = "Myndigheden er ikke hørt"


class AuthorityAskedTwice(Invalid):
    """Each authority is asked once."""

    title_da = "Myndigheden er nævnt to gange"


class AnswersBeforeAsked(Invalid):
    """Whoever is asked needs a day to answer."""

    title_da = "Høringsfristen er passeret"


class MinisterNotAsked(Conflict):
    """An edition is published when the minister has approved it."""

    title_da = "Ministeren har ikke godkendt udgaven"


class PlanIncomplete(Conflict):
    """A plan follows up, plans, sets priorities and has a section on children and youth before it is published."""

    title_da = "Planen er ikke fuldstændig"


class PlanNotBegun(Conflict):
    """A plan is in force from the first day of its year."""

    title_da = "Planens år er ikke begyndt"


class NothingToCorrect(Conflict):
    """Only what is published and not yet corrected is corrected."""

    title_da = "Udgaven kan ikke rettes"


class PublishedInFuture(Invalid):
    """What a source tells has happened."""

    title_da = "Datoen ligger i fremtiden"


@dataclass(frozen=True)
class Hearing:
    """An authority that was asked, and what it said. The text is in the published document; no event has it."""

    authority: str
    asked_at: datetime
    answered_at: datetime | None = None
    position: Position | None = None
    text_da: str | None = None


@dataclass(frozen=True)
class Deed:
    """Something that happened to the edition."""

    step: Step
    at: datetime
    text_da: str | None = None


@dataclass(frozen=True)
class Edition:
    """One version of a plan. `corrects` is the version whose place it takes; what nobody states is None."""

    id: UUID
    plan_id: UUID
    year: int
    provenance: Provenance
    version: int
    state: State = "drafting"
    corrects: int | None = None
    correction_da: str | None = None
    foreword_da: str | None = None
    children_youth_da: str | None = None
    follow_ups: Mapping[UUID, str] = field(default_factory=dict[UUID, str])
    answers_by: date | None = None
    hearings: tuple[Hearing, ...] = ()
    minister_approved: bool = False
    published_on: PartialDate | None = None
    source_url: str | None = None
    snapshot_hash: str | None = None
    deeds: tuple[Deed, ...] = ()
    revision: int = 1


def draft(
    id: UUID,
    *,
    plan_id: UUID,
    year: int,
    provenance: Provenance,
    earlier: Sequence[Edition],
    correction_da: str | None,
    at: datetime,
) -> Edition:
    """A new version is being written; with a reason it corrects the one that stands, and begins with its texts.

    Raises: EditionElsewhere when another version is being written, NothingToCorrect.
    """
    if any(each.state in UNPUBLISHED for each in earlier):
        raise EditionElsewhere("Another version of this plan is being written.")
    edition = Edition(id, plan_id, year, provenance, version=1 + max((each.version for each in earlier), default=0))
    if earlier:
        last = max(earlier, key=lambda each: each.version)
        if correction_da is None or last.state not in STANDING:
            raise NothingToCorrect("A plan that was published is changed by a correction, for a reason.")
        edition = replace(
            edition,
            corrects=last.version,
            correction_da=correction_da,
            foreword_da=last.foreword_da,
            children_youth_da=last.children_youth_da,
            follow_ups=last.follow_ups,
        )
    elif correction_da is not None:
        raise NothingToCorrect("This plan has not been published.")
    return replace(edition, deeds=(Deed("drafted", at, correction_da),))


def enter(
    id: UUID,
    *,
    plan_id: UUID,
    year: int,
    provenance: Provenance,
    earlier: Sequence[Edition],
    said: Mapping[str, Any],
    at: datetime,
) -> Edition:
    """An edition that was published before this register stands as its source states it, and is closed.

    Raises: EditionElsewhere when the plan has an edition, PlanNotPast, PublishedInFuture.
    """
    if earlier:
        raise EditionElsewhere("This plan has an edition.")
    if year >= at.astimezone(DENMARK).year:
        raise PlanNotPast("A plan of this year or a later one is heard, approved and published here.")
    edition = Edition(id, plan_id, year, provenance, version=1, state="closed", **said)
    if edition.published_on is not None and edition.published_on.earliest() > at.astimezone(DENMARK).date():
        raise PublishedInFuture("The day has not come yet.", pointer="/published_on")
    return replace(edition, deeds=(Deed("entered_from_source", at),))


def write(edition: Edition, **texts: Any) -> Edition:
    """The draft says this.

    Raises: EditionElsewhere.
    """
    _check(edition, "drafting")
    return replace(edition, **texts, revision=edition.revision + 1)


def consult(edition: Edition, authorities: Sequence[str], *, answers_by: date, at: datetime) -> Edition:
    """The authorities are asked, all anew, and have until the end of that day.

    Raises: EditionElsewhere, AuthorityAskedTwice, AnswersBeforeAsked.
    """
    _check(edition, "drafting")
    for place, each in enumerate(authorities):
        if each in authorities[:place]:
            raise AuthorityAskedTwice("Each authority is asked once.", pointer=f"/authorities/{place}")
    if answers_by < at.astimezone(DENMARK).date():
        raise AnswersBeforeAsked("Whoever is asked needs a day to answer.", pointer="/answers_by")
    asked = tuple(Hearing(each, at) for each in authorities)
    return _into(edition, "ministry_consultation", "sent_to_consultation", at=at, hearings=asked, answers_by=answers_by)


def hear(edition: Edition, authority: str, position: Position, text_da: str | None, *, at: datetime) -> Edition:
    """The authority has answered; its last answer counts.

    Raises: EditionElsewhere, AuthorityNotAsked.
    """
    _check(edition, "ministry_consultation")
    if all(each.authority != authority for each in edition.hearings):
        raise AuthorityNotAsked("This authority was not asked.", pointer="/authority")
    heard = tuple(
        replace(each, answered_at=at, position=position, text_da=text_da) if each.authority == authority else each
        for each in edition.hearings
    )
    return replace(edition, hearings=heard, revision=edition.revision + 1)


def end_consultation(edition: Edition, *, at: datetime) -> Edition:
    """Everybody has answered, or had the time to, and the management has it.

    Raises: EditionElsewhere, ConsultationOpen.
    """
    _check(edition, "ministry_consultation")
    assert edition.answers_by is not None, "a consultation ends some day"
    silent = [each.authority for each in edition.hearings if each.answered_at is None]
    if silent and at.astimezone(DENMARK).date() <= edition.answers_by:
        raise ConsultationOpen(f"{len(silent)} may still answer until the end of {edition.answers_by}.")
    return _into(edition, "management_approval", "consultation_ended", at=at)


def approve(edition: Edition, *, at: datetime) -> Edition:
    """The management has approved it, so the minister has it; or the minister has, so it can be published.

    Raises: EditionElsewhere.
    """
    if edition.state == "management_approval":
        return _into(edition, "minister_approval", "approved_by_management", at=at)
    _check(edition, "minister_approval")
    if edition.minister_approved:
        raise EditionElsewhere("The minister has approved this edition.")
    return _into(edition, "minister_approval", "approved_by_minister", at=at, minister_approved=True)


def send_back(edition: Edition, reason_da: str, *, at: datetime) -> Edition:
    """It is a draft again, and what was approved counts no more.

    Raises: EditionElsewhere.
    """
    _check(edition, *UNPUBLISHED[1:])
    return _into(edition, "drafting", "returned", at=at, text_da=reason_da, minister_approved=False)


def lacks(
    edition: Edition, *, to_follow_up: Sequence[UUID], planned: int, priorities: int
) -> list[tuple[Lacking, UUID | None]]:
    """What the plan needs before it can be published, in the order of the rule.

    Shape of `to_follow_up`: every initiative that was launched or completed since the last plan.
    """
    found: list[tuple[Lacking, UUID | None]] = [
        ("follow_up", each) for each in to_follow_up if not edition.follow_ups.get(each)
    ]
    if not planned:
        found.append(("planned_initiatives", None))
    if not priorities:
        found.append(("priorities", None))
    if not edition.children_youth_da:
        found.append(("children_youth", None))
    return found


def check_publishable(edition: Edition, lacking: Sequence[tuple[Lacking, UUID | None]]) -> None:
    """Nothing is in the way of publishing it.

    Raises: EditionElsewhere, MinisterNotAsked, PlanIncomplete.
    """
    _check(edition, "minister_approval")
    if not edition.minister_approved:
        raise MinisterNotAsked("The minister has not approved this edition.")
    if lacking:
        said = dict.fromkeys(kind for kind, _ in lacking)
        raise PlanIncomplete("This is lacking: " + ", ".join(each.replace("_", " ") for each in said) + ".")


def publish(edition: Edition, *, at: datetime) -> Edition:
    """The edition is published on that day; `seal` makes it unchangeable and tells it."""
    day = PartialDate.of(at.astimezone(DENMARK).date())
    return _into(edition, "published", "published", at=at, published_on=day)


def seal(edition: Edition, *, snapshot_hash: str, plan_revision: int, at: datetime) -> tuple[Edition, Event]:
    """The edition stands as its document has it, for ever, and is told to everybody."""
    edition = replace(edition, snapshot_hash=snapshot_hash)
    told: dict[str, Any] = _envelope(edition, plan_revision, at) | {"version": edition.version, "digest": snapshot_hash}
    if edition.corrects is None:
        return edition, ActionPlanPublished(**told)
    return edition, ActionPlanCorrected(**told, corrects=edition.corrects)


def take_place(corrected: Edition, *, at: datetime) -> Edition:
    """Another version has taken the place of this one, which still can be read."""
    return _into(corrected, "corrected", "corrected", at=at)


def enter_into_force(edition: Edition, *, at: datetime) -> Edition:
    """The plan holds.

    Raises: EditionElsewhere, PlanNotBegun.
    """
    _check(edition, "published")
    if at.astimezone(DENMARK).year < edition.year:
        raise PlanNotBegun(f"The plan is in force from 1 January {edition.year}.")
    return _into(edition, "in_force", "entered_into_force", at=at)


def draft_follow_up(edition: Edition, text_da: str, *, at: datetime) -> Edition:
    """What became of the plan is drafted.

    Raises: EditionElsewhere.
    """
    _check(edition, "in_force")
    return _into(edition, "follow_up_drafted", "follow_up_drafted", at=at, text_da=text_da)


def close_edition(edition: Edition, *, plan_revision: int, at: datetime) -> tuple[Edition, Event]:
    """The plan is history.

    Raises: EditionElsewhere.
    """
    _check(edition, "follow_up_drafted")
    edition = _into(edition, "closed", "closed", at=at)
    return edition, ActionPlanClosed(**_envelope(edition, plan_revision, at), version=edition.version)


def _check(edition: Edition, *states: State) -> None:
    if edition.state not in states:
        raise EditionElsewhere(f"This edition is {edition.state.replace('_', ' ')}.")


def _into(
    edition: Edition, state: State, step: Step, *, at: datetime, text_da: str | None = None, **more: Any
) -> Edition:
    deeds = (*edition.deeds, Deed(step, at, text_da))
    return replace(edition, state=state, deeds=deeds, revision=edition.revision + 1, **more)


def _envelope(edition: Edition, plan_revision: int, at: datetime) -> dict[str, Any]:
    return {
        "subject": edition.plan_id,
        "revision": plan_revision,
        "at": at,
        "provenance": edition.provenance,
        "year": edition.year,
    }
