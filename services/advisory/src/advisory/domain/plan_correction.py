"""What the register said wrongly of a preparedness plan is put right: what was known before stays in its history."""

from dataclasses import replace
from datetime import datetime

from advisory.domain import preparedness_plan as domain
from advisory.domain.days import danish_day
from advisory.domain.preparedness_plan import IN_FORCE, PlanVersion, PreparednessPlan
from contracts.advisory import PreparednessPlanCorrected, PreparednessPlanWithdrawn
from contracts.event import Event
from contracts.problems import Conflict, Invalid
from contracts.values import PartialDate


class VersionMissing(Conflict):
    """The plan has no such version, or one of which this cannot be said."""

    title_da = "Udgaven findes ikke, eller dette kan ikke siges om den"


class NothingToCorrect(Invalid):
    """The register says so already."""

    title_da = "Registret siger det allerede"


class AdoptionAfterNext(Invalid):
    """A version was not adopted after the version that replaced it."""

    title_da = "Vedtagelsen ligger efter den følgende udgave"


def correct(
    plan: PreparednessPlan,
    number: int,
    *,
    adopted_on: PartialDate | None,
    published_on: PartialDate | None,
    published_url: str | None,
    at: datetime,
) -> tuple[PreparednessPlan, list[Event]]:
    """The version has these dates and this page; None leaves what there is. It has to be verified anew.

    What counts since is told once more, so that whoever counts plans counts rightly: the version as it is now, and
    what time has done to it.
    Raises: VersionMissing, NothingToCorrect, AdoptionInFuture, AdoptionBeforePrevious, AdoptionAfterNext,
    PublicationInFuture, PublicationBeforeAdoption.
    """
    old = _version(plan, number)
    if old.adopted_on is None or (old.registered_on is None and (published_on or published_url)):
        raise VersionMissing(f"Version {number} is {old.state}, and has no such date or page.", pointer="/version")
    new = replace(
        old,
        adopted_on=adopted_on or old.adopted_on,
        published_on=published_on or old.published_on,
        published_url=published_url or old.published_url,
    )
    if new == old:
        raise NothingToCorrect("The register says so already.", pointer="")
    _check_order(plan, new, at)
    domain.check_publication(new, danish_day(at))
    new = replace(new, verified_on=None, state="published" if old.state in IN_FORCE else old.state)
    plan = domain.changed(plan, at=at, versions=domain.with_version(plan, new))
    events = [_corrected(plan, number, "dates_or_page")]
    if new.state == "published":
        return _told_again(plan, new, events, at=at)
    if new.state == "adopted":
        plan = domain.changed(plan, at=at, versions=plan.versions)
        events.append(domain.adopted_event(plan, new))
    return plan, events


def withdraw(plan: PreparednessPlan, number: int, *, at: datetime) -> tuple[PreparednessPlan, list[Event]]:
    """The version was never what the register said. If it was in force, the one before it is again, where there is one.

    Raises: VersionMissing.
    """
    old = _version(plan, number)
    if old.state == "superseded":
        raise VersionMissing(f"Version {number} has been replaced; what replaced it counts.", pointer="/version")
    plan = domain.changed(plan, at=at, versions=domain.with_version(plan, replace(old, state="withdrawn")))
    events: list[Event] = [_corrected(plan, number, "withdrawn")]
    if old.state not in IN_FORCE:
        return plan, events
    plan = domain.changed(plan, at=at, versions=plan.versions)
    events.append(
        PreparednessPlanWithdrawn(**domain.envelope(plan), municipality_code=plan.municipality_code, version=number)
    )
    before = [each for each in plan.versions if each.state == "superseded"]
    if not before:
        return plan, events
    back = replace(before[-1], state="published")
    plan = replace(plan, versions=domain.with_version(plan, back))
    return _told_again(plan, back, events, at=at)


def _told_again(
    plan: PreparednessPlan, version: PlanVersion, events: list[Event], *, at: datetime
) -> tuple[PreparednessPlan, list[Event]]:
    plan = domain.changed(plan, at=at, versions=plan.versions)
    events.append(domain.published_event(plan, version))
    plan, aged = domain.grow_older(plan, at=at)
    return plan, [*events, *aged]


def _version(plan: PreparednessPlan, number: int) -> PlanVersion:
    found = next((each for each in plan.versions if each.version == number), None)
    if found is None or found.state == "withdrawn":
        raise VersionMissing(f"This plan has no version {number}.", pointer="/version")
    return found


def _check_order(plan: PreparednessPlan, new: PlanVersion, at: datetime) -> None:
    assert new.adopted_on is not None
    if new.adopted_on.earliest() > danish_day(at):
        raise domain.AdoptionInFuture("The plan cannot have been adopted in the future.", pointer="/adopted_on")
    for other in plan.versions:
        if other.adopted_on is None or other.state == "withdrawn":
            continue
        if other.version < new.version and new.adopted_on.latest() < other.adopted_on.earliest():
            raise domain.AdoptionBeforePrevious(
                "A version cannot have been adopted before the one it replaces.", pointer="/adopted_on"
            )
        if other.version > new.version and new.adopted_on.earliest() > other.adopted_on.latest():
            raise AdoptionAfterNext(
                "A version cannot have been adopted after the one that replaced it.", pointer="/adopted_on"
            )


def _corrected(plan: PreparednessPlan, number: int, change: str) -> Event:
    return PreparednessPlanCorrected.model_validate(
        domain.envelope(plan) | {"municipality_code": plan.municipality_code, "version": number, "change": change}
    )
