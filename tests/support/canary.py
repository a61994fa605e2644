"""A caller of all services who marks whatever they take, and the commands by which every text is taken once."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg
import httpx2

from chassis import migrate, openapi
from contracts.topics import SERVICES
from support.marks import MARK, OMIT, OTHER, OWN, Marks, everywhere
from support.services import System

ROLES: Final = (
    "adviser", "duty_coordinator", "course_coordinator", "municipal_key_person", "editor", "plan_editor", "operator"
)  # fmt: skip
TOLD: Final = {
    "advisory": {f"POST /v1/preparedness-plans/{{id}}/{each} /published_url" for each in ("publish", "correct")},
    "knowledge": {
        "POST /v1/publications /download_url",
        "POST /v1/publications/{id}/redraft /download_url",
        "POST /v1/publications/{id}/revise /download_url",
        "POST /v1/legal-references /law",
    },
}
"""What events carry since it is public by what it is: addresses of pages for everybody, and the names of laws."""
UNTAKEN: Final = {
    "advisory": {"POST /v1/directory-entries /area"},
    "planning": {
        *(f"POST /v1/indicators/preview /definition/{each}_field" for each in ("by", "sum")),
        "POST /v1/indicators/{id}/override /value",
        *(f"POST /v1/indicators/{{id}}/set-course /{each}" for each in ("baseline", "target")),
        *(f"POST /v1/indicators /definition/{each}_field" for each in ("by", "sum")),
        *(f"POST /v1/indicators/{{id}}/redefine /{each}_field" for each in ("by", "sum")),
        "POST /v1/action-plans /frame/*/amount_mio_dkk",
        "POST /v1/action-plans/{id}/fundings /amount_mio_dkk",
        "POST /v1/indicators/{id}/readings /value",
    },
}
"""Texts that are no words: fields that events have, and numbers. A mark in them is always refused."""
_MADE: Final = re.compile(r"create table (\w+)")
_CHASSIS: Final = frozenset(
    name for path in migrate.paths("planning") if "chassis" in path.parts for name in _MADE.findall(path.read_text())
)


@dataclass
class Canary:
    """Marks every text of one service, sees what becomes of it, and says it wrongly in every way."""

    service: str
    url: str
    client: httpx2.AsyncClient
    database: asyncpg.Connection
    tokens: Mapping[str, str]
    marks: Marks
    taken: set[str] = field(default_factory=set[str])
    said: dict[str, Any] = field(default_factory=dict[str, Any])
    ids: dict[str, str] = field(default_factory=dict[str, str])
    heads: list[str] = field(default_factory=list[str])
    answers: Counter[int] = field(default_factory=Counter[int])

    async def say(
        self, name: str, body: Mapping[str, Any] | None = None, *, of: str | None = None, keeps: bool = True
    ) -> str:
        """The command has failed by a fault of ours with the text in hand, if it keeps any, and then was carried out.

        Shape: the id of the new thing, or of the one that changed.
        """
        sent, marked = self.marks.body(name, body)
        path = self._path(name, of or self.ids.get(_collection(name), ""))
        headers = {"If-Match": await self._tag(path)}
        if marked and keeps:
            async with self._every_row_refused():
                failed = await self.ask("POST", path, json=sent, headers=headers)
                assert failed.status_code == 500, f"{self.service} {name}: {failed.text}"
        answer = await self.ask("POST", path, json=sent, headers=headers)
        assert answer.status_code in (200, 201), f"{self.service} {name}: {answer.text}"
        self.taken |= marked
        self.said[name] = sent
        if answer.status_code == 201 and "location" in answer.headers:
            _, _, collection, id, *_ = answer.headers["location"].split("/")
            self.ids[collection] = id
            return id
        return self.ids.get(_collection(name), "")

    async def say_wrongly(self) -> None:
        """Every operation has been asked with marks in its path, query, body and headers, and by those who may not."""
        for name, _ in self.marks.operations():
            verb = name.partition(" ")[0]
            for id in dict.fromkeys((self.ids.get(_collection(name), MARK), MARK, str(uuid4()))):
                path = self._path(name, id)
                wrong = dict.fromkeys((*self.marks.names(name), MARK), MARK)
                for query in (self.marks.parameters(name), wrong):
                    await self.ask(verb, path, params=query)
                if verb == "POST":
                    await self._command_wrongly(name, path, wrong)
                for role in ("stranger", "nobody"):
                    said = {"json": self.said.get(name) or wrong} if verb == "POST" else {}
                    await self.ask(verb, path, params=wrong, token=self.tokens[role], **said)
        for path in (f"/v1/{MARK}", f"/{MARK}?{MARK}={MARK}", f"/v1/{MARK}/{uuid4()}"):
            for verb in ("GET", "POST", "DELETE", MARK.upper()):
                await self.ask(verb, path, json={MARK: MARK})
        for token in (MARK, f"{MARK}.{MARK}.{MARK}", self.tokens["insider"][:-8] + MARK):
            await self.ask("GET", next(self.marks.operations())[0].partition(" ")[2], token=token)

    async def _command_wrongly(self, name: str, path: str, wrong: Mapping[str, str]) -> None:
        said = self.said.get(name) or wrong
        texts, _ = self.marks.body(name, {})
        for body in (texts, wrong, {**said, MARK: MARK}, everywhere(said, lambda text: f"{text}\0")):
            await self.ask("POST", path, json=body)
        await self.ask("POST", path, json=everywhere(said, lambda text: f"{text} {MARK} 010101-1234 a@example.org"))
        for tag in (await self._tag(path), '"999999"', f'"{MARK}"', MARK):
            await self.ask("POST", path, json=said, headers={"If-Match": tag})
        for key in (f"{MARK} {MARK}", f"{MARK}-again", f"{MARK}-again"):
            await self.ask("POST", path, json={**said, MARK: key}, headers={"Idempotency-Key": key})
        for kind in ("application/json", f"text/{MARK}"):
            await self.ask("POST", path, content=f'{{"{MARK}": "{MARK}', headers={"Content-Type": kind})

    async def ask(self, verb: str, path: str, *, token: str | None = None, **request: Any) -> httpx2.Response:
        """The answer, to a request whose headers are marked in every way."""
        headers = {
            "Authorization": f"Bearer {token or self.tokens['insider']}",
            "Idempotency-Key": MARK + uuid4().hex,
            "If-Match": '"1"',
            "User-Agent": MARK,
            "Cookie": f"{MARK}={MARK}",
            "Origin": f"https://{MARK}.example.org",
            "baggage": f"name={MARK}",
            "tracestate": f"maerk={MARK}",
            "traceparent": f"00-{uuid4().hex}-{uuid4().hex[:16]}-01",
            "X-Forwarded-For": MARK,
            "Referer": f"https://example.org/{MARK}",
            **request.pop("headers", {}),
        }
        answer = await self.client.request(verb, f"{self.url}{path}", headers=headers, **request)
        self.heads.append(repr(answer.headers))
        self.answers[answer.status_code] += 1
        return answer

    async def _tag(self, path: str) -> str:
        """The entity tag of what the command is about, as it is now."""
        return (await self.ask("GET", path.rpartition("/")[0])).headers.get("etag", '"0"')

    def _path(self, name: str, id: str) -> str:
        return name.partition(" ")[2].replace("{id}", id)

    @asynccontextmanager
    async def _every_row_refused(self) -> AsyncIterator[None]:
        """The database refuses every row of the service's own tables, quoting it, while the block lasts."""
        rows = await self.database.fetch("select tablename from pg_tables where schemaname = 'public'")
        tables = sorted({row["tablename"] for row in rows} - _CHASSIS - {"migrations"})
        refuse = (f"alter table public.{each} add constraint canary check (false) not valid" for each in tables)
        await self.database.execute("; ".join(refuse))
        try:
            yield
        finally:
            allow = (f"alter table public.{each} drop constraint canary" for each in tables)
            await self.database.execute("; ".join(allow))


