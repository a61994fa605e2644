"""What others tell advisory, in whatever order a test puts it."""

from uuid import uuid5

from advisory.__main__ import LISTENS
from chassis.consumer import effects
from contracts import cloudevents
from contracts.event import Event
from contracts.topics import partition
from support.consuming import Message
from support.inside import Inside


class Log:
    """One service's internal topic, into which anything can be put in any order."""

    def __init__(self, service: str) -> None:
        self.topic = f"maerk.internal.{service}"
        self.sequence = 0
        self.ends = dict.fromkeys(range(6), 0)

    def message(self, event: Event) -> Message:
        """The event as it lies next in the log, numbered anew even if it lies there already."""
        told = cloudevents.encode(event, id=uuid5(event.subject, str(event.revision)), stream="internal", flow=None)
        number = partition(told.key)
        self.sequence += 1
        headers = [*told.headers, cloudevents.sequence_header(self.sequence)]
        message = Message(self.topic, number, self.ends[number], told.key, told.value, headers)
        self.ends[number] += 1
        return message

    async def tell(self, advisory: Inside, *events: Event, at_most: int = 1) -> None:
        """The events have had their effect."""
        messages = [self.message(each) for each in events]
        for start in range(0, len(messages), at_most):
            assert await effects.apply(advisory.pool, messages[start : start + at_most], LISTENS) is not None
