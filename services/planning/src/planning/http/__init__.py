"""Planlægning: den årlige handlingsplan, og tal der kan åbnes ned til hændelserne bag dem.

Planning: the yearly action plan, and figures that open to the events behind them.
"""

from fastapi import APIRouter

from chassis.web.edge import Edge
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

router = APIRouter(route_class=Edge, prefix="/v1")
for each in (
    plan,
    edition,
    document,
    authority,
    initiative,
    report,
    milestone,
    funding,
    figure,
    indicator,
    priority,
    loop,
    pack,
    seat,
    meeting,
    decision,
    partner_report,
):
    router.include_router(each.router)