def _collection(name: str) -> str:
    return name.partition(" ")[2].split("/")[2]


@asynccontextmanager
async def canaries(built: System) -> AsyncIterator[dict[str, Canary]]:
    """A canary for each service."""
    documents = openapi.documents()
    insider = {"municipality_codes": ["9903", "9904"], "police_districts": ["synthetic"], "subject": "insider"}
    made: dict[str, Canary] = {}
    async with httpx2.AsyncClient(timeout=30) as client:
        try:
            for service in SERVICES:
                tokens = {
                    "insider": built.issuer.token(*ROLES, service=service, **insider),
                    "stranger": built.issuer.token(*ROLES, service=service, municipality_codes=["9902"]),
                    "nobody": built.issuer.token("data_steward", service=service),
                }
                database = await asyncpg.connect(built.platform.database_url(service))
                marks = Marks(documents[service], frozenset(TOLD.get(service, ())))
                url = built.processes[service].url
                made[service] = Canary(service, url, client, database, tokens, marks)
            yield made
        finally:
            for each in made.values():
                await each.database.close()


async def advice(advisory: Canary) -> None:
    """Advisory has taken its texts."""
    asked = {"municipality_code": "9903", "channel": "phone", "requester": "municipality_school", "topics": ["threats"]}
    asked |= {"is_case_specific": True, "concerns_minor": "yes", "urgency": "normal"}
    await advisory.say("POST /v1/enquiries", asked)
    await advisory.say("POST /v1/enquiries/{id}/triage", {"team": "rejseholdet"})
    answer = {"advice": ["risk_assessment_first"], "duty_to_notify": "yes", "risk_assessment_reminded": True}
    answer |= {"siblings_considered": "yes"}
    await advisory.say("POST /v1/enquiries/{id}/answer", answer)
    await advisory.say("POST /v1/enquiries/{id}/close", {"outcome": "advised"})
    await advisory.say("POST /v1/enquiries", asked)
    await advisory.say("POST /v1/enquiries/{id}/triage", {"team": "rejseholdet"})
    await advisory.say("POST /v1/enquiries/{id}/reassess", {"team": "duty_desk"})
    await processes(advisory)
    await functions(advisory)
    await advisory.say("POST /v1/advice-templates", {"provenance": "synthetic"})
    await advisory.say("POST /v1/advice-templates/{id}/revise", {"text_da": f"{MARK} {MARK}"})
    await advisory.say("POST /v1/advice-templates/{id}/revise", {"title_da": f"{MARK} {MARK}"})
    await advisory.say("POST /v1/preparedness-plans", {"municipality_code": "9903", "covers": ["adults"]})
    await published(advisory)
    await advisory.say("POST /v1/preparedness-plans/{id}/correct", {"version": 1, "adopted_on": "2026-01-14"})
    await advisory.say("POST /v1/preparedness-plans/{id}/revise", {"covers": ["adults"]})


