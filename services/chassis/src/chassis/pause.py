"""Waiting that ends early when the service is asked to stop."""

import asyncio
import random
from contextlib import suppress


async def pause(stop: asyncio.Event, seconds: float) -> bool:
    """True when `stop` was set before the seconds were over."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()


def jittered(failures: int, *, longest_s: float) -> float:
    """How long to wait after so many failures in a row, at random so that instances do not return all at once.

    Units: seconds, at least 0.05.
    Source: full jitter, M. Brooker, "Exponential Backoff and Jitter", 2015.
    """
    return max(0.05, random.uniform(0, min(longest_s, 0.1 * 2 ** min(failures, 16))))  # noqa: S311  # no secret
