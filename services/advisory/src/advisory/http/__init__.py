"""Rådgivning: henvendelser, rådgivningsforløb, opsøgende arbejde og kommunernes beredskabsplaner.

Advisory: enquiries, the travelling team's processes, outreach, and the register of the municipalities' preparedness
plans, barnets lov § 15(3). Nothing here has a place for anybody's identity.
"""

from fastapi import APIRouter

from advisory.http import (
    alarm,
    calling,
    consultant_unit,
    directory,
    duty,
    enquiry,
    enquiry_course,
    network_meeting,
    outreach,
    plan_register,
    preparedness_plan,
    process,
    process_parts,
    review,
    stay_coordination,
)
from chassis.web.edge import Edge

router = APIRouter(route_class=Edge, prefix="/v1")
# What is asked of the whole register comes before what is asked of one entry, whose path would fit it too.
for each in (enquiry, enquiry_course, process, process_parts, outreach, review, plan_register, preparedness_plan):
    router.include_router(each.router)
for each in (alarm, duty, calling, directory, consultant_unit, network_meeting, stay_coordination):
    router.include_router(each.router)
