"""Samarbejde: kontaktpunkter, samarbejdsaftaler, huller og koordinationsforløb.

Cooperation: contact points, agreements, gaps, and the coordination of severe cases.
"""

from fastapi import APIRouter

from chassis.web.edge import Edge
from cooperation.http import agreement, contact_point, coordination, gap, police_district

router = APIRouter(route_class=Edge, prefix="/v1")
for each in (police_district, contact_point, agreement, gap, coordination):
    router.include_router(each.router)