async def processes(advisory: Canary) -> None:
    """Processes have been scoped, run and followed up, or have ended in one of the other ways."""
    wish = {"municipality_code": "9903", "kind": "upskilling", "children_youth": "no"}
    later = "2098-01-01"
    steps: Mapping[str, Mapping[str, Any] | None] = {
        "scope": {"goals": [MARK]},
        "agree": {"lead": "travel_team"},
        "change-scope": {"goals": [MARK]},
        "start": None,
        "pause": {},
        "resume": None,
        "plan-visit": {"planned_on": later, "form": "visit"},
        "call-off-visit": {"place": 1},
        "hold-visit": {"held_on": "2026-01-15", "form": "visit", "participant_count": 7},
        "set-milestone": {"due_on": later},
        "drop-milestone": {"place": 1},
        "deliver": {"kind": "other"},
        "complete": {},
        "postpone-follow-up": {"to": later},
    }
    for taken in (tuple(steps), ("decline",), ("scope", "agree", "cancel")):
        id = await advisory.say("POST /v1/processes", wish)
        for step in taken:
            await advisory.say(f"POST /v1/processes/{{id}}/{step}", steps.get(step))
        if "postpone-follow-up" in taken:  # the months until then have passed
            await advisory.database.execute(
                "update processes set follow_up_due_on = '2026-02-01' where id = $1", UUID(id)
            )
            await advisory.say("POST /v1/processes/{id}/follow-up", {"effect": "partly"})


async def functions(advisory: Canary) -> None:
    """The directory, the consultants' secretariat and the duty roster have taken their texts."""
    reach = {"audience": "professionals", "read_on": "2026-01-01", "languages": []}
    where = {"actor": "municipality_intake", "scope": "municipality", "area": "9903"}
    await advisory.say("POST /v1/directory-entries", {**reach, **where})
    await advisory.say("POST /v1/directory-entries/{id}/replace", {**reach, "valid_from": "2099-01-01"})
    terms = {"valid_from": "2098-01-01", "verified_for_days": 90, "remind_before_days": 14, "also_closed": []}
    terms |= {"network_meetings_a_year": 2, "acute_order": [], "usual_order": []}
    await advisory.say("POST /v1/directory-terms", terms)
    await advisory.say("POST /v1/consultant-units", {"host_municipality_code": "9903"})
    await advisory.say("POST /v1/consultant-units/{id}/cover", {"region": "synthetic", "valid_from": "2027-01-01"})
    meeting = {"area": "west", "planned_on": "2026-01-01", "topics": ["threats"], "provenance": "synthetic"}
    await advisory.say("POST /v1/network-meetings", meeting)
    await advisory.say("POST /v1/network-meetings/{id}/hold", {"participant_count": 9})
    await advisory.say("POST /v1/network-meetings/{id}/agree", {"due_on": "2027-01-01"})
    await advisory.say("POST /v1/network-meetings", meeting)
    await advisory.say("POST /v1/network-meetings/{id}/cancel")
    await advisory.say("POST /v1/duty-functions", {"provenance": "synthetic"})
    await advisory.say("POST /v1/duty-functions/{id}/move")


