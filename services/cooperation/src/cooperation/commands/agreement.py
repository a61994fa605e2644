"""What cooperation can be asked to do with agreements."""

from collections.abc import Set as AbstractSet
from datetime import date, datetime
from uuid import UUID

from chassis import deadlines, outbox
from chassis.auth import Principal
from chassis.clock import Now
from chassis.database import Expect, Tx
from contracts.event import Event
from contracts.geography import PoliceDistrictSlug, provenance_of
from cooperation.commands.gap import judged
from cooperation.domain import agreement as domain
from cooperation.domain.organisation import check_acts_for
from cooperation.store import agreement as store

FALLS_DUE = "agreement"


async def draft_agreement(
    tx: Tx,
    id: UUID,
    *,
    by: Principal,
    own: AbstractSet[str],
    police_district: PoliceDistrictSlug,
    municipality_codes: tuple[str, ...],
    title_da: str,
    sections: tuple[domain.Section, ...],
    now: Now,
) -> None:
    """An agreement is being written."""
    _check_acts_for(police_district, municipality_codes, by=by, own=own)
    agreement = domain.draft(
        id=id,
        police_district=police_district,
        municipality_codes=municipality_codes,
        title_da=title_da,
        sections=sections,
        at=now(provenance_of(municipality_codes[0])),
    )
    await store.add_agreement(tx, agreement)


async def sign_agreement(
    tx: Tx,
    id: UUID,
    *,
    by: Principal,
    own: AbstractSet[str],
    expect: Expect,
    signed_on: date,
    published_url: str | None,
    now: Now,
) -> None:
    """The agreement is in force; what time has already done to it has happened too."""
    agreement, aged, at = await _loaded(tx, id, by=by, own=own, expect=expect, now=now)
    agreement, signed = domain.sign(agreement, signed_on=signed_on, published_url=published_url, at=at)
    agreement, aged_since = domain.grow_older(agreement, at=at)
    await _save(tx, agreement, *aged, signed, *aged_since, at=at)


async def renew_agreement(
    tx: Tx, id: UUID, *, by: Principal, own: AbstractSet[str], expect: Expect, reviewed_on: date, now: Now
) -> None:
    """The agreement was reviewed and goes on; what time has already done to it has happened too."""
    agreement, aged, at = await _loaded(tx, id, by=by, own=own, expect=expect, now=now)
    agreement, renewed = domain.renew(agreement, reviewed_on=reviewed_on, at=at)
    agreement, aged_since = domain.grow_older(agreement, at=at)
    await _save(tx, agreement, *aged, renewed, *aged_since, at=at)


async def terminate_agreement(
    tx: Tx, id: UUID, *, by: Principal, own: AbstractSet[str], expect: Expect, now: Now
) -> None:
    """One side has ended the agreement."""
    agreement, aged, at = await _loaded(tx, id, by=by, own=own, expect=expect, now=now)
    agreement, terminated = domain.terminate(agreement, at=at)
    await _save(tx, agreement, *aged, terminated, at=at)


async def let_agreement_age(tx: Tx, id: UUID, *, at: datetime) -> None:
    """What time has brought to the agreement by this moment has happened."""
    agreement = await store.agreement_for_update(tx, id)
    agreement, aged = domain.grow_older(agreement, at=at)
    await _save(tx, agreement, *aged, at=at)


async def _loaded(
    tx: Tx, id: UUID, *, by: Principal, own: AbstractSet[str], expect: Expect, now: Now
) -> tuple[domain.Agreement, list[Event], datetime]:
    agreement = await store.agreement_for_update(tx, id)
    _check_acts_for(agreement.police_district, agreement.municipality_codes, by=by, own=own)
    expect(agreement.revision)
    at = now(agreement.provenance)
    return *domain.grow_older(agreement, at=at), at


async def _save(tx: Tx, agreement: domain.Agreement, *told: Event, at: datetime) -> None:
    await store.save_agreement(tx, agreement)
    if (due := domain.next_due(agreement)) is not None:
        await deadlines.set_deadline(tx, FALLS_DUE, agreement.id, due_at=due, provenance=agreement.provenance)
    else:
        await deadlines.clear_deadline(tx, FALLS_DUE, agreement.id)
    await outbox.publish(tx, *told, *await judged(tx, agreement.municipality_codes, at=at))


def _check_acts_for(
    police_district: str, municipality_codes: tuple[str, ...], *, by: Principal, own: AbstractSet[str]
) -> None:
    sides = {f"police:{police_district}", *(f"municipality:{code}" for code in municipality_codes)}
    check_acts_for(sides, adviser=by.has_any("adviser"), own=own)
