"""Samarbejde: kontaktpunkter, samarbejdsaftaler, huller og koordinationsforløb.

Cooperation: contact points, agreements, gaps, and the coordination of severe cases.
"""

from fastapi import APIRouter

from chassis.web.edge import Edge
from cooperation.http import agreements, contact_points, coordinations, gaps, police_districts

router = APIRouter(route_class=Edge, prefix="/v1")
for each in (police_districts, contact_points, agreements, gaps, coordinations):
    router.include_router(each.router)
