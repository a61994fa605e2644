"""What the register of preparedness plans can be asked to do."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from advisory.domain import plan_correction as correction
from advisory.domain import plan_quality as quality
from advisory.domain import preparedness_plan as domain
from advisory.domain.days import danish_day
from advisory.domain.term import value_on
from advisory.store import plan_quality as quality_store
from advisory.store import preparedness_plan as store
from advisory.store import term as terms
from chassis import deadlines, outbox
from chassis.auth import Principal
from chassis.clock import Now
from chassis.database import Expect, Tx
from contracts.event import Event
from contracts.geography import provenance_of
from contracts.values import PartialDate

FALL_DUE = "preparedness_plan"


async def record_preparedness_plan(
    tx: Tx,
    id: UUID,
    *,
    by: Principal,
    municipality_code: str,
    covers: tuple[domain.Covered, ...],
    source_url: str | None,
    now: Now,
) -> None:
    """The municipality's first plan is in the register."""
    _check_reporter(by, municipality_code)
    provenance = provenance_of(municipality_code)
    plan, recorded = domain.record(
        id=id,
        municipality_code=municipality_code,
        provenance=provenance,
        covers=covers,
        source_url=source_url,
        at=now(provenance),
    )
    await store.add_plan(tx, plan)
    await outbox.publish(tx, recorded)


async def revise_preparedness_plan(
    tx: Tx,
    id: UUID,
    *,
    by: Principal,
    expect: Expect,
    covers: tuple[domain.Covered, ...],
    source_url: str | None,
    now: Now,
) -> None:
    """A new version of the plan is on its way."""
    plan, aged, at = await _loaded(tx, id, by, expect, now)
    plan, recorded = domain.revise(plan, covers=covers, source_url=source_url, at=at)
    await _save(tx, plan, *aged, recorded)


async def adopt_preparedness_plan(
    tx: Tx, id: UUID, *, by: Principal, expect: Expect, adopted_on: PartialDate, now: Now
) -> None:
    """The council has adopted the recorded version."""
    plan, aged, at = await _loaded(tx, id, by, expect, now)
    plan, adopted = domain.adopt(plan, adopted_on=adopted_on, at=at)
    await _save(tx, plan, *aged, adopted)


async def publish_preparedness_plan(
    tx: Tx,
    id: UUID,
    *,
    by: Principal,
    expect: Expect,
    published_url: str,
    published_on: PartialDate | None,
    now: Now,
) -> None:
    """The adopted version is published; what time has already done to it has happened too."""
    plan, aged, at = await _loaded(tx, id, by, expect, now)
    plan, published = domain.publish(
        plan,
        published_url=published_url,
        published_on=published_on,
        reminder_months=value_on(await terms.terms(tx), "plan_reminder_months", danish_day(at)),
        at=at,
    )
    plan, aged_since = domain.grow_older(plan, at=at)
    await _save(tx, plan, *aged, published, *aged_since)


async def verify_preparedness_plan(tx: Tx, id: UUID, *, by: Principal, expect: Expect, now: Now) -> None:
    """MÆRK has found the published version as the register says."""
    plan, aged, at = await _loaded(tx, id, by, expect, now)
    plan, verified = domain.verify(plan, at=at)
    await _save(tx, plan, *aged, verified)


async def report_none(tx: Tx, id: UUID, *, by: Principal, municipality_code: str, now: Now) -> None:
    """The municipality has no plan; its entry is made where there is none, under this id.

    Raises: PlanKnown, OutsideYourMunicipality.
    """
    _check_reporter(by, municipality_code)
    known, provenance = await store.plan_of(tx, municipality_code), provenance_of(municipality_code)
    at = now(provenance)
    entry = known or domain.PreparednessPlan(id, municipality_code, provenance, revision=0, changed_at=at, versions=())
    plan, reported = domain.report_none(entry, at=at)
    if known is None:
        await store.add_plan(tx, plan)
    await _save(tx, plan, reported)


async def remind_of_plan(tx: Tx, id: UUID, *, by: Principal, expect: Expect, now: Now) -> None:
    """The municipality was reminded of its plan."""
    plan, aged, at = await _loaded(tx, id, by, expect, now)
    plan, reminded = domain.remind(plan, at=at)
    await _save(tx, plan, *aged, reminded)


async def correct_plan(
    tx: Tx,
    id: UUID,
    version: int,
    *,
    by: Principal,
    expect: Expect,
    adopted_on: PartialDate | None,
    published_on: PartialDate | None,
    published_url: str | None,
    now: Now,
) -> None:
    """What the register said wrongly of the version is right."""
    plan, aged, at = await _loaded(tx, id, by, expect, now)
    plan, events = correction.correct(
        plan, version, adopted_on=adopted_on, published_on=published_on, published_url=published_url, at=at
    )
    await _save(tx, plan, *aged, *events)


async def withdraw_plan(tx: Tx, id: UUID, version: int, *, by: Principal, expect: Expect, now: Now) -> None:
    """The version was never what the register said."""
    plan, aged, at = await _loaded(tx, id, by, expect, now)
    plan, events = correction.withdraw(plan, version, at=at)
    await _save(tx, plan, *aged, *events)


async def assess_plan(
    tx: Tx,
    id: UUID,
    version: int,
    findings: Mapping[str, quality.Finding],
    *,
    by: Principal,
    expect: Expect,
    now: Now,
) -> None:
    """The version was held against the checklist: by MÆRK if an adviser did, else by the municipality itself."""
    plan, aged, at = await _loaded(tx, id, by, expect, now)
    plan, assessment, assessed = quality.assess(
        plan,
        version,
        findings,
        criteria=await quality_store.criteria(tx),
        source="maerk_verified" if by.has_any("adviser") else "self_reported",
        at=at,
    )
    await quality_store.add_assessment(tx, id, assessment)
    await _save(tx, plan, *aged, assessed)


async def let_preparedness_plan_age(tx: Tx, id: UUID, *, at: datetime) -> None:
    """What time has brought to the plan by this moment has happened."""
    plan = await store.plan_for_update(tx, id)
    plan, aged = domain.grow_older(plan, at=at)
    await _save(tx, plan, *aged)


async def _loaded(
    tx: Tx, id: UUID, by: Principal, expect: Expect, now: Now
) -> tuple[domain.PreparednessPlan, list[Event], datetime]:
    """The plan as time has left it, what time did to it on the way, and the present moment.

    A deadline that has come and not been acted on yet comes before the command, so that each event has its own moment.
    """
    plan = await store.plan_for_update(tx, id)
    _check_reporter(by, plan.municipality_code)
    expect(plan.revision)
    at = now(plan.provenance)
    return *domain.grow_older(plan, at=at), at


async def _save(tx: Tx, plan: domain.PreparednessPlan, *events: Event) -> None:
    await store.save_plan(tx, plan)
    if (due := domain.next_due(plan)) is not None:
        await deadlines.set_deadline(tx, FALL_DUE, plan.id, due_at=due, provenance=plan.provenance)
    else:
        await deadlines.clear_deadline(tx, FALL_DUE, plan.id)
    await outbox.publish(tx, *events)


def _check_reporter(by: Principal, municipality_code: str) -> None:
    domain.check_reporter(municipality_code=municipality_code, adviser=by.has_any("adviser"), of=by.municipality_codes)
