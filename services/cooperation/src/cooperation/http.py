"""Samarbejde: kontaktpunkter, samarbejdsaftaler, huller og koordinationsforløb.

Cooperation: contact points, agreements, gaps, and the coordination of severe cases.
"""

from fastapi import APIRouter

from chassis.web.edge import Edge

router = APIRouter(route_class=Edge, prefix="/v1")
