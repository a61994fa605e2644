"""Initiatives are added, go on, part and join, and end for a reason."""

from collections.abc import Sequence
from uuid import UUID

from chassis import outbox
from chassis.clock import Now
from chassis.database import Expect, Tx
from planning.domain.initiative import (
    Belonging,
    Change,
    Course,
    Given,
    Initiative,
    Reason,
    Step,
    added,
    advance,
    complete,
    give_up,
    merge,
    report,
    split,
)
from planning.store import initiative as initiatives
from planning.store import milestone as milestones
from planning.store import plan as plans


async def add_initiative(
    tx: Tx, initiative: Initiative, *, plan_id: UUID, focus_area_id: UUID | None, now: Now
) -> None:
    """The initiative stands in a plan that was recorded before."""
    plan = await plans.plan_for_update(tx, plan_id)
    of, at = Belonging(plan_id, plan.provenance, focus_area_id), now(plan.provenance)
    await initiatives.add_initiative(tx, initiative, of=of, change=Change(at))
    await outbox.publish(tx, added(initiative, of=of, at=at))


async def advance_initiative(tx: Tx, id: UUID, *, step: Step, source_url: str | None, expect: Expect, now: Now) -> None:
    """The initiative is planned, funded or launched."""
    initiative, of = await _loaded(tx, id, expect)
    at = now(of.provenance)
    initiative, advanced = advance(initiative, step, of=of, at=at)
    await initiatives.save_initiative(tx, initiative, Change(at, source_url=source_url))
    await outbox.publish(tx, advanced)


async def report_initiative(tx: Tx, id: UUID, *, course: Course, reason: str | None, expect: Expect, now: Now) -> None:
    """The initiative is on track, at risk or delayed."""
    initiative, of = await _loaded(tx, id, expect)
    at = now(of.provenance)
    initiative, reported = report(initiative, course, of=of, at=at)
    await initiatives.save_initiative(tx, initiative, Change(at, reason=reason))
    await outbox.publish(tx, reported)


async def complete_initiative(
    tx: Tx, id: UUID, *, as_planned: bool, source_url: str | None, expect: Expect, now: Now
) -> None:
    """The initiative has done what it was to do."""
    initiative, of = await _loaded(tx, id, expect)
    at, states = now(of.provenance), await milestones.states_of(tx, id)
    initiative, completed = complete(
        initiative, as_planned=as_planned, milestones=states, source_url=source_url, of=of, at=at
    )
    await initiatives.save_initiative(tx, initiative, Change(at, source_url=source_url))
    await outbox.publish(tx, completed)


async def give_up_initiative(
    tx: Tx,
    id: UUID,
    *,
    how: Given,
    reason_code: Reason,
    reason: str,
    source_url: str | None,
    expect: Expect,
    now: Now,
) -> None:
    """The initiative was abandoned or cancelled, and says why."""
    initiative, of = await _loaded(tx, id, expect)
    at = now(of.provenance)
    initiative, given_up = give_up(initiative, how, of=of, at=at)
    await initiatives.save_initiative(tx, initiative, Change(at, reason_code, reason, source_url))
    await outbox.publish(tx, given_up)


async def split_initiative(
    tx: Tx, id: UUID, parts: Sequence[Initiative], *, source_url: str | None, expect: Expect, now: Now
) -> None:
    """The initiative goes on as its parts."""
    initiative, of = await _loaded(tx, id, expect)
    change = Change(now(of.provenance), source_url=source_url)
    initiative, children, events = split(initiative, parts, of=of, at=change.at)
    for each in children:
        await initiatives.add_initiative(tx, each, of=of, change=change)
    await initiatives.save_initiative(tx, initiative, change)
    await initiatives.keep_lineage(tx, earlier=id, later=[each.id for each in children])
    await outbox.publish(tx, *events)


async def merge_initiative(tx: Tx, id: UUID, *, into: UUID, source_url: str | None, expect: Expect, now: Now) -> None:
    """The initiative goes on in another one of its plan."""
    (initiative, of), (other, place) = await initiatives.initiatives_for_update(tx, [id, into])
    expect(initiative.revision)
    if place.plan_id != of.plan_id:
        raise initiatives.InitiativeMissing("The plan has no such initiative.", pointer="/into")
    change = Change(now(of.provenance), source_url=source_url)
    initiative, merged = merge(initiative, other, of=of, at=change.at)
    await initiatives.save_initiative(tx, initiative, change)
    await initiatives.keep_lineage(tx, earlier=id, later=[into])
    await outbox.publish(tx, merged)


async def _loaded(tx: Tx, id: UUID, expect: Expect) -> tuple[Initiative, Belonging]:
    initiative, of = await initiatives.initiative_for_update(tx, id)
    expect(initiative.revision)
    return initiative, of
