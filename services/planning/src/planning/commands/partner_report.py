"""Authorities report, and MÆRK lets it count or sends it back.

What is reported is tried by the rules that it will meet when it counts, so that nobody waits for what cannot be.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.clock import Now
from chassis.database import Expect, Tx
from contracts.values import Provenance
from planning.commands.decision import carry_out_decision
from planning.commands.indicator import record_reading
from planning.commands.milestone import meet_milestone
from planning.commands.report import report_initiative, tried_report
from planning.domain import decision, milestone
from planning.domain import partner_report as domain
from planning.domain.authority import Authority, check_there
from planning.domain.partner_report import PartnerReport, Said, SaidDecision, SaidMilestone, SaidReading, SaidStatus
from planning.domain.period import Period, danish_day
from planning.domain.reading import read_by_hand
from planning.domain.seat import is_member
from planning.store import authority as authorities
from planning.store import decision as decisions
from planning.store import indicator as indicators
from planning.store import initiative as initiatives
from planning.store import milestone as milestones
from planning.store import partner_report as reports
from planning.store import plan as plans
from planning.store import seat as seats


@dataclass(frozen=True)
class Caller:
    """Who asks: an opaque id, and the authorities for which they act."""

    id: str
    acts_for: AbstractSet[str]


async def submit_partner_report(
    tx: Tx, id: UUID, sender: str, said: dict[str, Any], *, caller: Caller, now: Now
) -> None:
    """The report waits for MÆRK."""
    report = await _tried(tx, id, sender, reports.read(said), caller=caller, now=now)
    await reports.save_report(tx, domain.submit(report, by=caller.id, at=now(report.provenance)))


async def resubmit_partner_report(
    tx: Tx, id: UUID, sender: str, said: dict[str, Any], *, caller: Caller, expect: Expect, now: Now
) -> None:
    """The report waits for MÆRK again, and says this now."""
    report = await _loaded(tx, id, expect, of=caller.acts_for)
    new = await _tried(tx, id, sender, reports.read(said), caller=caller, now=now)
    await reports.save_report(tx, domain.resubmit(report, new, by=caller.id, at=now(report.provenance)))


async def withdraw_partner_report(tx: Tx, id: UUID, *, caller: Caller, expect: Expect, now: Now) -> None:
    """The sender says it no more."""
    report = await _loaded(tx, id, expect, of=caller.acts_for)
    await reports.save_report(tx, domain.withdraw(report, at=now(report.provenance)))


async def return_partner_report(tx: Tx, id: UUID, *, reason: str, expect: Expect, now: Now) -> None:
    """The report is with its sender again, for a reason."""
    report = await _loaded(tx, id, expect)
    await reports.save_report(tx, domain.send_back(report, reason, at=now(report.provenance)))


async def approve_partner_report(tx: Tx, id: UUID, *, caller: Caller, expect: Expect, now: Now) -> None:
    """The report counts, from this moment and in this transaction."""
    report = await _loaded(tx, id, expect)
    approved = domain.approve(
        report,
        by=caller.id,
        acts_for=caller.acts_for,
        definition_version=await _definition_version(tx, report.said),
        at=now(report.provenance),
    )
    await reports.save_report(tx, approved)
    await _let_count(tx, approved, now=now)


async def _let_count(tx: Tx, report: PartnerReport, *, now: Now) -> None:
    """What the report says has happened as if MÆRK had said it, whatever the thing's revision is by now."""
    said = report.said
    match said:
        case SaidReading():
            await record_reading(
                tx,
                said.about,
                period=Period(said.period),
                value=said.value,
                source_url=said.source_url,
                provenance=report.provenance,
                at=now(report.provenance),
                partner_report_id=report.id,
                reported_by=report.sender,
            )
        case SaidStatus():
            await report_initiative(
                tx,
                said.about,
                light=said.status,
                reason=said.reason,
                quarter=said.quarter,
                own=None,
                expect=_as_it_stands,
                now=now,
            )
        case SaidMilestone():
            await meet_milestone(
                tx,
                said.about,
                met_on=said.met_on,
                source_url=said.source_url,
                event_ids=(),
                own=None,
                expect=_as_it_stands,
                now=now,
            )
        case SaidDecision():
            await carry_out_decision(
                tx,
                said.about,
                carried_out_on=said.carried_out_on,
                source_url=said.source_url,
                note_da=said.note_da,
                expect=_as_it_stands,
                now=now,
            )


async def _tried(tx: Tx, id: UUID, sender: str, said: Said, *, caller: Caller, now: Now) -> PartnerReport:
    """The report, which could count at this moment. Whoever may not report is told nothing of what it is about."""
    authority = await _reporting(tx, sender, said, caller=caller, now=now)
    at, version = now(authority.provenance), await _definition_version(tx, said)
    match said:
        case SaidReading():
            indicator = await indicators.indicator_for_update(tx, said.about)
            _check_kind(authority, (await plans.plan(tx, indicator.plan_id)).provenance, at)
            read_by_hand(indicator, Period(said.period))
        case SaidStatus():
            one, of = await initiatives.initiative_for_update(tx, said.about)
            _check_kind(authority, of.provenance, at)
            _, tried, _, _ = await tried_report(
                tx, one, said.status, reason=said.reason, quarter=said.quarter, of=of, at=at
            )
            said = replace(said, quarter=tried.quarter)
        case SaidMilestone():
            reached = await milestones.milestone_for_update(tx, said.about)
            _check_kind(authority, reached.provenance, at)
            milestone.meet(reached, met_on=said.met_on, source_url=said.source_url, event_count=0, at=at)
        case SaidDecision():
            decided = await decisions.decision_for_update(tx, said.about)
            domain.check_responsible(sender, decided.responsible)
            decision.carry_out(
                decided,
                carried_out_on=said.carried_out_on,
                source_url=said.source_url,
                note_da=said.note_da,
                at=at,
            )
    return PartnerReport(id, sender, authority.provenance, said, version)


async def _reporting(tx: Tx, sender: str, said: Said, *, caller: Caller, now: Now) -> Authority:
    """The authority that reports, for which the caller acts; with a seat today, but for what it is responsible for."""
    domain.check_yours(sender, caller.acts_for)
    found = (await authorities.named(tx, [sender])).get(sender)
    today = danish_day(now("actual" if found is None else found.provenance))
    authority = check_there(found, on=today, pointer="/sender")
    if said.kind != "decision":
        domain.check_member(seated=is_member(authority, await seats.seats_of(tx, [sender]), today))
    return authority


def _check_kind(authority: Authority, provenance: Provenance, at: datetime) -> None:
    """Real authorities report on what is real, synthetic ones on what is synthetic."""
    check_there(authority, on=danish_day(at), of=provenance, pointer="/sender")


async def _definition_version(tx: Tx, said: Said) -> int | None:
    """The definition that holds, of an indicator; no other is given until the transaction ends."""
    if said.kind != "reading":
        return None
    await indicators.hold_definitions(tx)
    return (await indicators.indicator_for_update(tx, said.about)).definition.version


async def _loaded(tx: Tx, id: UUID, expect: Expect, *, of: AbstractSet[str] | None = None) -> PartnerReport:
    report = await reports.report_for_update(tx, id, of=of)
    expect(report.revision)
    return report


def _as_it_stands(_: int) -> None:
    """Whoever approves has seen the report, and the thing may have changed since it was sent."""
