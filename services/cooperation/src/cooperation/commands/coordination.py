"""What those who take part in a coordination can ask for. To everybody else there is none."""

from collections.abc import Set as AbstractSet
from datetime import date
from uuid import UUID

from chassis import outbox
from chassis.clock import Now
from chassis.database import Expect, Tx
from contracts.taxonomy import TopicCode
from cooperation.domain import coordination as domain
from cooperation.domain.organisation import check_acts_for, provenance_of_organisation
from cooperation.store import coordination as store


async def open_coordination(
    tx: Tx,
    id: UUID,
    *,
    own: AbstractSet[str],
    organisation: str,
    age_group: domain.AgeGroup,
    topics: tuple[TopicCode, ...],
    acute: bool,
    stay_phase: domain.StayPhase | None,
    now: Now,
) -> None:
    """The coordination is there, and the organisation takes part."""
    check_acts_for({organisation}, adviser=False, own=own)
    coordination, opened = domain.opened(
        id=id,
        by=organisation,
        age_group=age_group,
        topics=topics,
        acute=acute,
        stay_phase=stay_phase,
        at=now(provenance_of_organisation(organisation)),
    )
    await store.add_coordination(tx, coordination)
    await outbox.publish(tx, opened)


async def invite_to_coordination(
    tx: Tx, id: UUID, *, own: AbstractSet[str], expect: Expect, organisation: str, receiving: bool
) -> None:
    """The organisation may join."""
    coordination, _ = await _loaded(tx, id, own, expect)
    await store.save_coordination(tx, domain.invite(coordination, organisation, receiving=receiving))


async def join_coordination(tx: Tx, id: UUID, *, own: AbstractSet[str]) -> None:
    """The invited organisation takes part; once it does, joining again changes nothing."""
    coordination = await store.coordination_for_update(tx, id, own, invited=True)
    await store.save_coordination(tx, domain.join(coordination, own))


async def take_step(
    tx: Tx, id: UUID, *, own: AbstractSet[str], expect: Expect, step: domain.TakenStep, now: Now
) -> None:
    """The step is taken today."""
    coordination, by = await _loaded(tx, id, own, expect)
    await store.save_coordination(tx, domain.take_step(coordination, step, by=by, at=now(coordination.provenance)))


async def judge_risk(
    tx: Tx,
    id: UUID,
    *,
    own: AbstractSet[str],
    expect: Expect,
    level: domain.RiskLevel,
    tool: domain.Tool,
    valid_until: date | None,
    now: Now,
) -> None:
    """A professional's judgement of the risk stands with today's date."""
    coordination, by = await _loaded(tx, id, own, expect)
    at = now(coordination.provenance)
    await store.save_coordination(
        tx, domain.judge_risk(coordination, level=level, tool=tool, valid_until=valid_until, by=by, at=at)
    )


async def record_disclosure_basis(
    tx: Tx,
    id: UUID,
    *,
    own: AbstractSet[str],
    expect: Expect,
    basis: domain.Basis,
    purpose: domain.Purpose,
    to_organisation: str,
    now: Now,
) -> None:
    """It stands on what basis the caller's organisation may tell another one something."""
    coordination, by = await _loaded(tx, id, own, expect)
    at = now(coordination.provenance)
    await store.save_coordination(
        tx,
        domain.record_basis(coordination, basis=basis, purpose=purpose, to_organisation=to_organisation, by=by, at=at),
    )


async def advance_coordination(tx: Tx, id: UUID, *, own: AbstractSet[str], expect: Expect, to: domain.State) -> None:
    """The coordination is in that state."""
    coordination, _ = await _loaded(tx, id, own, expect)
    await store.save_coordination(tx, domain.advance(coordination, to))


async def close_coordination(
    tx: Tx, id: UUID, *, own: AbstractSet[str], expect: Expect, reason: domain.ClosedReason, now: Now
) -> None:
    """The coordination has ended."""
    coordination, _ = await _loaded(tx, id, own, expect)
    coordination, closed = domain.close(coordination, reason=reason, at=now(coordination.provenance))
    await store.save_coordination(tx, coordination)
    await outbox.publish(tx, closed)


async def _loaded(tx: Tx, id: UUID, own: AbstractSet[str], expect: Expect) -> tuple[domain.Coordination, str]:
    """The coordination, and the organisation as which the caller acts: first whether it is there, then the rest."""
    coordination = await store.coordination_for_update(tx, id, own)
    by = coordination.acting(own)
    expect(coordination.revision)
    return coordination, by
