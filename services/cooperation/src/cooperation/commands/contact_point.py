"""What cooperation can be asked to do with contact points."""

from collections.abc import Set as AbstractSet
from datetime import datetime
from uuid import UUID

from chassis import deadlines, outbox
from chassis.auth import Principal
from chassis.clock import Now
from chassis.database import Expect, Tx
from contracts.event import Event
from cooperation.commands.gap import judged
from cooperation.domain import contact_point as domain
from cooperation.domain.organisation import check_acts_for, municipality_of, provenance_of_organisation
from cooperation.store import contact_point as store

LAPSES = "contact_point"


async def register_contact_point(
    tx: Tx,
    id: UUID,
    *,
    by: Principal,
    own: AbstractSet[str],
    organisation: str,
    function: domain.Function,
    hours: str,
    phone: str | None,
    mailbox: str | None,
    now: Now,
) -> None:
    """The contact point is in the directory, unverified."""
    check_acts_for({organisation}, adviser=by.has_any("adviser"), own=own)
    provenance = provenance_of_organisation(organisation)
    at = now(provenance)
    point = domain.ContactPoint(id, organisation, function, provenance, hours, phone, mailbox, changed_at=at)
    await store.add_contact_point(tx, point)


async def verify_contact_point(
    tx: Tx, id: UUID, *, by: Principal, own: AbstractSet[str], expect: Expect, now: Now
) -> None:
    """The function has answered today."""
    point, aged, at = await _loaded(tx, id, by=by, own=own, expect=expect, now=now)
    point, verified = domain.verify(point, at=at)
    await _save(tx, point, *aged, verified, at=at)


async def replace_contact_point(
    tx: Tx,
    id: UUID,
    new_id: UUID,
    *,
    by: Principal,
    own: AbstractSet[str],
    expect: Expect,
    hours: str,
    phone: str | None,
    mailbox: str | None,
    now: Now,
) -> None:
    """Another contact point has the place of this one, unverified."""
    point, aged, at = await _loaded(tx, id, by=by, own=own, expect=expect, now=now)
    point = domain.replace_by(point, at=at)
    await _save(tx, point, *aged, at=at)
    await store.add_contact_point(
        tx,
        domain.ContactPoint(
            new_id, point.organisation, point.function, point.provenance, hours, phone, mailbox, changed_at=at
        ),
    )


async def let_contact_point_age(tx: Tx, id: UUID, *, at: datetime) -> None:
    """What time has brought to the contact point by this moment has happened."""
    point = await store.contact_point_for_update(tx, id)
    point, aged = domain.grow_older(point, at=at)
    await _save(tx, point, *aged, at=at)


async def _loaded(
    tx: Tx, id: UUID, *, by: Principal, own: AbstractSet[str], expect: Expect, now: Now
) -> tuple[domain.ContactPoint, list[Event], datetime]:
    point = await store.contact_point_for_update(tx, id)
    check_acts_for({point.organisation}, adviser=by.has_any("adviser"), own=own)
    expect(point.revision)
    at = now(point.provenance)
    return *domain.grow_older(point, at=at), at


async def _save(tx: Tx, point: domain.ContactPoint, *told: Event, at: datetime) -> None:
    await store.save_contact_point(tx, point)
    if (due := domain.next_due(point)) is not None:
        await deadlines.set_deadline(tx, LAPSES, point.id, due_at=due, provenance=point.provenance)
    else:
        await deadlines.clear_deadline(tx, LAPSES, point.id)
    code = municipality_of(point.organisation)
    await outbox.publish(tx, *told, *(await judged(tx, [code], at=at) if code else ()))
