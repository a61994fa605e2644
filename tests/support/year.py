"""Synthetic years of everybody's events, about nobody, each about as large as a generous year would be.

Source: the sizes per year are the project's own estimate for sizing, 20,000 to 60,000 events; which day something
happened, and in which of the synthetic municipalities, is drawn at random.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from heapq import merge
from random import Random
from typing import Any
from uuid import UUID

import orjson

from contracts import advisory, cloudevents, cooperation, knowledge, snapshots, training
from contracts.event import Event

A_YEAR = 60_000
PLACES = ("9901", "9902", "9903", "9904")
LIVES: Sequence[tuple[int, tuple[type[Event], ...]]] = (
    (2_000, (advisory.EnquiryRegistered, advisory.EnquiryClosed)),
    (1_000, (advisory.ReferralMade, advisory.ReferralAcknowledged)),
    (1_500, (advisory.NeedIdentified,)),
    (800, (advisory.MunicipalityContacted,)),
    (60, (advisory.ProcessAgreed, advisory.VisitHeld, advisory.ProcessCompleted)),
    (150, (advisory.PreparednessPlanRecorded, advisory.PreparednessPlanAdopted, advisory.PreparednessPlanPublished)),
    (120, (training.EventDrafted, training.EventPublished, training.EventOpened, training.EventHeld)),
    (6_000, (training.RegistrationConfirmed, training.RegistrationAttended)),
    (600, (training.RegistrationWaitlisted, training.RegistrationOffered, training.RegistrationConfirmed)),
    (100, (cooperation.AgreementSigned, cooperation.AgreementRenewed, cooperation.AgreementExpired)),
    (300, (cooperation.CoordinationOpened, cooperation.CoordinationClosed)),
    (60, (knowledge.PublicationDrafted, knowledge.PublicationPublished, knowledge.PublicationRevised)),
)
"""How many things of a kind there are in a year, and what happens to each; the rest of the year is more of the same."""


def year(number: int, *, count: int = A_YEAR, seed: int = 2026) -> Iterator[Event]:
    """About so many events of that year in the order in which they happened, the same for the same arguments."""
    random = Random(f"{seed} {number}")
    whole = sum(many * len(life) for many, life in LIVES)
    lives = (_life(random, number, life) for many, life in LIVES for _ in range(max(1, round(many * count / whole))))
    yield from merge(*map(list, lives), key=lambda each: each.at)


def _life(random: Random, number: int, life: Sequence[type[Event]]) -> Iterator[Event]:
    subject = UUID(int=random.getrandbits(128), version=4)
    place = random.choice(PLACES)
    start = datetime(number, 1, 1, 8, tzinfo=UTC)
    for revision, moment in enumerate(sorted(random.randrange(364 * 24) for _ in life), start=1):
        cls = life[revision - 1]
        said: dict[str, Any] = {
            "subject": subject,
            "revision": revision,
            "at": start + timedelta(hours=moment),
            "provenance": "synthetic",
            "municipality_code": place,
            "municipality_codes": (place,),
        }
        yield cls(**{**_example(cls), **{name: said[name] for name in said if name in cls.model_fields}})


@cache
def _example(cls: type[Event]) -> dict[str, Any]:
    """The fields of the event as it lies in the contracts' examples."""
    stored = snapshots.read(snapshots.ROOT / "examples" / f"{cls.type}.json")
    headers = [(name, value.encode()) for name, value in stored["headers"].items()]
    event = cloudevents.decode(headers, orjson.dumps(stored["data"])).event
    return {name: getattr(event, name) for name in cls.model_fields}
