"""Rådgivning: henvendelser, rådgivningsforløb, opsøgende arbejde og kommunernes beredskabsplaner.

Advisory: enquiries, the travelling team's processes, outreach, and the register of the municipalities' preparedness
plans, barnets lov § 15(3). Nothing here has a place for anybody's identity.
"""

from fastapi import APIRouter

from advisory.http import alarm, duty, enquiry, outreach, preparedness_plan, process, review
from chassis.web.edge import Edge

router = APIRouter(route_class=Edge, prefix="/v1")
for each in (enquiry, alarm, duty, process, outreach, review, preparedness_plan):
    router.include_router(each.router)
