"""Viden: publikationer og de paragraffer, de citerer.

Knowledge: publications, and the paragraphs of law that they quote.
"""

from chassis.web.edge import joined
from knowledge.http import backlog, publication, reference

router = joined(publication.router, reference.router, backlog.router)
