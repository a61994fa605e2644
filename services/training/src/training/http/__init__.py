"""Uddannelse: kurser, temadage og netværksmøder, hvem der har plads, og hvem der venter.

Training: courses, theme days and network meetings, who has a seat and who waits. Nobody's name is asked for.
"""

from chassis.web.edge import joined
from training.http import event, registration, worklist

router = joined(event.router, registration.router, worklist.router)