async def published(advisory: Canary) -> None:
    """The plan that was begun is adopted and published."""
    await advisory.say("POST /v1/preparedness-plans/{id}/adopt", {"adopted_on": "2026-01-15"})
    await advisory.say("POST /v1/preparedness-plans/{id}/publish")


async def seats(training: Canary) -> None:
    """Training has taken its texts."""
    event = {"kind": "theme_day", "topics": ["threats"], "level": "basic", "children_youth": "no", "capacity": 20}
    event |= {"registration_opens_at": "2026-01-01T08:00:00Z", "registration_closes_at": "2099-01-01T08:00:00Z"}
    event |= {"starts_at": "2099-02-01T08:00:00Z", "ends_at": "2099-02-01T14:00:00Z", "area": "west"}
    await training.say("POST /v1/events", {**event, "provenance": "synthetic"})
    await training.say("POST /v1/events/{id}/redraft", event)
    await training.say("POST /v1/events/{id}/publish")
    await training.say("POST /v1/events/{id}/registrations", {"organisation_type": "shelter", "profession": "teacher"})


async def cooperation(cooperation: Canary) -> None:
    """Cooperation has taken its texts, and the organisations of a severe case."""
    await cooperation.say("POST /v1/contact-points", {"function": "acute_social_duty"})
    await cooperation.say("POST /v1/contact-points/{id}/replace")
    await cooperation.say("POST /v1/agreements", {"police_district": "synthetic", "municipality_codes": ["9903"]})
    await cooperation.say("POST /v1/agreements/{id}/sign", {"signed_on": "2026-01-01"})
    await cooperation.say("POST /v1/coordinations", {"age_group": "minor", "topics": ["threats"], "acute": True})
    await cooperation.say("POST /v1/coordinations/{id}/invite", {"organisation": OTHER})
    basis = {"basis": "consent", "purpose": "protection", "to_organisation": OTHER}
    await cooperation.say("POST /v1/coordinations/{id}/disclosure-bases", basis)
    assert OWN in repr(cooperation.said)


async def publications(knowledge: Canary) -> None:
    """Knowledge has taken its texts."""
    synthetic = {"provenance": "synthetic"}
    await knowledge.say("POST /v1/legal-references", {"paragraph": "15(3)", **synthetic})
    await knowledge.say("POST /v1/legal-references/{id}/change", {"change": "amended", "valid_from": "2027-01-01"})
    study = {"kind": "study", "topics": ["threats"], "children_youth": "no", "year": 2026, "accessibility": "exception"}
    await knowledge.say("POST /v1/publications", {**study, **synthetic})
    await knowledge.say("POST /v1/publications/{id}/redraft", study)
    await knowledge.say("POST /v1/publications/{id}/publish")
    await knowledge.say("POST /v1/publications/{id}/revise", study)


async def plans(planning: Canary) -> None:
    """Planning has taken its texts."""
    initiatives: Sequence[Any] = [{"number": 1}, {"number": 2}]
    plan = {"year": 2026, "provenance": "synthetic", "focus_areas": [{"number": 1, "initiatives": initiatives}]}
    await planning.say("POST /v1/action-plans", plan)
    money = {"year": 2026, "source": "finance_act", "amount_mio_dkk": "1.5"}
    await planning.say("POST /v1/action-plans/{id}/fundings", money)
    await _initiatives(planning)
    await planning.say("POST /v1/initiatives/{id}/milestones", {"due_on": "2026-12-31"})
    await planning.say("POST /v1/milestones/{id}/meet", {"met_on": "2026-01-01"})
    heard = {"event_type": "dk.maerk.knowledge.publication-published.v1", "match": {"kind": None}}
    await planning.say("POST /v1/initiatives/{id}/milestones", {"due_on": "2026-12-31", **heard})
    await planning.say("POST /v1/milestones/{id}/drop")
    await _indicators(planning)
    await _editions(planning)
    priority = {"year": 2027, "topic": "threats", "children_youth": "no", "calls_for": ["study"]}
    await planning.say("POST /v1/priorities", {**priority, "provenance": "synthetic"})


