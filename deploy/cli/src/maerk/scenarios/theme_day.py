"""More want to come to a theme day than there are seats: nobody is overbooked, and planning hears of the demand.

The editor sets a priority from that, and training finds the draft of another theme day.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

from embedded.platform import Platform
from embedded.refusal import Refused
from maerk import clock
from maerk.api import Api
from maerk.settled import wait_until_settled

TITLE = "Syntetisk temadag om genopdragelsesrejser"
SEATS, LIMIT, WANTED = 12, 3, 4
TOPIC, AREA = "re_education_trip", "west"
MUNICIPALITIES = ("9901", "9902", "9903", "9904")
OFFICES = ("school", "family", "job-centre")

Say = Callable[[str, str], None]


def play(known: Platform, say: Say) -> bool:
    """The theme day is full, planning has a priority from it, training a draft. False when played before.

    Raises: Refused.
    """
    with Api(known, "training") as training, Api(known, "planning") as planning:
        priorities = planning.get("/v1/priorities")["items"]
        if any((each["topic"], each["provenance"]) == (TOPIC, "synthetic") for each in priorities):
            return False
        event = _opened(known, training)
        confirmed, waiting = _registered(training, event["id"])
        say(
            f"En temadag har {SEATS} pladser: {confirmed} har fået plads, {waiting} står på venteliste.",
            f"A theme day has {SEATS} seats: {confirmed} have one, {waiting} wait, and nobody is overbooked.",
        )
        wait_until_settled(known)
        _prioritise(planning, event["id"])
        wait_until_settled(known)
        drafts = training.get("/v1/events", provenance="synthetic", state="draft", topic=TOPIC, limit=200)["items"]
        if not drafts:
            raise Refused("The priority led to no draft: see `maerk status` and `maerk dead-letters list`.")
        say(
            "Efterspørgslen blev til en prioritet, og prioriteten til et udkast til en ny temadag i Vestdanmark.",
            "The demand became a priority, and the priority the draft of another theme day in West Denmark.",
        )
        return True


def _opened(known: Platform, training: Api) -> dict[str, Any]:
    """The theme day, open for registration."""
    there = [
        e for e in training.get("/v1/events", provenance="synthetic", limit=200)["items"] if e["title_da"] == TITLE
    ]
    event = there[0] if there else training.post("/v1/events", _draft(known), key="demo-theme-day")
    path = f"/v1/events/{event['id']}"
    for state, verb in (("draft", "publish"), ("published", "open")):
        if event["state"] == state:
            event = training.post(f"{path}/{verb}", key=f"demo-theme-day-{verb}", revision=event["revision"])
    return event


def _draft(known: Platform) -> dict[str, Any]:
    now = datetime.now(UTC) + timedelta(seconds=clock.offset_s(known))
    day = (now + timedelta(days=60)).replace(hour=8, minute=0, second=0, microsecond=0)
    return {
        "kind": "theme_day",
        "title_da": TITLE,
        "topics": [TOPIC],
        "level": "basic",
        "children_youth": "primary",
        "setting": "school",
        "area": AREA,
        "capacity": SEATS,
        "max_per_organisation": LIMIT,
        "registration_opens_at": now.isoformat(),
        "registration_closes_at": (now + timedelta(days=45)).isoformat(),
        "starts_at": day.isoformat(),
        "ends_at": (day + timedelta(hours=7)).isoformat(),
        "provenance": "synthetic",
    }


def _registered(training: Api, event_id: str) -> tuple[int, int]:
    """How many are confirmed and how many wait after every office has tried to register more than it may."""
    states: list[str] = []
    for number, office, code in product(range(WANTED), OFFICES, MUNICIPALITIES):
        body = {
            "organisation": f"education:{code}-{office}",
            "organisation_type": "education",
            "municipality_code": code,
            "profession": "teacher",
        }
        key = f"demo-{event_id}-{code}-{office}-{number}"
        states.append(training.post(f"/v1/events/{event_id}/registrations", body, key=key)["state"])
    return states.count("confirmed"), states.count("waitlisted")


def _prioritise(planning: Api, event_id: str) -> None:
    """The editor has answered the hint that the theme day gave."""
    hint = next((each for each in planning.get("/v1/hints")["items"] if each["id"] == event_id), None)
    if hint is None:
        raise Refused("Planning has no hint of the demand: see `maerk status` and `maerk dead-letters list`.")
    priority = {
        "year": datetime.fromisoformat(hint["heard_of"]).year + 1,
        "title_da": "Syntetisk prioritet: endnu en temadag i vest",
        "topic": TOPIC,
        "area": AREA,
        "children_youth": "primary",
        "calls_for": ["training_event"],
        "provenance": "synthetic",
        "hint_id": hint["id"],
    }
    planning.post("/v1/priorities", priority, key=f"demo-priority-{event_id}")
