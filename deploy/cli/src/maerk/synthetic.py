"""Synthetic enquiries for a demonstration: as many as are known of, in shapes that could be, about nobody.

Sources publish how many enquiries the security consultants had in a year and no more: 286 in 2019, later 631 in a year
(presse-fotos.dk; which year is not stated). Everything else here is drawn at random: more before the
summer holidays than otherwise, and of the topics most often social restrictions, then violence (uim.dk, October 2019).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from maerk.api import Api

A_YEAR = 631
SEED = 2026
MUNICIPALITIES = ("9901", "9902", "9903", "9904")
MONTHS = (2, 2, 2, 3, 6, 6, 2, 2, 2, 2, 2, 1)
"""How enquiries are spread over the year: three times as many in May and June, before the travelling season."""
TOPICS = {
    "negative_social_control": 30,
    "physical_violence": 16,
    "psychological_violence": 14,
    "honour_related_conflict": 12,
    "forced_marriage": 8,
    "re_education_trip": 8,
    "involuntary_stay_abroad": 6,
    "threats": 6,
    "exit_support": 5,
    "online_control": 5,
    "retention_in_religious_marriage": 3,
    "legislation": 3,
    "preparedness_plan": 3,
}
REQUESTERS = {
    "municipality_social": 40,
    "municipality_school": 25,
    "youth_education": 8,
    "municipality_job_centre": 7,
    "shelter": 6,
    "health": 5,
    "police": 5,
    "civil_society": 4,
}
CHANNELS = {"phone": 75, "email": 20, "meeting": 5}
URGENCIES = {"normal": 70, "soon": 26, "acute": 4}
MINORS = {"yes": 45, "no": 45, "unknown": 10}
ABROAD = {"re_education_trip", "involuntary_stay_abroad"}


def enquiries(*, until: date, count: int = A_YEAR, seed: int = SEED) -> Iterator[dict[str, Any]]:
    """The requests that register so many enquiries within the year up to that day, the same for the same arguments.

    Shape: bodies of `POST /v1/enquiries`, by day of reception.
    """
    random = Random(seed)  # noqa: S311  # the same every time is what is wanted
    days = [until - timedelta(days=each) for each in range(365)]
    received = random.choices(days, [MONTHS[each.month - 1] for each in days], k=count)
    for day in sorted(received):
        topics = tuple(dict.fromkeys(_one(random, TOPICS) for _ in range(random.choice((1, 1, 2, 3)))))
        minor = _one(random, MINORS)
        yield {
            "municipality_code": random.choice(MUNICIPALITIES),
            "channel": _one(random, CHANNELS),
            "requester": _one(random, REQUESTERS),
            "topics": topics,
            "is_case_specific": random.random() < 0.6,
            "consent_basis": "none",
            "concerns_minor": minor,
            "age_band": random.choice(("under_15", "15_17")) if minor == "yes" else "unknown",
            "stay_phase": random.choice(("before", "during", "after")) if ABROAD & {*topics} else None,
            "urgency": _one(random, URGENCIES),
            "received_on": day.isoformat(),
        }


def load(advisory: Api, *, until: date, count: int = A_YEAR, seed: int = SEED) -> int:
    """The enquiries stand in advisory, those that are not acute closed. Returns how many were new.

    Where there are as many synthetic ones already, nothing is added.

    Raises: Refused.
    """
    there: int = advisory.get("/v1/enquiries", provenance="synthetic", limit=1)["total"]
    for number, body in enumerate(enquiries(until=until, count=count, seed=seed)):
        if number >= there:
            _play(advisory, body, f"synthetic-{seed}-{until}-{number}")
    return max(0, count - there)


def _play(advisory: Api, body: dict[str, Any], key: str) -> None:
    enquiry = advisory.post("/v1/enquiries", body, key=key)
    if body["urgency"] == "acute":
        return  # an acute one waits for a human
    path = f"/v1/enquiries/{enquiry['id']}"
    answer = {
        "advice": ["risk_assessment_first", "material"],
        "risk_assessment_reminded": True,
        "duty_to_notify": "yes" if body["concerns_minor"] == "yes" else "not_applicable",
        "siblings_considered": "yes",
    }
    for place, (what, said) in enumerate(
        (("triage", {"team": "rejseholdet"}), ("answer", answer), ("close", {"outcome": "advised"})), start=1
    ):
        advisory.post(f"{path}/{what}", said, key=f"{key}-{what}", revision=place)


def _one(random: Random, weights: dict[str, int]) -> str:
    return random.choices(list(weights), list(weights.values()))[0]
