"""Rådgivning: henvendelser, rådgivningsforløb, opsøgende arbejde og kommunernes beredskabsplaner.

Advisory: enquiries, the travelling team's processes, outreach, and the register of the municipalities' preparedness
plans, barnets lov § 15(3). Nothing here has a place for anybody's identity.
"""

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
from chassis.web.edge import joined

router = joined(
    # What is asked of the whole register comes before what is asked of one entry, whose path would fit it too.
    enquiry.router,
    enquiry_course.router,
    process.router,
    process_parts.router,
    outreach.router,
    review.router,
    plan_register.router,
    preparedness_plan.router,
    alarm.router,
    duty.router,
    calling.router,
    directory.router,
    consultant_unit.router,
    network_meeting.router,
    stay_coordination.router,
)
