"""Samarbejde: kontaktpunkter, samarbejdsaftaler, huller og koordinationsforløb.

Cooperation: contact points, agreements, gaps, and the coordination of severe cases.
"""

from chassis.web.edge import joined
from cooperation.http import agreement, contact_point, coordination, gap, police_district

router = joined(police_district.router, contact_point.router, agreement.router, gap.router, coordination.router)
