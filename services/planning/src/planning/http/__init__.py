"""Planlægning: den årlige handlingsplan, og tal der kan åbnes ned til hændelserne bag dem.

Planning: the yearly action plan, and figures that open to the events behind them.
"""

from fastapi import APIRouter

from chassis.web.edge import Edge
from planning.http import (
    document,
    edition,
    figure,
    funding,
    indicator,
    initiative,
    loop,
    milestone,
    pack,
    plan,
    priority,
)

router = APIRouter(route_class=Edge, prefix="/v1")
for each in (plan, edition, document, initiative, milestone, funding, figure, indicator, priority, loop, pack):
    router.include_router(each.router)
