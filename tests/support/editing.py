"""A synthetic plan on its way to being published, by whoever may edit it, in process or over the network."""

from typing import Any

from support import inside, services
from support.initiatives import MINISTRY, enter

Caller = inside.Caller | services.Caller
PRIORITY: dict[str, Any] = {
    "year": 2027,
    "title_da": "Syntetisk prioritet",
    "topic": "negative_social_control",
    "children_youth": "primary",
    "calls_for": ["study"],
    "provenance": "synthetic",
}
TEXTS = {"foreword_da": "Syntetisk forord.", "children_youth_da": "Syntetisk afsnit om børn og unge."}
AUTHORITY = "Syntetisk ministerium"


async def plan(editor: Caller, year: int = 2027) -> tuple[str, list[str]]:
    """A synthetic plan with two initiatives: its id and theirs."""
    await enter(editor, MINISTRY)
    own = {"children_youth": "primary", "responsible_authority": MINISTRY}
    parts = [{"number": n, "title_da": f"Syntetisk {n}", **own} for n in (1, 2)]
    area = {"number": 1, "title_da": "Syntetisk område", "initiatives": parts}
    said = {"year": year, "title_da": "Syntetisk plan", "provenance": "synthetic", "focus_areas": [area]}
    made = await editor.post("/v1/action-plans", said)
    return made["id"], [each["id"] for each in made["focus_areas"][0]["initiatives"]]


async def go(caller: Caller, id: str, verb: str, body: Any = None) -> Any:
    """The edition after a command at its present revision."""
    revision = (await caller.get(f"/v1/editions/{id}"))["revision"]
    return await caller.post(f"/v1/editions/{id}/{verb}", body, revision=revision)


async def refuse(caller: Caller, id: str, verb: str, body: Any = None) -> Any:
    """The answer to such a command that is refused."""
    revision = (await caller.get(f"/v1/editions/{id}"))["revision"]
    return await caller.command(f"/v1/editions/{id}/{verb}", body, revision=revision)


async def launch(caller: Caller, id: str) -> None:
    """The initiative is under way."""
    revision = (await caller.get(f"/v1/initiatives/{id}"))["revision"]
    await caller.post(f"/v1/initiatives/{id}/advance", {"status": "launched"}, revision=revision)


async def approved(editor: Caller, id: str, *, answers_by: str = "2026-12-20") -> None:
    """The draft has been heard and approved by all."""
    await go(editor, id, "consult", {"authorities": [AUTHORITY], "answers_by": answers_by})
    await go(editor, id, "hear", {"authority": AUTHORITY, "position": "agrees"})
    for verb in ("end-consultation", "approve", "approve"):
        await go(editor, id, verb)


async def published(
    editor: Caller, plan_id: str, initiatives: list[str], *, year: int = 2027, answers_by: str = "2026-12-20"
) -> str:
    """The id of a published edition of a whole plan."""
    await launch(editor, initiatives[0])
    await editor.post("/v1/priorities", {**PRIORITY, "year": year})
    id = (await editor.post(f"/v1/action-plans/{plan_id}/editions", {}))["id"]
    await go(editor, id, "write", TEXTS)
    await go(editor, id, "follow-up", {"initiative_id": initiatives[0], "text_da": "Syntetisk opfølgning."})
    await approved(editor, id, answers_by=answers_by)
    await go(editor, id, "publish")
    return id
