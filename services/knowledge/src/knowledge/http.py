"""Viden: publikationer og de paragraffer, de citerer.

Knowledge: publications, and the paragraphs of law that they quote.
"""

from fastapi import APIRouter

from chassis.web.edge import Edge

router = APIRouter(route_class=Edge, prefix="/v1")
