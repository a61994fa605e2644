"""What of advisory waits for somebody: alarms that nobody hears, acute hand-overs, hours without anybody on duty."""

from collections.abc import Sequence
from datetime import timedelta

from advisory.domain import duty
from advisory.domain.days import danish_day
from advisory.store import duty as roster
from chassis.attention import Attention
from chassis.clock import Clock
from chassis.database import Tx
from contracts.values import Provenance

PROVENANCES: tuple[Provenance, ...] = ("actual", "synthetic")
UNHEARD = "unheard_alarms"
OVERDUE = "overdue_acute_hand_overs"
UNCOVERED = "uncovered_duty_hours"


async def waiting(tx: Tx, clock: Clock) -> Sequence[Attention]:
    """How much of each waits. Nothing synthetic is urgent, and a synthetic roster that nobody keeps has no hours."""
    return [each for provenance in PROVENANCES for each in await _waiting(tx, clock, provenance)]


async def _waiting(tx: Tx, clock: Clock, provenance: Provenance) -> list[Attention]:
    real = provenance == "actual"
    kind, of = ("", "") if real else ("synthetic ", "provenance=synthetic")
    unheard = await tx.fetchval(
        "select count(*) from alarms where provenance = $1 and state = 'raised' and unheard_at is not null", provenance
    )
    overdue = await tx.fetchval(
        """
        select count(*) from referrals join enquiries on enquiries.id = enquiry_id
        where provenance = $1 and referrals.urgency = 'acute' and escalated_at is not null
            and acknowledged_at is null and referrals.outcome is null
        """,
        provenance,
    )
    hours, days = await _uncovered(tx, clock, provenance)
    alarms, show = ("alarm", "shows it") if unheard == 1 else ("alarms", "shows them")
    return [
        Attention(
            UNHEARD,
            provenance,
            unheard,
            f"{unheard} {kind}{alarms} nobody hears: nobody is on duty."
            f" GET /v1/alarms?open=true{of and '&' + of} {show}; acknowledge, and put somebody on duty.",
            urgent=real,
        ),
        Attention(
            OVERDUE,
            provenance,
            overdue,
            f"{overdue} acute {kind}hand-over{'' if overdue == 1 else 's'} nobody has acknowledged in time:"
            f" GET /v1/enquiries?overdue=true&urgency=acute{of and '&' + of}.",
        ),
        Attention(
            UNCOVERED,
            provenance,
            hours,
            f"{hours} hour{'' if hours == 1 else 's'} of the next {days} days without anybody on {kind}duty:"
            f" GET /v1/duty-roster{of and '?' + of}.",
        ),
    ]


async def _uncovered(tx: Tx, clock: Clock, provenance: Provenance) -> tuple[int, int]:
    at = clock.now(provenance)
    rules = await roster.rules(tx, danish_day(at))
    days = rules.roster_look_ahead_days
    functions = await roster.functions(tx, provenance)
    if provenance == "synthetic" and not functions:
        return 0, days
    ahead = await roster.shifts(tx, provenance, start=at, end=at + timedelta(days=days))
    return duty.outlook(functions, ahead, rules=rules, at=at).uncovered_hours, days
