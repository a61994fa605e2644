"""Milestones are set, met by hand or by events, dropped, and fall overdue."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from chassis import deadlines, outbox
from chassis.clock import Now
from chassis.consumer.listens import Heard
from chassis.database import Expect, Tx
from contracts.event import Event
from planning.domain import milestone as domain
from planning.domain.milestone import Milestone
from planning.domain.period import danish_day
from planning.domain.responsibility import check_owner
from planning.domain.term import value_on
from planning.store import initiative as initiatives
from planning.store import milestone as milestones
from planning.store import term as terms

FALL_DUE = "milestone"


async def set_milestone(tx: Tx, id: UUID, initiative_id: UUID, said: Mapping[str, Any], *, now: Now) -> None:
    """The initiative has a milestone, which is met at once when what it waits for has been heard before."""
    await milestones.hold_meeting(tx)
    _, of = await initiatives.initiative_for_update(tx, initiative_id)
    at = now(of.provenance)
    soon = value_on(await terms.terms(tx), "milestone_due_soon_days", danish_day(at))
    fields: dict[str, Any] = {**said, "counts_from": said["counts_from"] or date(of.year, 1, 1)}
    milestone = Milestone(
        id=id,
        plan_id=of.plan_id,
        initiative_id=initiative_id,
        provenance=of.provenance,
        set_at=at,
        due_soon_on=said["due_on"] - timedelta(days=soon),
        **fields,
    )
    told = [domain.set_milestone(milestone)]
    await milestones.add_milestone(tx, milestone)
    await _wait(tx, milestone)
    if milestone.event_type is not None and (first := await milestones.first_heard(tx, milestone)) is not None:
        event_id, happened_at = first
        milestone, met = domain.meet_by_event(milestone, happened_at=happened_at)
        await _settle(tx, milestone, [event_id], at=at)
        told.append(met)
    await outbox.publish(tx, *told)


async def meet_milestone(
    tx: Tx,
    id: UUID,
    *,
    met_on: date,
    source_url: str | None,
    event_ids: Sequence[UUID],
    own: AbstractSet[str] | None,
    expect: Expect,
    now: Now,
) -> None:
    """The milestone is met, as events or a page show; by an owner if the initiative is one of theirs."""
    milestone = await _loaded(tx, id, expect)
    at = now(milestone.provenance)
    held = await initiatives.responsibilities_of(tx, [milestone.initiative_id])
    check_owner(held.get(milestone.initiative_id, ()), own, day=danish_day(at))
    ids = set(event_ids)
    if await milestones.count_showing(tx, ids, provenance=milestone.provenance) < len(ids):
        raise domain.EvidenceUnfit(
            "Planning must have heard each event, of the plan's own kind and not from a single case.",
            pointer="/event_ids",
        )
    milestone, met = domain.meet(milestone, met_on=met_on, source_url=source_url, event_count=len(ids), at=at)
    await _settle(tx, milestone, sorted(ids), at=at)
    await outbox.publish(tx, met)


async def drop_milestone(tx: Tx, id: UUID, *, reason: str, expect: Expect, now: Now) -> None:
    """The milestone need not be reached any more."""
    milestone = domain.drop(await _loaded(tx, id, expect), reason=reason)
    await _settle(tx, milestone, at=now(milestone.provenance))


async def let_time_pass_milestone(tx: Tx, id: UUID, *, at: datetime) -> None:
    """What time has brought to the milestone by this moment has happened."""
    if (passed := domain.pass_time(await milestones.milestone_for_update(tx, id), at=at)) is not None:
        milestone, event = passed
        await milestones.save_milestone(tx, milestone)
        await _wait(tx, milestone)
        await outbox.publish(tx, event)


async def meet_milestones(tx: Tx, heard: Sequence[Heard]) -> None:
    """Every milestone that waits for one of these events is met by the earliest of them that matches."""
    await milestones.hold_milestones(tx)
    waiting = await milestones.waiting_for_update(tx, {each.event.type for each in heard})
    events: list[Event] = []
    for each in waiting:
        showing = [one for one in heard if domain.is_met_by(each, one.event, _data(one.event))]
        if showing:
            first = min(showing, key=_moment)
            milestone, met = domain.meet_by_event(each, happened_at=first.event.at)
            await _settle(tx, milestone, [first.id], at=first.event.at)
            events.append(met)
    await outbox.publish(tx, *events)


async def _loaded(tx: Tx, id: UUID, expect: Expect) -> Milestone:
    milestone = await milestones.milestone_for_update(tx, id)
    expect(milestone.revision)
    return milestone


async def _settle(tx: Tx, milestone: Milestone, evidence: Sequence[UUID] = (), *, at: datetime) -> None:
    await milestones.save_milestone(tx, milestone)
    await milestones.keep_settling(tx, milestone.id, evidence, at=at)
    await deadlines.clear_deadline(tx, FALL_DUE, milestone.id)


async def _wait(tx: Tx, milestone: Milestone) -> None:
    if (at := milestone.next_at) is not None:
        await deadlines.set_deadline(tx, FALL_DUE, milestone.id, due_at=at, provenance=milestone.provenance)


def _data(event: Event) -> dict[str, Any]:
    return event.model_dump(mode="json")


def _moment(heard: Heard) -> tuple[datetime, UUID]:
    return heard.event.at, heard.id
