"""The register of preparedness plans: what the law asks of a municipality's plan, and what time does to it.

Source: barnets lov § 15(3): a written plan, adopted by the municipal council, published, revised at least every fourth
year. RULES.md gives each rule its id.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from advisory.domain.days import danish_day, first_moment, months_earlier, next_day, years_later
from contracts.advisory import (
    PreparednessPlanAbsenceReported,
    PreparednessPlanAdopted,
    PreparednessPlanOverdue,
    PreparednessPlanPublished,
    PreparednessPlanRecorded,
    PreparednessPlanReminded,
    PreparednessPlanRevisionDue,
    PreparednessPlanVerified,
)
from contracts.event import Event
from contracts.problems import Conflict, Forbidden, Invalid
from contracts.values import PartialDate, Provenance

VALID_YEARS = 4  # barnets lov § 15(3)

State = Literal["recorded", "adopted", "published", "revision_due", "overdue", "superseded", "withdrawn"]
Covered = Literal["children_youth", "adults", "extremism"]
Source = Literal["self_reported", "maerk_verified"]
IN_FORCE: frozenset[State] = frozenset({"published", "revision_due", "overdue"})


class PlanAlreadyRecorded(Conflict):
    """The municipality has its place in the register already."""

    title_da = "Kommunens plan er allerede registreret"


class PlanAlreadyUnderRevision(Conflict):
    """A newer version is on its way already."""

    title_da = "En ny udgave er allerede under udarbejdelse"


class PlanNotRecorded(Conflict):
    """There is no version that waits for adoption."""

    title_da = "Ingen udgave afventer vedtagelse"


class PlanNotAdopted(Conflict):
    """There is no adopted version that waits for publication."""

    title_da = "Ingen vedtaget udgave afventer offentliggørelse"


class PlanNotPublished(Conflict):
    """There is no published version that could be verified."""

    title_da = "Ingen offentliggjort udgave kan verificeres"


class AdoptionInFuture(Invalid):
    """A plan cannot have been adopted on a day that has not come."""

    title_da = "Vedtagelsen ligger i fremtiden"


class AdoptionBeforePrevious(Invalid):
    """A version cannot have been adopted before the version that it replaces."""

    title_da = "Vedtagelsen ligger før den forrige udgave"


class PublicationInFuture(Invalid):
    """A plan cannot have been published on a day that has not come."""

    title_da = "Offentliggørelsen ligger i fremtiden"


class PublicationBeforeAdoption(Invalid):
    """What nobody has adopted cannot have been published as adopted."""

    title_da = "Offentliggørelsen ligger før vedtagelsen"


class PlanKnown(Conflict):
    """A municipality whose plan is in the register is not without one."""

    title_da = "Kommunens plan er i registret"


class NoReminderDue(Conflict):
    """Nobody is reminded of a plan that need not be revised yet."""

    title_da = "Planen skal ikke revideres endnu"


class OutsideYourMunicipality(Forbidden):
    """A municipality's key person reports for that municipality alone."""

    title_da = "Uden for din kommune"


@dataclass(frozen=True)
class PlanVersion:
    """One version of a municipality's plan. `reminder_months` are the term of the day on which it was published."""

    version: int
    state: State
    covers: tuple[Covered, ...]
    source_url: str | None = None
    adopted_on: PartialDate | None = None
    published_url: str | None = None
    published_on: PartialDate | None = None
    registered_on: date | None = None
    verified_on: date | None = None
    reminded_on: date | None = None
    reminder_months: int = 6

    @property
    def source(self) -> Source:
        """Whether MÆRK itself has found the version as the register says."""
        return "maerk_verified" if self.verified_on else "self_reported"

    @property
    def last_valid_day(self) -> date | None:
        """The last day on which the plan can be no more than four years old; None before adoption.

        Where the source states only a month, the plan is not called overdue before it certainly is.
        """
        return None if self.adopted_on is None else years_later(self.adopted_on.latest(), VALID_YEARS)

    @property
    def reminder_day(self) -> date | None:
        """Those months before the first day on which the plan can have become four years old."""
        if self.adopted_on is None:
            return None
        return months_earlier(years_later(self.adopted_on.earliest(), VALID_YEARS), self.reminder_months)


@dataclass(frozen=True)
class PreparednessPlan:
    """A municipality's entry in the register, with the versions of its plan in order."""

    id: UUID
    municipality_code: str
    provenance: Provenance
    revision: int
    changed_at: datetime
    versions: tuple[PlanVersion, ...]
    none_reported_on: date | None = None

    @property
    def in_force(self) -> PlanVersion | None:
        """The published version that counts now, however old it is."""
        return next((each for each in reversed(self.versions) if each.state in IN_FORCE), None)

    @property
    def upcoming(self) -> PlanVersion | None:
        """The version that is recorded or adopted and not yet published."""
        newest = self.versions[-1] if self.versions else None
        return newest if newest is not None and newest.state in ("recorded", "adopted") else None


