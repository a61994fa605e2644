"""The commands by which a canary has every text of each service taken once."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from support.canary import AUTHORITY, Canary
from support.marks import MARK, OMIT, OTHER, OWN


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
    meeting = {"area": "west", "planned_on": "2026-01-01", "topics": ["threats"], "agenda": [MARK]}
    meeting |= {"provenance": "synthetic"}
    await advisory.say("POST /v1/network-meetings", meeting)
    await advisory.say("POST /v1/network-meetings/{id}/set-agenda", {"agenda": [MARK]})
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
    number = {"area": "nation", "count": 1_000, "number": "21.4"}
    numbers = {"as_of": "2026-01-01", "read_on": "2026-01-02", "units_reporting": 9, "units_asked": 9}
    numbers |= {"cells": [number]}
    said = {**numbers, "unit": "percent", "definition_version": 1, "categories": [{}]}
    await knowledge.say("POST /v1/statistics", {**said, "table": "young-in-control", "period": "2026", **synthetic})
    await knowledge.say("POST /v1/statistics/{id}/redraft", said)
    await knowledge.say("POST /v1/statistics/{id}/check")
    await knowledge.say("POST /v1/statistics/{id}/approve", by="approver")
    await knowledge.say("POST /v1/statistics/{id}/release")
    await knowledge.say("POST /v1/statistics/{id}/correct", {**numbers, "reason": "late_reports"}, by="approver")


EFFORT: Final = {"responsible_authority": AUTHORITY}
READ: Final = {"read_on": "2026-01-01"}
APPROVED: Final = {"approved_by": "management", "approved_on": "2026-01-01"}


async def plans(planning: Canary) -> None:
    """Planning has taken its texts."""
    await planning.say("POST /v1/authorities", {"code": AUTHORITY, **READ})
    await planning.say("POST /v1/authorities", {"code": "ministry:synthetic-canary", **READ})
    await planning.say("POST /v1/authorities/{id}/rename", {"valid_from": "2026-06", **READ})
    await planning.say("POST /v1/authorities/{id}/correct-name", {"valid_from": "2026-05", **READ})
    await planning.say("POST /v1/authorities/{id}/end", {"valid_to": "2026-07", **READ})
    initiatives: Sequence[Any] = [{**EFFORT, "number": 1}, {**EFFORT, "number": 2}]
    plan = {"year": 2026, "provenance": "synthetic", "focus_areas": [{"number": 1, "initiatives": initiatives}]}
    await planning.say("POST /v1/action-plans", plan)
    await planning.say("POST /v1/action-plans/{id}/focus-areas", {"number": 2})
    for name in ("title_da", "title_en"):
        other = {name: f"{MARK} {MARK}"}
        await planning.say("POST /v1/action-plans/{id}/rename", other)
        await planning.say("POST /v1/action-plans/{id}/rename-focus-area", {"number": 1, **other})
    money = {"year": 2026, "source": "finance_act", "amount_mio_dkk": "1.5"}
    await planning.say("POST /v1/action-plans/{id}/fundings", money)
    await _initiatives(planning)
    await planning.say("POST /v1/initiatives/{id}/milestones", {"due_on": "2026-12-31"})
    await planning.say("POST /v1/milestones/{id}/meet", {"met_on": "2026-01-01"})
    heard = {"event_type": "dk.maerk.knowledge.publication-published.v1", "match": {"kind": None}}
    await planning.say("POST /v1/initiatives/{id}/milestones", {"due_on": "2026-12-31", **heard})
    await planning.say("POST /v1/milestones/{id}/drop")
    typed = await _indicators(planning)
    await _editions(planning)
    priority = {"year": 2027, "topic": "threats", "children_youth": "no", "calls_for": ["study"]}
    await planning.say("POST /v1/priorities", {**priority, "provenance": "synthetic"})
    await _forum(planning, typed)


async def _forum(planning: Canary, typed: str) -> None:
    """The forum has met and decided, and its authority has reported what was returned, sent again and approved."""
    await planning.say("POST /v1/seats", {"authority": AUTHORITY, "function": "member", "valid_from": "2026-01-01"})
    meeting = {"planned_on": "2026-01-02", "agenda": ["other"], "provenance": "synthetic"}
    await planning.say("POST /v1/coordination-meetings", meeting)
    await planning.say("POST /v1/coordination-meetings/{id}/cancel")
    await planning.say("POST /v1/coordination-meetings", meeting)
    there = {"represented": [AUTHORITY], "participant_count": 7}
    await planning.say("POST /v1/coordination-meetings/{id}/hold", there)
    decided = {"responsible": AUTHORITY, "due_on": "2099-01-01"}
    on = {"carried_out_on": "2026-01-03"}
    ends: Mapping[str, Mapping[str, Any]] = {"drop": {}, "carry-out": on}
    for end, body in ends.items():
        await planning.say("POST /v1/coordination-meetings/{id}/decisions", decided)
        await planning.say(f"POST /v1/decisions/{{id}}/{end}", body)
    about = {
        "decision": await planning.say("POST /v1/coordination-meetings/{id}/decisions", decided),
        "reading": typed,
        "milestone": await planning.say("POST /v1/initiatives/{id}/milestones", {"due_on": "2026-12-31"}),
        "status": planning.ids["initiatives"],
    }
    await planning.say("POST /v1/initiatives/{id}/advance", {"status": "launched"})
    reports: Mapping[str, Mapping[str, Any]] = {
        "decision": on,
        "reading": {"period": "2024", "value": "7"},
        "milestone": {"met_on": "2026-01-03"},
        "status": {"status": "at_risk"},
    }
    for kind, body in reports.items():
        said = {"kind": kind, "sender": AUTHORITY, "about": about[kind], **body}
        await planning.say("POST /v1/partner-reports", said)
        await planning.say("POST /v1/partner-reports/{id}/return")
        await planning.say("POST /v1/partner-reports/{id}/resubmit", said)
        await planning.say("POST /v1/partner-reports/{id}/approve", by="approver")


async def _editions(planning: Canary) -> None:
    """A plan has been entered from its source, and another was heard, sent back, published and followed up."""
    first = planning.ids["action-plans"]
    begun = planning.ids["initiatives"]
    old = {
        "year": 2016,
        "provenance": "synthetic",
        "focus_areas": [{"number": 1, "initiatives": [{**EFFORT, "number": 1}]}],
    }
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
        "abandon": {"reason_code": "other", **APPROVED},
        "cancel": {"reason_code": "other", **APPROVED},
        "split": {"into": [{**EFFORT, "number": 91}, {**EFFORT, "number": 92}]},
        "merge": {},
    }
    into = await planning.say("POST /v1/action-plans/{id}/initiatives", {**EFFORT, "number": 10})
    for place, (end, body) in enumerate(ends.items(), start=11):
        await planning.say("POST /v1/action-plans/{id}/initiatives", {**EFFORT, "number": place})
        await planning.say("POST /v1/initiatives/{id}/advance", {"status": "launched"})
        await planning.say("POST /v1/initiatives/{id}/report", {"status": "at_risk", "quarter": OMIT})
        await planning.say(f"POST /v1/initiatives/{{id}}/{end}", {"into": into} if end == "merge" else body)
    planning.ids["initiatives"] = into
    for name in ("title_da", "title_en"):
        await planning.say("POST /v1/initiatives/{id}/rename", {name: f"{MARK} {MARK}"})
    await planning.say("POST /v1/initiatives/{id}/describe", {"partners": [], "starts": "2026-01", "ends": "2026-12"})
    to = {"authority": "agency:synthetic-other", "from_day": "2026-12-01"}
    await planning.say("POST /v1/authorities", {"code": to["authority"], **READ})
    await planning.say("POST /v1/initiatives/{id}/transfer", to)


async def _indicators(planning: Canary) -> str:
    """Each kind of indicator has been defined; the id of the one whose values are typed."""
    counted = {"method": "event_count", "by_field": OMIT, "sum_field": OMIT, "scale_da": OMIT}
    counted |= {"event_types": ["dk.maerk.knowledge.publication-published.v1"], "match": {"kind": None}}
    typed = {"method": "manual", "by_field": OMIT, "sum_field": OMIT, "scale_da": OMIT}
    described = {**typed, "method": "described", "scale_da": [MARK, "helt"]}
    indicator = {"plan_id": planning.ids["action-plans"], "kind": "outcome", "frequency": "year"}
    await planning.say("POST /v1/indicators", {**indicator, "definition": counted})
    await planning.say("POST /v1/indicators/{id}/redefine", counted)
    await planning.say("POST /v1/indicators/preview", {"frequency": "year", "definition": counted}, keeps=False)
    period = {"period": "2026", "provenance": "synthetic"}
    await planning.say("POST /v1/indicators/{id}/override", {**period, "value": 7})
    await planning.say("POST /v1/indicators/{id}/take-back-override", period)
    course = {"direction": "up", "baseline": 1, "baseline_on": "2026-01-01", "target": 9, "due_on": "2026-12-31"}
    await planning.say("POST /v1/indicators/{id}/set-course", course)
    id = await planning.say("POST /v1/indicators", {**indicator, "code": "typed", "definition": typed})
    await planning.say("POST /v1/indicators/{id}/readings", {"period": "2025", "value": "7"})
    await planning.say("POST /v1/indicators/{id}/set-target", {"period": "2026", "bound": "at_least", "value": 9})
    await planning.say("POST /v1/indicators/{id}/take-back-target", {"period": "2026"})
    await planning.say("POST /v1/indicators", {**indicator, "code": "described", "definition": described})
    await planning.say("POST /v1/indicators/{id}/describe", {"period": "2026"})
    await planning.say("POST /v1/indicators/{id}/redefine", described)
    return id


STORIES: Final = {
    "advisory": advice,
    "training": seats,
    "cooperation": cooperation,
    "knowledge": publications,
    "planning": plans,
}
