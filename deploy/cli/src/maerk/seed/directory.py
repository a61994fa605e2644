"""The security consultants' units and the functions that can be called, into advisory, all unverified."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from maerk.api import Api
from maerk.seed.data import Step, rows

WEEKDAYS_8_TO_15 = [{"day": day, "opens": "08:00", "closes": "15:00"} for day in ("mon", "tue", "wed", "thu", "fri")]
NOT_SENT = ("unit", "hours", "stated")


def steps(advisory: Api) -> list[Step]:
    """For each unit and each function, the step that brings it."""
    return [
        *(partial(load_unit, advisory, row) for row in rows("consultant_units.json")),
        *(partial(load_entry, advisory, row) for row in rows("directory_entries.json")),
    ]


def load_unit(advisory: Api, row: dict[str, Any]) -> bool:
    """The unit stands and covers what its source says. True when something was missing."""
    host = row["host_municipality_code"]
    there = _units(advisory).get(host)
    said = {"host_municipality_code": host, "title_da": row["title_da"]}
    unit = there or advisory.post("/v1/consultant-units", said, key=f"seed-unit-{host}")
    known = {each["region"] for each in unit["coverages"]}
    missing = [each for each in row["coverages"] if each["region"] not in known]
    for each in missing:
        path, key = f"/v1/consultant-units/{unit['id']}/cover", f"seed-unit-{host}-{each['region']}"
        said = {**each, "source_url": row["source_url"]}
        unit = advisory.post(path, said, key=key, revision=unit["revision"])
    return there is None or bool(missing)


def load_entry(advisory: Api, row: dict[str, Any]) -> bool:
    """The function is in the directory, unverified. True when it was not, ever."""
    if any(each["actor"] == row["actor"] and each["title_da"] == row["title_da"] for each in _entries(advisory)):
        return False
    advisory.post("/v1/directory-entries", body(row, _units(advisory)), key=f"seed-{row['actor']}-{row['unit']}")
    return True


def body(row: dict[str, Any], units: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What advisory is told of a row, valid from the day its source was read; the hours only where that states them."""
    stated = {name: value for name, value in row.items() if name not in NOT_SENT and value is not None}
    unit = row["unit"]
    where = {"scope": "unit", "area": units[unit]["id"]} if unit else {"scope": "nation"}
    hours = {"hours": WEEKDAYS_8_TO_15} if row["hours"] else {}
    said = {"valid_from": row["read_on"], "audience": "everybody", "provenance": "actual"}
    return {**stated, **where, **hours, **said}


def _units(advisory: Api) -> dict[str, dict[str, Any]]:
    return {each["host_municipality_code"]: each for each in advisory.get("/v1/consultant-units")["items"]}


def _entries(advisory: Api) -> Iterator[dict[str, Any]]:
    after: dict[str, int] = {}
    while True:
        page = advisory.get("/v1/directory-entries", limit=200, **after)
        yield from page["items"]
        if page["next"] is None:
            return
        after = {"after": page["next"]}
