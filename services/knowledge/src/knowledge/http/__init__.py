"""Viden: publikationer og de paragraffer, de citerer.

Knowledge: publications, and the paragraphs of law that they quote.
"""

from fastapi import APIRouter

from chassis.web.edge import Edge
from knowledge.http import backlog, publication, reference

router = APIRouter(route_class=Edge, prefix="/v1")
for each in (publication, reference, backlog):
    router.include_router(each.router)