async def _editions(planning: Canary) -> None:
    """A plan has been entered from its source, and another was heard, sent back, published and followed up."""
    first = planning.ids["action-plans"]
    begun = planning.ids["initiatives"]
    old = {"year": 2016, "provenance": "synthetic", "focus_areas": [{"number": 1, "initiatives": [{"number": 1}]}]}
    await planning.say("POST /v1/action-plans", old)
    await planning.say("POST /v1/action-plans/{id}/enter-edition", {"published_on": "2016-10"})
    planning.ids["action-plans"] = first
    priority = {"year": 2026, "topic": "threats", "children_youth": "no", "calls_for": ["study"]}
    await planning.say("POST /v1/priorities", {**priority, "provenance": "synthetic"})
    await planning.say("POST /v1/action-plans/{id}/editions", {"correction_da": OMIT})
    await planning.say("POST /v1/editions/{id}/write")
    await planning.say("POST /v1/editions/{id}/follow-up", {"initiative_id": begun})
    edition = (await planning.ask("GET", f"/v1/editions/{planning.ids['editions']}")).json()
    for each in edition["follow_ups"]:
        await planning.say("POST /v1/editions/{id}/follow-up", {"initiative_id": each["initiative_id"]})
    for step in ("send-back", "publish"):
        await planning.say("POST /v1/editions/{id}/consult", {"answers_by": "2099-01-01", "authorities": [MARK]})
        await planning.say("POST /v1/editions/{id}/hear", {"position": "agrees"})
        await planning.say("POST /v1/editions/{id}/end-consultation")
        await planning.say("POST /v1/editions/{id}/approve")
        await planning.say("POST /v1/editions/{id}/approve")
        await planning.say(f"POST /v1/editions/{{id}}/{step}")
    await planning.say("POST /v1/editions/{id}/enter-into-force")
    await planning.say("POST /v1/editions/{id}/draft-follow-up")
    standing = planning.ids["editions"]
    await planning.say("POST /v1/action-plans/{id}/editions")
    planning.ids["editions"] = standing


async def _initiatives(planning: Canary) -> None:
    ends: Mapping[str, Mapping[str, Any]] = {
        "complete": {"as_planned": True},
        "abandon": {"reason_code": "other"},
        "cancel": {"reason_code": "other"},
        "split": {"into": [{"number": 91}, {"number": 92}]},
        "merge": {},
    }
    into = await planning.say("POST /v1/action-plans/{id}/initiatives", {"number": 10})
    for place, (end, body) in enumerate(ends.items(), start=11):
        await planning.say("POST /v1/action-plans/{id}/initiatives", {"number": place})
        await planning.say("POST /v1/initiatives/{id}/advance", {"status": "launched"})
        await planning.say("POST /v1/initiatives/{id}/report", {"status": "at_risk"})
        await planning.say(f"POST /v1/initiatives/{{id}}/{end}", {"into": into} if end == "merge" else body)
    planning.ids["initiatives"] = into


async def _indicators(planning: Canary) -> None:
    counted = {"method": "event_count", "by_field": OMIT, "sum_field": OMIT}
    counted |= {"event_types": ["dk.maerk.knowledge.publication-published.v1"], "match": {"kind": None}}
    typed = {"method": "manual", "by_field": OMIT, "sum_field": OMIT}
    indicator = {"plan_id": planning.ids["action-plans"], "kind": "outcome", "frequency": "year"}
    await planning.say("POST /v1/indicators", {**indicator, "definition": counted})
    await planning.say("POST /v1/indicators/{id}/redefine", counted)
    await planning.say("POST /v1/indicators/preview", {"frequency": "year", "definition": counted}, keeps=False)
    period = {"period": "2026", "provenance": "synthetic"}
    await planning.say("POST /v1/indicators/{id}/override", {**period, "value": 7})
    await planning.say("POST /v1/indicators/{id}/take-back-override", period)
    course = {"direction": "up", "baseline": 1, "baseline_on": "2026-01-01", "target": 9, "due_on": "2026-12-31"}
    await planning.say("POST /v1/indicators/{id}/set-course", course)
    await planning.say("POST /v1/indicators", {**indicator, "code": "typed", "definition": typed})
    await planning.say("POST /v1/indicators/{id}/readings", {"period": "2025", "value": "7"})


STORIES: Final = {
    "advisory": advice,
    "training": seats,
    "cooperation": cooperation,
    "knowledge": publications,
    "planning": plans,
}
