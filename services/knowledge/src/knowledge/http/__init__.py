"""Viden: publikationer, de paragraffer, de citerer, og statistik.

Knowledge: publications, the paragraphs of law that they quote, and statistics.
"""

from chassis.web.edge import joined
from knowledge.http import backlog, publication, reference, statistic

router = joined(publication.router, reference.router, statistic.router, backlog.router)