def check_reporter(*, municipality_code: str, adviser: bool, of: AbstractSet[str]) -> None:
    """An adviser reports for every municipality, a key person for their own.

    Raises: OutsideYourMunicipality.
    """
    if not adviser and municipality_code not in of:
        raise OutsideYourMunicipality("You may report for your own municipality only.")


def record(
    *,
    id: UUID,
    municipality_code: str,
    provenance: Provenance,
    covers: tuple[Covered, ...],
    source_url: str | None,
    at: datetime,
) -> tuple[PreparednessPlan, Event]:
    """The municipality's first plan is in the register, neither adopted nor published as far as is known."""
    first = PlanVersion(version=1, state="recorded", covers=covers, source_url=source_url)
    plan = PreparednessPlan(id, municipality_code, provenance, revision=1, changed_at=at, versions=(first,))
    return plan, _recorded(plan, first)


def revise(
    plan: PreparednessPlan, *, covers: tuple[Covered, ...], source_url: str | None, at: datetime
) -> tuple[PreparednessPlan, Event]:
    """A new version is on its way; the one in force counts until the new one is published.

    Raises: PlanAlreadyUnderRevision.
    """
    if plan.upcoming is not None:
        raise PlanAlreadyUnderRevision(f"Version {plan.upcoming.version} is on its way already.")
    new = PlanVersion(version=len(plan.versions) + 1, state="recorded", covers=covers, source_url=source_url)
    plan = replace(changed(plan, at=at, versions=(*plan.versions, new)), none_reported_on=None)
    return plan, _recorded(plan, new)


def adopt(plan: PreparednessPlan, *, adopted_on: PartialDate, at: datetime) -> tuple[PreparednessPlan, Event]:
    """The municipal council has adopted the version that was recorded. Not published, it does not meet the law yet.

    Raises: PlanNotRecorded, AdoptionInFuture, AdoptionBeforePrevious.
    """
    waiting = plan.upcoming
    if waiting is None or waiting.state != "recorded":
        raise PlanNotRecorded("No version of this plan waits for adoption.")
    if adopted_on.earliest() > danish_day(at):
        raise AdoptionInFuture("The plan cannot have been adopted in the future.", pointer="/adopted_on")
    before = plan.in_force
    if before is not None and before.adopted_on is not None and adopted_on.latest() < before.adopted_on.earliest():
        raise AdoptionBeforePrevious(
            "A version cannot have been adopted before the one it replaces.", pointer="/adopted_on"
        )
    adopted = replace(waiting, state="adopted", adopted_on=adopted_on)
    plan = changed(plan, at=at, versions=with_version(plan, adopted))
    return plan, adopted_event(plan, adopted)


def publish(
    plan: PreparednessPlan,
    *,
    published_url: str,
    published_on: PartialDate | None = None,
    reminder_months: int = 6,
    at: datetime,
) -> tuple[PreparednessPlan, Event]:
    """Everybody can read the adopted version; it counts from now on, and the one before it no longer does.

    Raises: PlanNotAdopted, PublicationInFuture, PublicationBeforeAdoption.
    """
    waiting = plan.upcoming
    if waiting is None or waiting.state != "adopted":
        raise PlanNotAdopted("No adopted version of this plan waits for publication.")
    today = danish_day(at)
    published = replace(
        waiting,
        state="published",
        published_url=published_url,
        published_on=published_on,
        registered_on=today,
        reminder_months=reminder_months,
    )
    check_publication(published, today)
    versions = tuple(replace(each, state="superseded") if each.state in IN_FORCE else each for each in plan.versions)
    plan = changed(plan, at=at, versions=(*versions[:-1], published))
    return plan, published_event(plan, published)


def check_publication(version: PlanVersion, today: date) -> None:
    """The version was not published in the future, nor before it was adopted.

    Raises: PublicationInFuture, PublicationBeforeAdoption.
    """
    if version.published_on is None or version.adopted_on is None:
        return
    if version.published_on.earliest() > today:
        raise PublicationInFuture("The plan cannot have been published in the future.", pointer="/published_on")
    if version.published_on.latest() < version.adopted_on.earliest():
        raise PublicationBeforeAdoption(
            "The plan cannot have been published before it was adopted.", pointer="/published_on"
        )


def published_event(plan: PreparednessPlan, version: PlanVersion) -> Event:
    """Everybody can read this version, and it counts."""
    return PreparednessPlanPublished(
        **envelope(plan),
        **_facts(plan, version),
        covers=version.covers,
        published_url=version.published_url or "",
        published_on=version.published_on,
    )


def adopted_event(plan: PreparednessPlan, version: PlanVersion) -> Event:
    """The council has adopted this version."""
    return PreparednessPlanAdopted(**envelope(plan), **_facts(plan, version), covers=version.covers)


