"""Uddannelse: kurser, temadage og netværksmøder, og hvem der har plads.

Training: courses, theme days and network meetings, and who has a seat.
"""

from fastapi import APIRouter

from chassis.web.edge import Edge

router = APIRouter(route_class=Edge, prefix="/v1")
