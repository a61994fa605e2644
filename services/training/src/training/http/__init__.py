"""Uddannelse: kurser, temadage og netværksmøder, hvem der har plads, og hvem der venter.

Training: courses, theme days and network meetings, who has a seat and who waits. Nobody's name is asked for.
"""

from fastapi import APIRouter

from chassis.web.edge import Edge
from training.http import event, registration, worklist

router = APIRouter(route_class=Edge, prefix="/v1")
for each in (event, registration, worklist):
    router.include_router(each.router)
