"""How events flow through a service, as it says of itself in `/pipelinez` and `/metrics`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import httpx2

LAG = re.compile(r'^maerk_consumer_lag\{.*partition="(\d+)",topic="([\w.]+)"\} (\S+)$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Flowing:
    """What waits in a service, and what of it needs somebody; `notes` say what is worth knowing.

    Shape: `behind` has the partitions that are behind only, as topic/partition.
    """

    to_send: int
    behind: Mapping[str, int]
    parked: int
    reasons: Sequence[str]
    notes: Sequence[str]

    @classmethod
    def of(cls, url: str) -> Self | None:
        """None when the service does not answer."""
        try:
            said = httpx2.get(f"{url}/pipelinez", timeout=5).json()  # with 503 when something needs somebody
            metrics = httpx2.get(f"{url}/metrics", timeout=5).text
        except (httpx2.HTTPError, ValueError):
            return None
        behind = {f"{topic}/{partition}": int(float(count)) for partition, topic, count in LAG.findall(metrics)}
        return cls(
            to_send=said["outbox_depth"],
            behind={place: count for place, count in behind.items() if count},
            parked=said["parked_keys"],
            reasons=said["reasons"],
            notes=said["notes"],
        )
