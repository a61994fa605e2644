"""Advisory's events as a test writes them, and the figures that planning makes of them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from contracts import cloudevents
from contracts.advisory import (
    PreparednessPlanOverdue,
    PreparednessPlanPublished,
    PreparednessPlanRecorded,
    PreparednessPlanVerified,
)
from contracts.event import Event
from contracts.geography import municipalities
from contracts.topics import partition
from contracts.values import PartialDate
from support.consuming import Message
from support.inside import Inside
from support.wire import Wire

TOPIC = "maerk.internal.advisory"
SPACE = UUID("4f4c1d7e-6d5b-4f0e-9a38-3d5e1a9b7c21")
CODES = [each.code for each in municipalities(on=date(2026, 1, 1))]
PUBLISHED, OVERDUE = PreparednessPlanPublished.type, PreparednessPlanOverdue.type
RECORDED = PreparednessPlanRecorded.type
STOCK = {
    "method": "latest",
    "event_types": [PUBLISHED, OVERDUE],
    "counting_types": [PUBLISHED],
    "by_field": "municipality_code",
    "out_of": 98,
}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def event(kind: type[Event], code: str, revision: int, at: str, **said: Any) -> Event:
    """The event of a municipality's entry; each municipality has one."""
    plan = {"adopted_on": PartialDate(2024, 6, 24), "next_revision_due": date(2028, 6, 24)}
    own: dict[type[Event], dict[str, Any]] = {
        PreparednessPlanPublished: {**plan, "published_url": "https://example.org/plan", "covers": ("adults",)},
        PreparednessPlanOverdue: plan,
        PreparednessPlanRecorded: {"covers": ("adults",)},
        PreparednessPlanVerified: {"verified_on": date(2026, 5, 1)},
    }
    return kind(
        subject=uuid5(SPACE, code),
        revision=revision,
        at=moment(at),
        provenance="synthetic" if code.startswith("99") else "actual",
        municipality_code=code,
        **{"version": 1, **own[kind], **said},
    )


def written(*events: Event) -> Wire:
    """The topic of the service that tells these events, in this order."""
    wire = Wire(f"maerk.internal.{events[0].service}" if events else TOPIC)
    wire._append([message(each) for each in events])
    return wire


def message(told: Event) -> Message:
    encoded = cloudevents.encode(told, id=uuid5(told.subject, str(told.revision)), stream="internal", flow=None)
    return Message(
        f"maerk.internal.{told.service}", partition(encoded.key), -1, encoded.key, encoded.value, encoded.headers
    )


async def define(planning: Inside, *, frequency: str = "year", code: str = "figure", **definition: Any) -> str:
    """The id of a new indicator, in a plan of its own."""
    editor = planning.caller("plan_editor")
    said = {"year": 2026, "title_da": f"Syntetisk plan {code}", "provenance": "synthetic"}
    own = await editor.post("/v1/action-plans", said)
    body = {
        "plan_id": own["id"],
        "code": code,
        "name_da": "Syntetisk",
        "kind": "output",
        "frequency": frequency,
        "definition": {"text_da": "Syntetisk", **definition},
    }
    return (await editor.post("/v1/indicators", body))["id"]


async def close(planning: Inside, indicator: str, period: str) -> None:
    """The period is closed for the indicator's plan."""
    editor = planning.caller("plan_editor")
    plan_id = (await editor.get(f"/v1/indicators/{indicator}"))["plan_id"]
    revision = (await editor.get(f"/v1/action-plans/{plan_id}"))["revision"]
    await editor.post(f"/v1/action-plans/{plan_id}/close-period", {"period": period}, revision=revision)


async def readings(planning: Inside, indicator: str, provenance: str = "actual") -> list[dict[str, Any]]:
    """All readings ever made, in their order."""
    found = await planning.caller("plan_editor").get(f"/v1/indicators/{indicator}/readings")
    return [each for each in found["items"] if each["provenance"] == provenance]


async def value(planning: Inside, indicator: str, period: str = "2026", provenance: str = "actual") -> Decimal | None:
    """The figure that stands for the period; None where there is none, or where it may not be shown."""
    found = (await planning.caller("plan_editor").get(f"/v1/indicators/{indicator}"))["readings"]
    standing = [
        None if each["value"] is None else Decimal(each["value"])
        for each in found
        if (each["period"], each["provenance"]) == (period, provenance)
    ]
    return standing[0] if standing else None


async def check_evidence(planning: Inside, indicator: str) -> None:
    """Every reading's evidence recomputes to its value, and shows as many events as are behind it."""
    editor = planning.caller("plan_editor")
    for each in (await editor.get(f"/v1/indicators/{indicator}/readings"))["items"]:
        evidence = await editor.get(f"/v1/readings/{each['id']}/evidence", limit=1000)
        assert Decimal(evidence["recomputed"]) == Decimal(each["value"]), each
        assert len(evidence["items"]) == each["event_count"], each
