"""Synthetic statistics: what a body says, and the steps until everybody can read it."""

from typing import Any

from support.inside import Caller

STATISTICS, TABLE = "/v1/statistics", "young-in-control"
REGIONS = ("nordjylland", "midtjylland", "syddanmark", "sjaelland", "hovedstaden")
"""Denmark's regions in 2026."""


def category(code: str) -> dict[str, str]:
    return {"code": code, "name_da": "Syntetisk"}


def shares(share: str = "21.4", *, about: int = 1_000) -> list[dict[str, Any]]:
    """The cells of a national table of two shares."""
    rest = f"{100 - float(share):.1f}"
    said = {"controlled": share, "free": rest}
    return [{"area": "nation", "category": code, "count": about, "number": each} for code, each in said.items()]


def counts(*numbers: int) -> list[dict[str, Any]]:
    """The cells of a national table of counts, of the categories a, b and so on."""
    return [{"area": "nation", "category": chr(97 + place), "count": each} for place, each in enumerate(numbers)]


def statistic(**said: Any) -> dict[str, Any]:
    """What is said of a statistic of shares, which can be released."""
    return {
        "title_da": "Syntetisk statistik",
        "unit": "percent",
        "definition_version": 1,
        "definition_da": "Syntetisk definition",
        "method_da": "Syntetisk metode",
        "dark_figure_da": "Tallene siger intet om, hvor udbredt det er.",
        "as_of": "2026-10-31",
        "units_reporting": 91,
        "units_asked": 98,
        "categories": [category("controlled"), category("free")],
        "headline_category": "controlled",
        "cells": shares(),
    } | said


def counted(*numbers: int, **said: Any) -> dict[str, Any]:
    """The same of counts."""
    codes = [each["category"] for each in counts(*numbers)]
    own = {"unit": "count", "cells": counts(*numbers), "categories": [category(each) for each in codes]}
    return statistic(**own, headline_category=None) | said


def body(period: str = "2026", *, table: str = TABLE, provenance: str = "synthetic", **said: Any) -> dict[str, Any]:
    return {"table": table, "period": period, "provenance": provenance, **statistic(**said)}


def correction(cells: list[dict[str, Any]], **said: Any) -> dict[str, Any]:
    own = {"as_of": "2026-11-20", "units_reporting": 92, "units_asked": 98}
    return {"reason": "source_corrected", "cells": cells, **own, **said}


async def do(caller: Any, made: dict[str, Any], verb: str, said: Any = None) -> dict[str, Any]:
    """The statistic after the command, sent for the state that it is in."""
    path = f"{STATISTICS}/{made['id']}"
    return await caller.post(f"{path}/{verb}", said, revision=(await caller.get(path))["revision"])


async def released(editor: Caller | Any, steward: Caller | Any, said: dict[str, Any]) -> dict[str, Any]:
    """A statistic that went the whole way."""
    made = await editor.post(STATISTICS, said)
    await do(editor, made, "check")
    await do(steward, made, "approve")
    return await do(editor, made, "release")
