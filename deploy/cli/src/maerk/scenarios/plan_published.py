"""The year's synthetic plan is heard, approved and published, with a follow-up of everything that was begun.

Each step looks at the edition first, so that a scenario which was broken off goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from embedded.platform import Platform
from maerk import seed
from maerk.api import Api, RefusedByService
from maerk.scenarios.plan_expires import synthetic_today
from maerk.settled import wait_until_settled

AUTHORITY = "Syntetisk ministerium"
TEXTS = {
    "foreword_da": "Syntetisk forord: planen viser, hvordan en offentliggjort plan ser ud.",
    "children_youth_da": "Syntetisk afsnit: indsatser for børn og unge i skoler og på ungdomsuddannelser.",
}

Say = Callable[[str, str], None]


def play(known: Platform, say: Say) -> bool:
    """The demonstration's plan is published and can be read. False when played before.

    Raises: Refused.
    """
    with Api(known, "planning") as planning:
        plan = seed.action_plan(planning)
        assert plan is not None, "it has just been loaded"
        editions = planning.get(f"/v1/action-plans/{plan['id']}/editions")["items"]
        if any(each["snapshot_hash"] for each in editions):
            return False
        key = f"demo-edition-{plan['id']}"
        edition = editions[0] if editions else planning.post(f"/v1/action-plans/{plan['id']}/editions", {}, key=key)
        _launched(planning, plan)
        _prioritised(planning, plan)
        refusal = _approved(known, planning, edition["id"])
        if refusal is not None:
            say(f"Planen kan ikke offentliggøres endnu: {refusal.da or refusal}", f"Not yet: {refusal}")
            _go(planning, edition["id"], "send-back", {"reason_da": "Planen er ikke fuldstændig"})
            _written(planning, edition["id"])
            _approved(known, planning, edition["id"])
        wait_until_settled(known)
        say(
            "Planen er hørt, godkendt og offentliggjort som ét dokument, der ikke kan ændres.",
            "The plan was heard, approved and published as one document that cannot be changed.",
        )
        return True


def _launched(planning: Api, plan: dict[str, Any]) -> None:
    """An initiative of the plan is under way, so that there is something to follow up."""
    first = next(each for area in plan["focus_areas"] for each in area["initiatives"])
    path = f"/v1/initiatives/{first['id']}"
    initiative = planning.get(path)
    if initiative["state"] in ("proposed", "planned", "funded"):
        body = {"status": "launched"}
        planning.post(f"{path}/advance", body, key=f"demo-launch-{first['id']}", revision=initiative["revision"])


def _prioritised(planning: Api, plan: dict[str, Any]) -> None:
    """Something comes first in the plan's year."""
    found = planning.get("/v1/priorities")["items"]
    if any((each["year"], each["provenance"]) == (plan["year"], "synthetic") for each in found):
        return
    priority = {
        "year": plan["year"],
        "title_da": "Syntetisk prioritet: mere viden om børn og unge",
        "topic": "negative_social_control",
        "children_youth": "primary",
        "calls_for": ["study"],
        "provenance": "synthetic",
    }
    planning.post("/v1/priorities", priority, key=f"demo-plan-priority-{plan['id']}")


def _written(planning: Api, id: str) -> None:
    """The draft has its texts and says what became of everything that was begun."""
    edition = _go(planning, id, "write", TEXTS)
    for each in edition["follow_ups"]:
        text = f"Syntetisk opfølgning på indsats {each['number']}."
        _go(planning, id, "follow-up", {"initiative_id": each["initiative_id"], "text_da": text})


def _approved(known: Platform, planning: Api, id: str) -> RefusedByService | None:
    """The draft was heard and approved; None when it is published, otherwise why it could not be."""
    last_day = synthetic_today(known) + timedelta(days=14)
    edition = planning.get(f"/v1/editions/{id}")
    if edition["state"] == "drafting":
        _go(planning, id, "consult", {"authorities": [AUTHORITY], "answers_by": last_day.isoformat()})
        _go(planning, id, "hear", {"authority": AUTHORITY, "position": "agrees"})
        _go(planning, id, "end-consultation")
        _go(planning, id, "approve")
        _go(planning, id, "approve")
    try:
        _go(planning, id, "publish")
    except RefusedByService as refused:
        return refused
    return None


def _go(planning: Api, id: str, verb: str, body: Any = None) -> dict[str, Any]:
    revision = planning.get(f"/v1/editions/{id}")["revision"]
    key = f"demo-edition-{id}-{verb}-{revision}"
    return planning.post(f"/v1/editions/{id}/{verb}", body, key=key, revision=revision)
