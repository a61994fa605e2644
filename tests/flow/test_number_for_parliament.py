"""A number for Parliament: one question, three figures that say what they are, whatever happened on the way."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid5

import asyncpg
import pytest
from confluent_kafka import Producer

from chassis.rebuild import rebuild
from contracts import cloudevents
from contracts.advisory import MunicipalityContacted, PreparednessPlanPublished, ProcessAgreed, VisitHeld
from contracts.cooperation import AgreementExpired, AgreementSigned
from contracts.event import Event
from contracts.topics import partition
from contracts.training import EventHeld
from contracts.values import PartialDate
from embedded.platform import Platform
from embedded.state import ROOT
from planning.__main__ import LISTENS
from support.following import followed
from support.services import Caller, system
from support.story import codes
from support.waiting import until

YEAR = "2025"
SPACE = UUID("a7d3c9f2-4f0e-4c55-9a33-6d3a1f7b2c10")
CODES = codes(20)
SEEDED = {each["code"]: each for each in json.loads((ROOT / "deploy/seed/indicators.json").read_text(encoding="utf-8"))}
MEANINGS = ("reached-any-contact", "reached-advised-or-trained", "reached-agreement-or-plan")
WAYS = {
    "reached-advised-or-trained": ["asked", "advised", "visited", "trained"],
    "reached-agreement-or-plan": ["agreement", "plan"],
}


def told(
    kind: type[Event], name: str, /, *, revision: int = 1, at: str = "2025-06-01T10:00:00+00:00", **said: Any
) -> Event:
    return kind(
        subject=uuid5(SPACE, name), revision=revision, at=datetime.fromisoformat(at), provenance="actual", **said
    )


def held(name: str, reached: Sequence[str]) -> Event:
    return told(EventHeld, name, kind="theme_day", topics=("threats",), month="2025-06",
                municipality_codes=tuple(reached), participant_count=40, children_youth="primary")  # fmt: skip


def agreed(name: str, reached: Sequence[str]) -> Event:
    return told(AgreementSigned, name, police_district="fyn", municipality_codes=tuple(reached),
                signed_on=date(2025, 6, 1), review_due=date(2026, 6, 1))  # fmt: skip


def published(code: str) -> Event:
    return told(PreparednessPlanPublished, f"plan {code}", municipality_code=code, version=1, covers=("adults",),
                adopted_on=PartialDate(2024, 6, 24), published_url="https://example.org/plan",
                next_revision_due=date(2028, 6, 24))  # fmt: skip


HAPPENED: list[Event] = [
    told(MunicipalityContacted, "contact", at="2025-06-30T22:00:00+00:00", municipality_code=CODES[0],
         quarter="2025-Q2"),
    told(ProcessAgreed, "process", municipality_code=CODES[1], kind="action_plan", children_youth="primary"),
    told(VisitHeld, "process", revision=2, municipality_code=CODES[1], held_on=date(2025, 6, 2), form="visit",
         participant_count=5, children_youth="primary"),
    held("theme day", CODES[1:5]),
    agreed("agreement", CODES[4:8]),
    agreed("expired agreement", CODES[15:17]),
    told(AgreementExpired, "expired agreement", revision=2, at="2025-08-01T10:00:00+00:00", police_district="fyn",
         municipality_codes=tuple(CODES[15:17])),
    published(CODES[7]), published(CODES[8]),
]  # fmt: skip
FIGURES = [5 + 3 + 2, 5, 5]  # contact and trained, agreements; contact and trained; agreement in force or valid plan


@dataclass
class Log:
    """The internal topics, and whoever writes them all, numbered as their relays would."""

    bootstrap: str
    ends: Counter[str] = field(default_factory=Counter[str])
    sent: list[tuple[str, cloudevents.Encoded, list[tuple[str, bytes]]]] = field(
        default_factory=list[tuple[str, cloudevents.Encoded, list[tuple[str, bytes]]]]
    )

    def tell(self, events: Sequence[Event]) -> None:
        """Each event lies in its topic twice, as when a relay has not heard that it was acknowledged."""
        for each in events:
            encoded = cloudevents.encode(each, id=uuid5(each.subject, str(each.revision)), stream="internal", flow=None)
            self._number(f"maerk.internal.{each.service}", encoded)
        self._send(self.sent[-len(events) :] * 2)

    def say_again(self, random: Random) -> None:
        """Everything lies there once more with new numbers, the keys in another order."""
        before, self.sent = self.sent, []
        keys = list({each.key for _, each, _ in before})
        random.shuffle(keys)
        for topic, each, _ in sorted(before, key=lambda sent: keys.index(sent[1].key)):
            self._number(topic, each)
        self._send(self.sent)

    def _number(self, topic: str, encoded: cloudevents.Encoded) -> None:
        self.ends[topic] += 1
        self.sent.append((topic, encoded, [*encoded.headers, cloudevents.sequence_header(self.ends[topic])]))

    def _send(self, messages: Sequence[tuple[str, cloudevents.Encoded, Any]]) -> None:
        producer = Producer({"bootstrap.servers": self.bootstrap})
        for topic, each, headers in messages:
            producer.produce(topic, each.value, each.key, partition(each.key), headers=headers)
        assert producer.flush(30) == 0


def between_keys(events: Sequence[Event], random: Random) -> list[Event]:
    """The events in another order, each subject's in its own."""
    order = [each.subject for each in events]
    random.shuffle(order)
    left = {id: [each for each in events if each.subject == id] for id in order}
    return [left[id].pop(0) for id in order]


