"""What may be asked of alarms and of the clocks before them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import asyncpg
from pydantic import BaseModel, Field

from advisory.domain import alarm as domain
from advisory.store import alarm as store
from advisory.store import enquiry as enquiries
from chassis import mail
from chassis.database import Tx
from contracts.values import Provenance


class NoticeView(BaseModel):
    """A function was told."""

    round: int
    level: int
    function_id: UUID
    told_at: datetime
    mail: Literal["waiting", "sent", "refused", "withdrawn"]


class AlarmView(BaseModel):
    """An alarm, for those who advise."""

    id: UUID
    revision: int = Field(validation_alias="version", description="The entity tag of this state")
    provenance: Provenance
    cause: domain.Cause
    enquiry_id: UUID
    state: domain.State
    raised_at: datetime
    round: int = Field(description="Counts how often the chain began anew")
    level: int = Field(description="How far the chain of duty has been climbed in this round")
    next_at: datetime | None = Field(
        description="When the next are told, or it returns; null when it has ended, or nobody is there to be told"
    )
    unheard_at: datetime | None = Field(description="Since when nobody at all is on duty to hear it")
    acknowledged_at: datetime | None
    notices: tuple[NoticeView, ...]


class Alarms(BaseModel):
    """A page of alarms, the oldest first."""

    total: int = Field(description="Alarms that match, on all pages")
    items: tuple[AlarmView, ...]
    next: Annotated[int | None, Field(description="Send it as `after` for the next page; none on the last")] = None


class ClockView(BaseModel):
    """One run of one clock. None of them overrides another."""

    kind: Literal["first_answer", "update", "acknowledgement"]
    referral_id: UUID | None = Field(description="The hand-over that is to be acknowledged")
    started_at: datetime
    due_at: datetime
    met_at: datetime | None
    missed_at: datetime | None = Field(description="When it ran out; it stays so when it is met late")


class Clocks(BaseModel):
    """Every clock of an enquiry, in the order in which they began."""

    items: tuple[ClockView, ...]


async def alarm(tx: Tx, id: UUID) -> AlarmView:
    """One alarm.

    Raises: AlarmMissing.
    """
    row = await tx.fetchrow("select * from alarms where id = $1", id)
    if row is None:
        raise store.AlarmMissing("There is no such alarm.")
    return (await _views(tx, [row]))[0]


async def alarms(tx: Tx, provenance: Provenance, *, is_open: bool | None, after: int | None, limit: int) -> Alarms:
    """The alarms that match, the oldest first."""
    matching = "from alarms where provenance = $1 and ($2::bool is null or $2 = (state <> 'ended'))"
    total = await tx.fetchval(f"select count(*) {matching}", provenance, is_open)
    found = await tx.fetch(
        f"select * {matching} and number > $3 order by number limit $4", provenance, is_open, after or 0, limit + 1
    )
    page = found[:limit]
    return Alarms(
        total=total,
        items=await _views(tx, page),
        next=page[-1]["number"] if len(found) > limit else None,
    )


async def clocks(tx: Tx, enquiry_id: UUID) -> Clocks:
    """The enquiry's clocks: first answer, updates, and the acknowledgement of each hand-over.

    Raises: EnquiryMissing.
    """
    enquiry = await enquiries.loaded(tx, await tx.fetchrow("select * from enquiries where id = $1", enquiry_id))
    found = [
        ClockView(
            kind=each.kind,
            referral_id=None,
            started_at=each.started_at,
            due_at=each.due_at,
            met_at=each.met_at,
            missed_at=each.missed_at,
        )
        for each in await store.clocks(tx, enquiry_id)
    ]
    found += [
        ClockView(
            kind="acknowledgement",
            referral_id=each.id,
            started_at=each.made_at,
            due_at=each.acknowledge_by,
            met_at=each.acknowledged_at,
            missed_at=each.escalated_at,
        )
        for each in enquiry.referrals
        if each.acknowledge_by is not None
    ]
    return Clocks(items=tuple(sorted(found, key=lambda each: each.started_at)))


async def _views(tx: Tx, found: Sequence[asyncpg.Record]) -> tuple[AlarmView, ...]:
    notices = await store.notices(tx, [row["id"] for row in found])
    states = await mail.states(tx, [each.id for each in notices])
    told: dict[UUID, list[NoticeView]] = {}
    for each in notices:
        told.setdefault(each.alarm_id, []).append(
            NoticeView(
                round=each.round,
                level=each.level,
                function_id=each.function_id,
                told_at=each.told_at,
                mail=states.get(each.id, "withdrawn"),
            )
        )
    return tuple(
        AlarmView.model_validate(
            {
                **row,
                "next_at": None if row["unheard_at"] else row["next_at"],
                "notices": told.get(row["id"], ()),
            }
        )
        for row in found
    )
