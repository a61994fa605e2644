"""What can be asked of events."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast, get_args
from uuid import UUID, uuid5

from chassis import deadlines, outbox
from chassis.clock import Now
from chassis.database import Expect, Tx
from contracts.event import Event
from contracts.problems import Invalid
from contracts.taxonomy import NetworkAreaCode, TopicCode
from contracts.values import Provenance
from training.domain import conduct
from training.domain import event as domain
from training.domain.event import CancelReason, ChildrenYouth, Draft, TrainingEvent
from training.domain.registration import Roster
from training.store import event as store
from training.store import registration as registrations

TIME = "event"
FROM_PRIORITY = UUID("5d6a1f0c-2f60-4b7e-9b58-7d0f6a1c9e42")  # the space in which priorities' drafts have their ids


class QuoteMissing(Invalid):
    """The event quotes no such reference or publication."""

    title_da = "Arrangementet citerer ikke dette"


async def draft_event(tx: Tx, id: UUID, said: dict[str, Any], *, provenance: Provenance, now: Now) -> None:
    """The event is being prepared."""
    event, drafted = domain.draft_event(Draft(**said), id=id, provenance=provenance, at=now(provenance))
    await store.add_event(tx, event)
    await outbox.publish(tx, drafted)


async def draft_for_priority(
    tx: Tx,
    priority_id: UUID,
    *,
    year: int,
    topic: str,
    area: str | None,
    children_youth: str,
    provenance: Provenance,
    at: datetime,
) -> None:
    """The priority has one draft of a theme day, however often it is told.

    A topic that this version does not know yet has none, since the draft could not be told.
    """
    if topic not in get_args(TopicCode):
        return
    draft = Draft(
        kind="theme_day",
        title_da=f"Temadag {year}",
        topics=(cast("TopicCode", topic),),
        level="basic",
        children_youth=cast("ChildrenYouth", children_youth) if children_youth in get_args(ChildrenYouth) else "partly",
        safety_profile="open",
        area=cast("NetworkAreaCode", area) if area in get_args(NetworkAreaCode) else None,
    )
    event, drafted = domain.draft_event(
        draft, id=uuid5(FROM_PRIORITY, str(priority_id)), provenance=provenance, at=at, priority_id=priority_id
    )
    if await store.add_event(tx, event):
        await outbox.publish(tx, drafted)


async def redraft_event(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """The draft says this instead."""
    event = await store.event_for_update(tx, id)
    expect(event.revision)
    event, drafted = domain.redraft(event, Draft(**said), at=now(event.provenance))
    await store.save_event(tx, event, quotes=True)
    await outbox.publish(tx, drafted)


async def publish_event(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """The event is announced; if registration should be open by now, it is."""

    def publish(roster: Roster, at: datetime) -> tuple[Roster, list[Event]]:
        event, published = domain.publish(roster.event, at=at)
        roster, brought = conduct.let_time_pass(Roster(event, roster.registrations), at=at)
        return roster, [published, *brought]

    await _change(tx, id, publish, expect=expect, now=now)


async def open_event(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """Whoever wants a seat can register, before the announced moment too."""

    def open_registration(roster: Roster, at: datetime) -> tuple[Roster, list[Event]]:
        event, opened = domain.open_registration(roster.event, at=at)
        return Roster(event, roster.registrations), [opened]

    await _change(tx, id, open_registration, expect=expect, now=now)


async def close_event(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """Nobody registers any more."""
    await _change(tx, id, lambda roster, at: conduct.close_registration(roster, at=at), expect=expect, now=now)


async def record_attendance(
    tx: Tx, id: UUID, *, attended: frozenset[UUID], missed: frozenset[UUID], expect: Expect, now: Now
) -> None:
    """It is known who of those with a seat was there."""
    await _change(
        tx,
        id,
        lambda roster, at: conduct.record_attendance(roster, attended=attended, missed=missed, at=at),
        expect=expect,
        now=now,
    )


async def hold_event(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """The event has taken place."""
    await _change(tx, id, lambda roster, at: conduct.hold(roster, at=at), expect=expect, now=now)


async def cancel_event(tx: Tx, id: UUID, *, reason: CancelReason, expect: Expect, now: Now) -> None:
    """The event does not take place."""

    def cancel(roster: Roster, at: datetime) -> tuple[Roster, list[Event]]:
        event, cancelled = domain.cancel(roster.event, reason=reason, at=at)
        return Roster(event, roster.registrations), [cancelled]

    await _change(tx, id, cancel, expect=expect, now=now)


async def review_quote(tx: Tx, id: UUID, quoted_id: UUID, *, now: Now) -> None:
    """Somebody has looked at what the event quotes, so it leaves the review list until it changes again."""
    event = await store.event_for_update(tx, id)
    if not await store.keep_review(tx, id, quoted_id, at=now(event.provenance)):
        raise QuoteMissing("The event quotes no such reference or publication.", pointer="/quoted_id")


async def let_time_pass(tx: Tx, id: UUID, *, at: datetime) -> None:
    """What time has brought to the event and its offers by this moment has happened."""
    await save(tx, *await loaded(tx, id, at=lambda _: at))


async def loaded(tx: Tx, id: UUID, *, at: Callable[[TrainingEvent], datetime]) -> tuple[Roster, Roster, list[Event]]:
    """The event with its registrations, locked: as it was, as time has left it, and what time did on the way."""
    before = await registrations.roster(tx, await store.event_for_update(tx, id))
    return before, *conduct.let_time_pass(before, at=at(before.event))


async def save(tx: Tx, before: Roster, after: Roster, events: list[Event]) -> None:
    """What has changed is kept and told, and time will come back when it is due."""
    event = after.event
    if event != before.event:
        await store.save_event(tx, event)
    await registrations.save_registrations(tx, before, after)
    if (due := conduct.next_due(after)) is not None:
        await deadlines.set_deadline(tx, TIME, event.id, due_at=due, provenance=event.provenance)
    else:
        await deadlines.clear_deadline(tx, TIME, event.id)
    await outbox.publish(tx, *events)


async def _change(
    tx: Tx,
    id: UUID,
    act: Callable[[Roster, datetime], tuple[Roster, list[Event]]],
    *,
    expect: Expect,
    now: Now,
) -> None:
    before, roster, brought = await loaded(tx, id, at=lambda event: now(event.provenance))
    expect(before.event.revision)
    roster, events = act(roster, now(before.event.provenance))
    await save(tx, before, roster, [*brought, *events])