async def asked(planner: Caller, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The answer to the question, one for each meaning: the standing reading of the year with its definition."""
    found: list[dict[str, Any]] = []
    for id in ids:
        indicator = await planner.get(f"/v1/indicators/{id}")
        standing = [each for each in indicator["readings"] if (each["period"], each["provenance"]) == (YEAR, "actual")]
        found.append({"definition": indicator["definition"], **(standing[0] if standing else {"value": None})})
    return found


async def values(planner: Caller, ids: Sequence[str]) -> list[int | None]:
    return [None if each["value"] is None else int(each["value"]) for each in await asked(planner, ids)]


async def _stands(platform: Platform, log: Log) -> bool:
    """Planning has read to the end of what lies there."""
    db = await asyncpg.connect(platform.database_url("planning"))
    try:
        rows = await db.fetch("select topic, max(sequence) as sequence from consumer_position group by topic")
    finally:
        await db.close()
    stands = {row["topic"]: row["sequence"] for row in rows}
    return all(stands[topic] == end for topic, end in log.ends.items())


@pytest.mark.rule("c.6/scenario-5", "c.5/3", "c.5/5", "c.5/closed", "c.5/live", "c.5/reach")
async def test_three_figures_answer_one_question_and_stay_what_they_are(
    own_platform: Callable[..., Platform], tmp_path: Path
) -> None:
    platform, random = own_platform("postgres", "kafka"), Random(5)
    with system(platform, "planning", folder=tmp_path) as built:
        process, log = built.processes["planning"], Log(platform.kafka)
        await process.start()
        planner = built.caller("planning", "plan_editor")
        plan = await planner.post(
            "/v1/action-plans", {"year": int(YEAR), "title_da": "Plan", "provenance": "synthetic"}
        )
        ids: list[str] = []
        for code in MEANINGS:
            body = {name: SEEDED[code][name] for name in ("name_da", "kind", "frequency", "definition")}
            ids.append((await planner.post("/v1/indicators", {**body, "code": code, "plan_id": plan["id"]}))["id"])
        follow = f"{planner.url}/v1/action-plans/{plan['id']}/progress/follow"

        async with followed(follow, planner.token) as follower:
            seen = await follower.next()
            assert seen is not None
        happened = between_keys(HAPPENED, random)
        log.tell(happened[:5])
        process.kill()
        log.tell(happened[5:])
        await process.start()

        async def answered(wanted: Sequence[int]) -> bool:
            return await values(planner, ids) == list(wanted)

        await until(lambda: answered(FIGURES), within=60)
        async with followed(follow, planner.token, last=seen.id) as follower:
            again = await follower.next(within=20)
            assert again is not None
            assert (again.event, again.id == seen.id) == ("whole", False)

        answer = await asked(planner, ids)
        assert len({each["definition"]["text_da"] for each in answer}) == 3
        assert all(each["definition"]["event_types"] and each["as_of"] and not each["watermark"] for each in answer)
        assert all(each["watermark"] for each in await asked(built.caller("planning", "operator"), ids))
        for each in answer:
            evidence = await planner.get(f"/v1/readings/{each['id']}/evidence", limit=1000)
            assert (evidence["recomputed"], len(evidence["items"])) == (each["value"], each["event_count"])
        for code, ways in WAYS.items():
            reach = await planner.get("/v1/reach", year=YEAR, ways=ways)
            assert 98 - len(reach["unreached"]) == FIGURES[MEANINGS.index(code)], "the same number everywhere"

        path = f"/v1/action-plans/{plan['id']}"
        await planner.post(f"{path}/close-period", {"period": YEAR}, revision=(await planner.get(path))["revision"])
        closed = await asked(planner, ids)
        assert {each["status"] for each in closed} == {"final"}
        log.say_again(random)
        await until(lambda: _stands(platform, log), within=60)
        assert await asked(planner, ids) == closed, "what is said again changes nothing"

        log.tell([held("late day", [CODES[3], CODES[12]])])
        await until(lambda: answered([FIGURES[0] + 1, FIGURES[1] + 1, FIGURES[2]]), within=60)
        for id, before, late in zip(ids, closed, (1, 1, 0), strict=True):
            every = (await planner.get(f"/v1/indicators/{id}/readings"))["items"]
            mine = [each for each in every if (each["period"], each["provenance"]) == (YEAR, "actual")]
            assert [(each["status"], int(each["value"])) for each in mine] == [
                ("final", int(before["value"])), ("corrected", int(before["value"]) + 1),
            ][: 1 + late]  # fmt: skip
            assert next(each for each in mine if each["status"] == "final")["id"] == before["id"]

        reach = await planner.get("/v1/reach", year=YEAR)
        again_read = await rebuild(
            platform.database_url("planning"), "planning", LISTENS, bootstrap=platform.kafka, switch=True
        )
        assert again_read.equal
        after = await planner.get("/v1/reach", year=YEAR)
        assert {**after, "as_of": None} == {**reach, "as_of": None}