def report_none(plan: PreparednessPlan, *, at: datetime) -> tuple[PreparednessPlan, Event]:
    """The municipality has no plan, as it says or as MÆRK has found.

    Raises: PlanKnown.
    """
    if plan.in_force is not None or plan.upcoming is not None:
        raise PlanKnown("The register has a plan of this municipality; withdraw it if it was never there.")
    today = danish_day(at)
    plan = replace(changed(plan, at=at, versions=plan.versions), none_reported_on=today)
    return plan, PreparednessPlanAbsenceReported(
        **envelope(plan), municipality_code=plan.municipality_code, reported_on=today
    )


def remind(plan: PreparednessPlan, *, at: datetime) -> tuple[PreparednessPlan, Event]:
    """The municipality was reminded today that its plan is due for revision, or overdue.

    Raises: NoReminderDue.
    """
    version = plan.in_force
    if version is None or version.state == "published":
        raise NoReminderDue("This plan is not due for revision.")
    today = danish_day(at)
    plan = changed(plan, at=at, versions=with_version(plan, replace(version, reminded_on=today)))
    return plan, PreparednessPlanReminded(
        **envelope(plan), municipality_code=plan.municipality_code, version=version.version, reminded_on=today
    )


def verify(plan: PreparednessPlan, *, at: datetime) -> tuple[PreparednessPlan, Event]:
    """MÆRK has found the published version as the register says, today.

    Raises: PlanNotPublished.
    """
    if plan.in_force is None:
        raise PlanNotPublished("There is no published version to verify.")
    today = danish_day(at)
    verified = replace(plan.in_force, verified_on=today)
    plan = changed(plan, at=at, versions=with_version(plan, verified))
    return plan, PreparednessPlanVerified(
        **envelope(plan),
        municipality_code=plan.municipality_code,
        version=verified.version,
        verified_on=today,
    )


def grow_older(plan: PreparednessPlan, *, at: datetime) -> tuple[PreparednessPlan, list[Event]]:
    """What time has brought by this moment has happened, each thing once and at its own moment, in order."""
    events: list[Event] = []
    while (due := next_due(plan)) is not None and due <= at:
        version = plan.in_force
        assert version is not None
        state: State = "revision_due" if version.state == "published" else "overdue"
        kind = PreparednessPlanRevisionDue if state == "revision_due" else PreparednessPlanOverdue
        aged = replace(version, state=state)
        plan = changed(plan, at=due, versions=with_version(plan, aged))
        events.append(kind(**envelope(plan), **_facts(plan, aged)))
    return plan, events


def next_due(plan: PreparednessPlan) -> datetime | None:
    """The moment at which time changes the plan in force next; None when it no longer can."""
    version = plan.in_force
    if version is None or version.state == "overdue":
        return None
    day = version.reminder_day if version.state == "published" else next_day(version.last_valid_day)
    return None if day is None else first_moment(day)


def state_on(version: PlanVersion, *, on: date) -> State:
    """What the version is that day: overdue after its last valid day, told or not, and once overdue for good.

    What was told cannot be taken back, so a synthetic clock that is set back makes no plan valid again.
    """
    last = version.last_valid_day
    return "overdue" if version.state in IN_FORCE and last is not None and on > last else version.state


def is_compliant(plan: PreparednessPlan, *, on: date) -> bool:
    """The law is met: written, adopted by the council, published, four years old at most."""
    version = plan.in_force
    return version is not None and state_on(version, on=on) != "overdue"


def changed(plan: PreparednessPlan, *, at: datetime, versions: tuple[PlanVersion, ...]) -> PreparednessPlan:
    """The next state; its moment is never before that of the last one, whatever the clock does."""
    return replace(plan, revision=plan.revision + 1, changed_at=max(at, plan.changed_at), versions=versions)


def with_version(plan: PreparednessPlan, new: PlanVersion) -> tuple[PlanVersion, ...]:
    """The plan's versions, this one as given."""
    return tuple(new if each.version == new.version else each for each in plan.versions)


def envelope(plan: PreparednessPlan) -> dict[str, Any]:
    """What every event of the plan begins with."""
    return {"subject": plan.id, "revision": plan.revision, "at": plan.changed_at, "provenance": plan.provenance}


def _facts(plan: PreparednessPlan, version: PlanVersion) -> dict[str, Any]:
    return {
        "municipality_code": plan.municipality_code,
        "version": version.version,
        "adopted_on": version.adopted_on,
        "next_revision_due": version.last_valid_day,
    }


def _recorded(plan: PreparednessPlan, version: PlanVersion) -> Event:
    return PreparednessPlanRecorded(
        **envelope(plan), municipality_code=plan.municipality_code, version=version.version, covers=version.covers
    )
