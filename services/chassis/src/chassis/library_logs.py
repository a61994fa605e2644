"""What libraries log: filled in with what cannot be anybody's, and the same fault at most once a minute."""

import logging
import re
import time
from collections.abc import Callable
from typing import Any

EVERY_S = 60.0
MOST = 1000  # messages that are remembered; a library that makes up new ones is not to fill the memory

FILLED = ("aiokafka",)
"""Libraries of whose messages the values are told: they speak of nodes, topics and groups, and have no client's text.

Keys and values of events are bytes to them, which are never told, nor is the text of an exception.
"""

_NAME = re.compile(r"[A-Za-z0-9._:/-]{1,100}")


class OnceAMinute(logging.Filter):
    """Lets a message of a logger through once a minute; `record.repeats` says how many were held back before it.

    Its values are put aside as `record.values`: logging itself would fill them in, and print them where that fails.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self._said: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the message was not let through within the minute before."""
        if len(self._said) >= MOST:
            self._said.clear()
        what, now = (record.name, str(record.msg)), self._now()
        since, held = self._said.get(what, (-EVERY_S, 0))
        if now < since + EVERY_S:
            self._said[what] = since, held + 1
            return False
        self._said[what] = now, 0
        record.repeats, record.values, record.args = held, record.args, ()
        return True


def said(record: logging.LogRecord) -> str:
    """The message, with its values where the library is one of `FILLED`, and as its template otherwise."""
    template, values = str(record.msg), getattr(record, "values", ())
    if record.name.partition(".")[0] not in FILLED or not values:
        return template
    try:
        if isinstance(values, dict):
            return template % {name: _shown(each) for name, each in values.items()}
        return template % tuple(_shown(each) for each in values)
    except (TypeError, ValueError, KeyError):
        return template


def _shown(value: Any) -> Any:
    """A number, a name or the kind of the value, which is all that is told of it."""
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, str) and _NAME.fullmatch(value):
        return value
    topic, partition = getattr(value, "topic", None), getattr(value, "partition", None)
    if isinstance(topic, str) and _NAME.fullmatch(topic) and isinstance(partition, int):
        return f"{topic}/{partition}"
    number = getattr(value, "errno", None) if isinstance(value, BaseException) else None
    return f"{type(value).__name__} {number}" if isinstance(number, int) else type(value).__name__
