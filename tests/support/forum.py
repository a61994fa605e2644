"""A synthetic coordination forum: its authorities, seats, meetings and decisions, and a plan on which it reports."""

from typing import Any

from support.initiatives import MINISTRY, READ, enter
from support.inside import Caller, Inside

ACTUAL = "ministry:uim"
"""A real authority, of which nothing is said but that it is not synthetic."""


def editor(planning: Inside, **claims: Any) -> Caller:
    """MÆRK, which keeps the plan and lets reports count."""
    return planning.caller("plan_editor", **claims)


def sender(planning: Inside, *authorities: str, subject: str = "sender") -> Caller:
    """Somebody who acts for these authorities."""
    return planning.caller("initiative_owner", organisations=list(authorities), subject=subject)


async def authority(planning: Inside, code: str, **said: Any) -> dict[str, Any]:
    """An authority of that code."""
    body = {"code": code, "name_da": f"Syntetisk {code.replace(':', ' ')}", **READ, **said}
    return await editor(planning).post("/v1/authorities", body)


async def seat(planning: Inside, code: str, **said: Any) -> dict[str, Any]:
    """A seat of that authority."""
    body = {"authority": code, "function": "member", "valid_from": "2026-01-01", **said}
    return await editor(planning).post("/v1/seats", body)


async def forum(planning: Inside, *codes: str) -> None:
    """These authorities exist and have seats."""
    await enter(editor(planning), *codes)
    for code in codes:
        await seat(planning, code)


async def held(planning: Inside, on: str = "2026-11-02", *, provenance: str = "synthetic") -> dict[str, Any]:
    """A meeting that was held on that day, with the ministry represented."""
    body = {"planned_on": on, "agenda": ["plan_progress"], "provenance": provenance}
    made = await editor(planning).post("/v1/coordination-meetings", body)
    said = {"represented": [MINISTRY], "participant_count": 7}
    return await editor(planning).post(f"/v1/coordination-meetings/{made['id']}/hold", said, revision=1)


async def decision(planning: Inside, *, meeting: str | None = None, **said: Any) -> dict[str, Any]:
    """What a meeting decided."""
    id = meeting or (await held(planning))["id"]
    body = {"title_da": "Syntetisk beslutning", "responsible": MINISTRY, "due_on": "2026-12-01", **said}
    return await editor(planning).post(f"/v1/coordination-meetings/{id}/decisions", body)


async def plan(planning: Inside, *, provenance: str = "synthetic") -> dict[str, str]:
    """A plan to report on: its id, and those of its initiative under way, its milestone and its typed indicator."""
    own = editor(planning)
    made = await own.post(
        "/v1/action-plans", {"year": 2026, "title_da": f"Syntetisk plan {provenance}", "provenance": provenance}
    )
    path = f"/v1/action-plans/{made['id']}/initiatives"
    responsible = MINISTRY if provenance == "synthetic" else ACTUAL
    await enter(own, responsible)
    said = {"number": 1, "title_da": "Syntetisk indsats", "responsible_authority": responsible}
    initiative = (await own.post(path, said))["id"]
    await own.post(f"/v1/initiatives/{initiative}/advance", {"status": "launched"}, revision=1)
    said = {"title_da": "Syntetisk milepæl", "due_on": "2026-12-31"}
    milestone = (await own.post(f"/v1/initiatives/{initiative}/milestones", said))["id"]
    body = {
        "plan_id": made["id"], "code": "typed", "name_da": "Syntetisk tal", "kind": "outcome", "frequency": "year",
        "definition": {"text_da": "Syntetisk", "method": "manual"},
    }  # fmt: skip
    indicator = (await own.post("/v1/indicators", body))["id"]
    return {"plan": made["id"], "initiative": initiative, "milestone": milestone, "indicator": indicator}
