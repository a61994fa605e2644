"""Synthetic plans with initiatives for which an authority is responsible, and commands at their present revision."""

from typing import Any

from support.inside import Caller, Inside

READ = {"source_url": "https://example.org/kilde", "read_on": "2026-11-20"}
MINISTRY, AGENCY = "ministry:synthetic", "agency:synthetic"
APPROVED = {"approved_by": "management", "approved_on": "2026-11-20"}


async def enter(editor: Any, *codes: str) -> None:
    """Synthetic authorities with these codes are there."""
    known = {each["code"] for each in (await editor.get("/v1/authorities"))["items"]}
    for code in codes:
        if code not in known:
            await editor.post("/v1/authorities", {"code": code, "name_da": f"Syntetisk {code}", **READ})


async def plan(planning: Inside, count: int = 2, *, year: int = 2026, **said: Any) -> tuple[str, list[str]]:
    """A synthetic plan with so many initiatives of the synthetic ministry: its id and theirs."""
    editor = planning.caller("plan_editor")
    await enter(editor, MINISTRY)
    own = {"children_youth": "primary", "responsible_authority": MINISTRY, **said}
    parts = [{"number": n, "title_da": f"Syntetisk {n}", **own} for n in range(1, count + 1)]
    area = {"number": 1, "title_da": "Syntetisk område", "initiatives": parts}
    body = {"year": year, "title_da": "Syntetisk plan", "provenance": "synthetic", "focus_areas": [area]}
    made = await editor.post("/v1/action-plans", body)
    return made["id"], [each["id"] for each in made["focus_areas"][0]["initiatives"]]


def owner(planning: Inside, *authorities: str) -> Caller:
    """An owner who reports for these authorities, by default for the synthetic ministry."""
    return planning.caller("initiative_owner", organisations=list(authorities or (MINISTRY,)))


async def go(caller: Caller, id: str, verb: str, body: dict[str, Any]) -> Any:
    """The initiative after a command at its present revision."""
    revision = (await caller.get(f"/v1/initiatives/{id}"))["revision"]
    return await caller.post(f"/v1/initiatives/{id}/{verb}", body, revision=revision)


async def refuse(caller: Caller, id: str, verb: str, body: dict[str, Any]) -> Any:
    """The answer to such a command that is refused."""
    revision = (await caller.get(f"/v1/initiatives/{id}"))["revision"]
    return await caller.command(f"/v1/initiatives/{id}/{verb}", body, revision=revision)


async def told(planning: Inside, id: str) -> list[tuple[str, int]]:
    """What was told of the initiative, as the last part of each type, and with which revision."""
    rows = await planning.pool.fetch(
        "select headers from outbox where stream = 'internal' and headers ->> 'ce_subject' = $1 order by id", id
    )
    return [(row["headers"]["ce_type"].split(".")[3], int(row["headers"]["ce_revision"])) for row in rows]
