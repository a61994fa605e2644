"""Planlægning: den årlige handlingsplan, og tal der kan åbnes ned til hændelserne bag dem.

Planning: the yearly action plan, and figures that open to the events behind them.
"""

from chassis.web.edge import joined
from planning.http import (
    authority,
    decision,
    document,
    edition,
    figure,
    funding,
    indicator,
    initiative,
    loop,
    meeting,
    milestone,
    pack,
    partner_report,
    plan,
    priority,
    report,
    seat,
)

router = joined(
    plan.router,
    edition.router,
    document.router,
    authority.router,
    initiative.router,
    report.router,
    milestone.router,
    funding.router,
    figure.router,
    indicator.router,
    priority.router,
    loop.router,
    pack.router,
    seat.router,
    meeting.router,
    decision.router,
    partner_report.router,
)
