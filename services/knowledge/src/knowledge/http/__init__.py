"""Viden: publikationer, de paragraffer, de citerer, og statistik.

Knowledge: publications, the paragraphs of law that they quote, and statistics.
"""

from fastapi import APIRouter

from chassis.web.edge import Edge
from knowledge.http import backlog, publication, reference, statistic

router = APIRouter(route_class=Edge, prefix="/v1")
for each in (publication, reference, statistic, backlog):
    router.include_router(each.router)
