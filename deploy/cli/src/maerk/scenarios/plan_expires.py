"""A preparedness plan becomes too old, and a new version takes its place: played with synthetic municipalities only.

The clock of synthetic records is moved forward past the plan's last day. Each step looks at the register first, so
that a scenario which was broken off goes on and one that has been played is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from embedded.platform import Platform
from embedded.refusal import Refused
from embedded.waiting import until
from maerk import clock, seed
from maerk.api import Api
from maerk.settled import wait_until_settled

DENMARK = ZoneInfo("Europe/Copenhagen")
EXPIRING, REMINDED, STEADY = "9901", "9902", "9903"
NOTICED_WITHIN_S = 60

Say = Callable[[str, str], None]


def play(known: Platform, say: Say) -> bool:
    """The expiring plan has become overdue and has been replaced. False when all of that had been played before.

    `say` is told each step, in Danish and in English.
    Raises: Refused.
    """
    with Api(known, "advisory") as advisory:
        if len(_plan(advisory)["versions"]) > 1 and _board(advisory)[EXPIRING]["new_version_state"] is None:
            return False
        _begin(advisory, synthetic_today(known))
        wait_until_settled(known)
        say("Tre syntetiske kommuner har en gyldig plan.", "Three synthetic municipalities have a valid plan.")
        if _board(advisory)[EXPIRING]["state"] != "overdue" and len(_plan(advisory)["versions"]) == 1:
            _let_time_pass(known, advisory)
            wait_until_settled(known)
        say("Den enes plan er blevet mere end fire år gammel.", "The plan of one has become more than four years old.")
        _replace(advisory, synthetic_today(known))
        wait_until_settled(known)
        say("Den har offentliggjort en ny udgave.", "It has published a new version.")
        return True


def synthetic_today(known: Platform) -> date:
    """The day in Denmark by the clock of synthetic records."""
    return _synthetic_now(known).astimezone(DENMARK).date()


def _synthetic_now(known: Platform) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=clock.offset_s(known))


def _begin(advisory: Api, today: date) -> None:
    """Three plans are published: one with five days left, one whose reminder is three days away, one that is new."""
    adopted = {
        EXPIRING: _months_earlier(today + timedelta(days=5), 48),
        REMINDED: _months_earlier(today + timedelta(days=3), 42),
        STEADY: _months_earlier(today, 12),
    }
    board = _board(advisory)
    for code, adopted_on in adopted.items():
        row = {"municipality_code": code, "covers": "children_youth", "source_url": _page(code, 1)}
        seed.load_plan(advisory, row | {"adopted_on": str(adopted_on), "published_url": _page(code, 1)}, board[code])


def _let_time_pass(known: Platform, advisory: Api) -> None:
    """Synthetic time stands behind the expiring plan's last day, and the register has noticed."""
    last = date.fromisoformat(_board(advisory)[EXPIRING]["next_revision_due"])
    then = datetime.combine(last + timedelta(days=1), time(1), DENMARK)
    ahead = max(0, int((then - _synthetic_now(known)).total_seconds()))
    clock.set_offset(known, clock.offset_s(known) + ahead)
    if not until(lambda: _board(advisory)[EXPIRING]["state"] == "overdue", within_s=NOTICED_WITHIN_S):
        raise Refused("The register has not noticed that a plan is overdue: see `maerk logs advisory`.")


def _replace(advisory: Api, today: date) -> None:
    """The expiring plan has a second version that is published."""
    plan = _plan(advisory)
    path = f"/v1/preparedness-plans/{plan['id']}"
    steps: dict[str, Mapping[str, Any]] = {
        "revise": {"covers": ["children_youth", "adults"], "source_url": _page(EXPIRING, 2)},
        "adopt": {"adopted_on": str(today)},
        "publish": {"published_url": _page(EXPIRING, 2)},
    }
    done = {"recorded": 1, "adopted": 2}.get(_board(advisory)[EXPIRING]["new_version_state"] or "", 0)
    for verb in list(steps)[done:]:
        key = f"demo-{plan['id']}-2-{verb}-{today}"
        plan = advisory.post(f"{path}/{verb}", steps[verb], key=key, revision=plan["revision"])


def _board(advisory: Api) -> dict[str, dict[str, Any]]:
    rows = advisory.get("/v1/preparedness-plans", provenance="synthetic", limit=200)["items"]
    return {each["municipality_code"]: each for each in rows}


def _plan(advisory: Api) -> dict[str, Any]:
    """The expiring plan with its versions; none while it is not in the register."""
    id = _board(advisory)[EXPIRING]["id"]
    return advisory.get(f"/v1/preparedness-plans/{id}") if id else {"versions": []}


def _page(code: str, version: int) -> str:
    return f"https://example.org/syntetisk-kommune-{code}/beredskabsplan-{version}"


def _months_earlier(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, 28))
