"""The closed loop: whom nobody has reached, what is asked and what there is, and what the next plan might do of it."""

from collections.abc import Sequence
from datetime import date
from random import Random
from typing import Any, get_args
from uuid import uuid5

import pytest

from chassis.disclosure import MINIMUM
from contracts.advisory import (
    EnquiryRegistered,
    MunicipalityContacted,
    NeedIdentified,
    PreparednessPlanOverdue,
    PreparednessPlanPublished,
    ProcessAgreed,
    VisitHeld,
)
from contracts.cooperation import AgreementExpired, AgreementSigned
from contracts.event import Event
from contracts.geography import municipalities_of
from contracts.knowledge import PublicationPublished, PublicationWithdrawn
from contracts.taxonomy import TopicCode
from contracts.training import DemandExceeded, EventCancelled, EventHeld, EventPublished
from planning.__main__ import LISTENS
from support.figures import CODES, SPACE, event, moment, written
from support.inside import Inside, refused

YEAR = "2026"
TOPICS = get_args(TopicCode)


def told(kind: type[Event], name: str, /, *, revision: int = 1, at: str = "2026-06-01T10:00:00", **said: Any) -> Event:
    return kind(subject=uuid5(SPACE, name), revision=revision, at=moment(at), **{"provenance": "actual", **said})


async def tell(planning: Inside, *events: Event, random: Random | None = None) -> None:
    """Each service's events have been heard; with `random`, doubled and in another order."""
    services = sorted({each.service for each in events})
    if random:
        random.shuffle(services)
    for service in services:
        wire = written(*(each for each in events if each.service == service))
        if random:
            wire.repeat(wire.log)
        await wire.deliver(planning.pool, LISTENS, shuffle=random, at_most=3)


def asked(count: int, topic: str = "threats", *, month: str = "06", year: str = YEAR, **said: Any) -> list[Event]:
    more = {"region": "nordjylland", "requester": "police", "urgency": "soon", "concerns_minor": "no", **said}
    return [
        told(EnquiryRegistered, f"{topic} {year} {month} {n} {more}", at=f"{year}-{month}-17T10:00:00",
             topics=(topic,), **more)
        for n in range(count)
    ]  # fmt: skip


def missed(count: int, need: str, topic: str = "threats", month: str = "06") -> list[Event]:
    at = f"{YEAR}-{month}-17T10:00:00"
    return [told(NeedIdentified, f"{need} {topic} {month} {n}", at=at, need=need, topic=topic) for n in range(count)]


def announced(name: str, *topics: str, on: str = "2026-09-01", **said: Any) -> Event:
    more = {"kind": "theme_day", "level": "basic", "seats": 40, "children_youth": "no", **said}
    return told(EventPublished, name, topics=topics or ("threats",), starts_on=date.fromisoformat(on), **more)


def held(name: str, codes: Sequence[str], month: str = "2026-06", *, revision: int = 1, **said: Any) -> Event:
    more = {"kind": "theme_day", "topics": ("threats",), "children_youth": "no", "participant_count": 40, **said}
    return told(EventHeld, name, revision=revision, month=month, municipality_codes=tuple(codes), **more)


def published(name: str, *topics: str, **said: Any) -> Event:
    more = {"kind": "guide", "year": 2019, "edition": 1, "children_youth": "no", **said}
    return told(PublicationPublished, name, topics=topics or ("threats",), **more)


async def theme(planning: Inside, topic: str = "threats", **parameters: Any) -> dict[str, Any]:
    found = await planning.caller("plan_editor").get("/v1/themes", **{"year": YEAR, **parameters})
    return next(each for each in found["themes"] if each["topic"] == topic)


async def suggested(planning: Inside, **parameters: Any) -> dict[str, dict[str, Any]]:
    """The suggestions by their codes."""
    found = await planning.caller("plan_editor").get("/v1/suggestions", **{"year": YEAR, **parameters})
    return {each["code"]: each for each in found["items"]}


REACHED: list[Event] = [
    told(MunicipalityContacted, "asked", at="2026-09-30T22:00:00", municipality_code=CODES[0], quarter="2026-Q3"),
    told(ProcessAgreed, "process", municipality_code=CODES[1], kind="action_plan", children_youth="no"),
    told(VisitHeld, "process", revision=2, municipality_code=CODES[2], held_on=date(2026, 6, 2), form="visit",
         participant_count=5, children_youth="no"),
    held("day", CODES[3:5]),
    told(AgreementSigned, "agreement", police_district="fyn", municipality_codes=tuple(CODES[5:7]),
         signed_on=date(2026, 6, 1), review_due=date(2027, 6, 1)),
    told(AgreementSigned, "expired", police_district="fyn", municipality_codes=tuple(CODES[7:9]),
         signed_on=date(2025, 6, 1), review_due=date(2026, 6, 1)),
    told(AgreementExpired, "expired", revision=2, at="2026-08-01T10:00:00", police_district="fyn",
         municipality_codes=tuple(CODES[7:9])),
    event(PreparednessPlanPublished, CODES[9], 1, "2026-02-01T00:00:00"),
    event(PreparednessPlanPublished, CODES[10], 1, "2022-02-01T00:00:00"),
    event(PreparednessPlanOverdue, CODES[10], 2, "2026-02-01T00:00:00"),
]  # fmt: skip
BY_WAY = {
    "asked": CODES[:1], "advised": CODES[1:2], "visited": CODES[2:3], "trained": CODES[3:5], "agreement": CODES[5:7],
    "plan": CODES[9:10],
}  # fmt: skip


@pytest.mark.rule("c.5/reach")
@pytest.mark.parametrize("seed", [None, 1, 2])
async def test_whoever_nobody_has_reached_is_named_for_each_way_and_for_all(planning: Inside, seed: int | None) -> None:
    await tell(planning, *REACHED, random=None if seed is None else Random(seed))
    found = await planning.caller("adviser").get("/v1/reach")
    for way in found["ways"]:
        assert set(CODES) - set(way["unreached"]) == set(BY_WAY[way["code"]]), way["code"]
        assert way["definition_da"]
        assert way["event_types"]
    assert set(CODES) - set(found["unreached"]) == {code for codes in BY_WAY.values() for code in codes}
    some = await planning.caller("adviser").get("/v1/reach", ways=["trained", "plan"])
    assert set(CODES) - set(some["unreached"]) == {*BY_WAY["trained"], *BY_WAY["plan"]}
    assert (some["counted"], len(some["municipalities"])) == (["trained", "plan"], 98)


@pytest.mark.rule("c.5/reach")
async def test_a_contact_belongs_to_its_own_quarter_even_when_told_in_the_next_year(planning: Inside) -> None:
    late = told(MunicipalityContacted, "asked", at="2026-12-31T23:00:00", municipality_code=CODES[0], quarter="2026-Q4")
    again = told(VisitHeld, "process", at="2026-01-02T10:00:00", municipality_code=CODES[1], form="visit",
                 held_on=date(2025, 12, 30), participant_count=5, children_youth="no")  # fmt: skip
    await tell(planning, late, again, event(PreparednessPlanPublished, CODES[2], 1, "2025-02-01T00:00:00"))
    editor = planning.caller("plan_editor")
    found = [await editor.get("/v1/reach", year=year) for year in (2024, 2025, 2026)]
    assert [each["unreached"] for each in found] == [
        CODES, [CODES[0], *CODES[3:]], [*CODES[1:2], *CODES[3:]],
    ]  # fmt: skip
    [row] = [each for each in (await editor.get("/v1/reach"))["municipalities"] if each["code"] == CODES[0]]
    assert row["contacts"] == [{"way": "asked", "last": "2026-Q4", "event_id": row["contacts"][0]["event_id"]}]
    assert row["contacts"][0]["event_id"] == str(uuid5(late.subject, "1"))


@pytest.mark.rule("c.5/reach", "c.5/synthetic")
async def test_synthetic_municipalities_are_reached_by_synthetic_events_alone(planning: Inside) -> None:
    await tell(planning, event(PreparednessPlanPublished, "9901", 1, "2026-02-01T00:00:00"))
    editor = planning.caller("plan_editor")
    assert (await editor.get("/v1/reach", provenance="synthetic"))["unreached"] == ["9902", "9903", "9904"]
    assert (await editor.get("/v1/reach"))["unreached"] == CODES
    refused(await editor.ask("GET", "/v1/reach", params={"ways": ["mail"]}), 422, "invalid-request")


@pytest.mark.rule("c.5/themes", "p/disclosure", "c.6/enquiry-registered→planning")
async def test_a_theme_shows_no_more_than_advisory_shows_of_each_ended_month(planning: Inside) -> None:
    full = [each for month in ("04", "05") for topic in TOPICS for each in asked(6, topic, month=month)]
    few = [each for topic in TOPICS if topic not in ("threats", "stalking") for each in asked(6, topic)]
    await tell(planning, *full, *few, *asked(3), *asked(30, "stalking"), *asked(50, month="11"))
    shown = (await theme(planning))["enquiries"]
    assert shown == {"at_least": 12, "whole": False, "months_shown": 2, "months": 10}, "November goes on"
    assert (await theme(planning, "stalking"))["enquiries"]["at_least"] == 42
    sacrificed = [each["enquiries"]["at_least"] for each in (await all_themes(planning))].count(12)
    assert sacrificed == 2, "beside the three, one more number of June is left out, or they could be subtracted"
    assert (await theme(planning, year="2025"))["enquiries"]["at_least"] is None
    ahead = await theme(planning, year="2027")
    assert (ahead["enquiries"]["months"], ahead["enquiries_before"]["months"]) == (0, 0)


@pytest.mark.rule("c.5/themes")
async def test_a_theme_stands_beside_the_same_months_of_the_year_before_and_more_is_not_worse(planning: Inside) -> None:
    before = [*asked(20, month="10", year="2025"), *asked(9, "stalking", month="10", year="2025")]
    after = [*asked(20, month="12", year="2025"), *asked(9, "stalking", month="12", year="2025")]
    await tell(planning, *before, *after, *asked(30, month="10"), *asked(9, "stalking", month="10"))
    shown = await theme(planning)
    assert (shown["enquiries"]["at_least"], shown["enquiries_before"]["at_least"]) == (30, 20)
    found = await planning.caller("adviser").get("/v1/themes", year=YEAR)
    assert "hverken bedre eller værre" in found["note_da"]
    assert found["minimum"] == MINIMUM


@pytest.mark.rule("c.5/themes", "c.5/synthetic")
@pytest.mark.parametrize("seed", [None, 1, 2])
async def test_a_theme_lists_what_stands_of_offers_and_materials(planning: Inside, seed: int | None) -> None:
    hears = [
        announced("called off"), told(EventCancelled, "called off", revision=2, reason="illness"),
        announced("later", on="2027-03-01"), announced("last year", on="2025-03-01"),
        announced("other", "stalking"),
        announced("held"), held("held", CODES[:2], revision=2, month="2026-06", children_youth="primary"),
        held("few", CODES[:2], month="2026-05", participant_count=4), held("old", CODES[:1], month="2025-05"),
        published("guide", "stalking", "threats", published_url="https://example.org/guide"), published("gone"),
        told(PublicationWithdrawn, "gone", revision=2, reason="outdated"),
        announced("synthetic", provenance="synthetic"),
    ]  # fmt: skip
    await tell(planning, *hears, random=None if seed is None else Random(seed))
    shown = await theme(planning)
    assert [(each["month"], each["held"], each["participants"]) for each in shown["offers"]] == [
        ("2026-05", True, None), ("2026-06", True, 40), ("2027-03", False, None),
    ]  # fmt: skip
    assert shown["offers"][1]["id"] == str(uuid5(SPACE, "held"))
    assert [(each["kind"], each["published_url"]) for each in shown["materials"]] == [
        ("guide", "https://example.org/guide")
    ]
    other = await theme(planning, "stalking", provenance="synthetic")
    assert (other["offers"], other["materials"]) == ([], [])
    assert len((await theme(planning, provenance="synthetic"))["offers"]) == 1


ENOUGH = [*asked(30), *asked(20, "stalking"), *asked(10, "exit_support"), *asked(6, "legislation")]


@pytest.mark.rule("c.5/suggestion")
async def test_a_theme_that_nothing_answers_is_suggested_with_its_rule_and_its_figures(planning: Inside) -> None:
    await tell(planning, *ENOUGH, announced("day", "stalking"), published("guide", "threats"))
    found = await suggested(planning)
    assert [each for each in found if each.startswith("theme-")] == [
        "theme-without-offer:threats", "theme-without-offer:exit_support", "theme-without-material:stalking",
        "theme-without-material:exit_support",
    ], "most asked first; the fewest are left out beside so many zeros"  # fmt: skip
    first = found["theme-without-offer:threats"]
    assert first["rule"]["valid_from"] <= YEAR + "-12-31"
    assert "henvendelser 2026: mindst 30" in first["because_da"]
    assert "at least 30" in first["because_en"]
    [counted, listed] = first["figures"]
    assert (counted["value"]["at_least"], counted["period"]) == (30, YEAR)
    assert counted["definition_da"]
    for figure in (counted, listed):
        behind = await planning.caller("plan_editor").ask("GET", figure["link"].split("#")[0])
        [seen] = [each for each in behind.json()["themes"] if each["topic"] == figure["link"].split("#")[1]]
        assert (seen["enquiries"], seen["offers"]) == (counted["value"], [])


@pytest.mark.rule("c.5/suggestion", "c.6/need-identified→planning")
async def test_a_need_that_nothing_answers_is_suggested_and_a_hidden_one_never(planning: Inside) -> None:
    def needs(need: str) -> list[Event]:
        return [*missed(9, need), *missed(8, need, "stalking"), *missed(MINIMUM - 1, need, "exit_support")]

    await tell(planning, *needs("training"), *needs("material"), *missed(50, "plan_help"))
    found = await suggested(planning)
    assert [each for each in found if "missed" in each] == ["training-missed:threats", "material-missed:threats"]
    assert found["training-missed:threats"]["proposed"]["calls_for"] == ["training_event"]
    assert found["material-missed:threats"]["proposed"]["calls_for"] == ["study"]


@pytest.mark.rule("c.5/suggestion")
async def test_a_suggestion_that_a_priority_answers_says_so_and_a_hint_is_suggested_until_then(
    planning: Inside,
) -> None:
    full = told(DemandExceeded, "day", kind="theme_day", topics=("threats",), area="west", seats=20, waiting_count=9,
                children_youth="primary")  # fmt: skip
    await tell(planning, *ENOUGH, full, announced("synthetic", provenance="synthetic"))
    found = await suggested(planning)
    hint = found[f"oversubscribed:{full.subject}"]
    assert hint["proposed"] == {
        "year": 2027, "topic": "threats", "area": "west", "children_youth": "primary", "calls_for": ["training_event"],
        "provenance": "actual", "hint_id": str(full.subject),
    }  # fmt: skip
    assert found["theme-without-offer:threats"]["priority_ids"] == []
    assert f"oversubscribed:{full.subject}" not in await suggested(planning, provenance="synthetic")
    editor = planning.caller("plan_editor")
    made = await editor.post("/v1/priorities", {**hint["proposed"], "title_da": "Syntetisk prioritet"})
    found = await suggested(planning)
    assert f"oversubscribed:{full.subject}" not in found
    assert found["theme-without-offer:threats"]["priority_ids"] == [made["id"]]
    assert found["theme-without-offer:stalking"]["priority_ids"] == []
    assert found["theme-without-material:threats"]["priority_ids"] == []


@pytest.mark.rule("c.5/suggestion")
async def test_whoever_is_never_reached_and_districts_without_an_agreement_are_suggested(planning: Inside) -> None:
    north = [each.code for each in municipalities_of("nordjylland", date(2026, 11, 23))]
    signed = told(AgreementSigned, "agreement", police_district="nordjylland", municipality_codes=(north[0],),
                  signed_on=date(2026, 6, 1), review_due=date(2027, 6, 1))  # fmt: skip
    await tell(planning, signed, held("day", CODES[:1], "2021-06"))
    found = await suggested(planning)
    never = found["never-reached:municipalities"]
    assert set(CODES) - set(never["municipality_codes"]) == {CODES[0], north[0]}
    assert never["proposed"]["calls_for"] == ["outreach"]
    lacking = [each for each in found if each.startswith("district-without-agreement")]
    assert len(lacking) == 11
    assert "district-without-agreement:nordjylland" not in lacking
    assert found[lacking[0]]["proposed"]["topic"] == "police_cooperation"


@pytest.mark.rule("c.5/audiences")
async def test_children_schools_and_youth_educations_have_views_of_their_own(planning: Inside) -> None:
    asking = [
        *asked(20, concerns_minor="yes"), *asked(9, concerns_minor="no"), *asked(6, concerns_minor="unknown"),
        *asked(30, requester="municipality_school"), *asked(25, requester="youth_education"),
        *asked(12, requester="shelter"),
    ]  # fmt: skip
    agreed = {"municipality_code": CODES[5], "kind": "school_effort", "children_youth": "partly"}
    did = [
        announced("school day", setting="school", children_youth="primary"),
        held("college day", CODES[:2], setting="youth_education", children_youth="no"),
        told(ProcessAgreed, "effort", institution_type="school", **agreed),
        published("for children", children_youth="primary"), published("for leaders"),
    ]  # fmt: skip
    await tell(planning, *asking, *did)
    view = planning.caller("adviser")
    children, school, youth = [
        await view.get(f"/v1/audiences/{each}", year=YEAR) for each in ("children_youth", "school", "youth_education")
    ]
    assert [each["enquiries"]["at_least"] for each in (children, school, youth)] == [20, 30, 25]
    assert [each["reached"] for each in (children, school, youth)] == [[CODES[5]], [CODES[5]], CODES[:2]]
    assert [len(each["unreached"]) for each in (children, school, youth)] == [97, 97, 96]
    assert [len(each["offers"]) for each in (children, school, youth)] == [1, 1, 1]
    assert [len(each["materials"]) for each in (children, school, youth)] == [1, 0, 0]
    assert len({each["definition_da"] for each in (children, school, youth)}) == 3
    assert [each for each in await suggested(planning) if each.startswith("audience")] == []
    quiet = await suggested(planning, year="2030")
    assert [each for each in quiet if each.startswith("audience")] == [
        "audience-without-offer:children_youth", "audience-without-offer:school",
        "audience-without-offer:youth_education",
    ]  # fmt: skip


@pytest.mark.rule("c.5/audiences")
async def test_the_plans_own_part_for_children_and_youth_is_in_their_view(planning: Inside) -> None:
    editor = planning.caller("plan_editor")
    parts = [{"number": n, "title_da": "Syntetisk", "children_youth": kind}
             for n, kind in enumerate(("primary", "partly", "no"), 1)]  # fmt: skip
    area = {"number": 1, "title_da": "Syntetisk område", "initiatives": parts}
    said = {"year": 2026, "title_da": "Syntetisk plan", "provenance": "synthetic", "focus_areas": [area]}
    await editor.post("/v1/action-plans", said)
    wish = {"year": 2027, "title_da": "Syntetisk", "topic": "threats", "calls_for": ["study"]}
    for kind in ("partly", "no"):
        await editor.post("/v1/priorities", {**wish, "children_youth": kind, "provenance": "synthetic"})
    shown = await editor.get("/v1/audiences/children_youth", year=YEAR, provenance="synthetic")
    assert [each["children_youth"] for each in shown["initiatives"]] == ["primary", "partly"]
    assert [each["children_youth"] for each in shown["priorities"]] == ["partly"]
    assert await editor.get(shown["initiatives"][0]["link"])
    actual = await editor.get("/v1/audiences/children_youth", year=YEAR)
    school = await editor.get("/v1/audiences/school", year=YEAR, provenance="synthetic")
    assert (actual["initiatives"], actual["priorities"], school["initiatives"]) == ([], [], [])


@pytest.mark.rule("c.5/suggestion", "c.5/3")
async def test_the_loop_says_the_same_whatever_the_order_and_however_often(planning: Inside) -> None:
    everything = [*REACHED, *ENOUGH, *missed(9, "training"), announced("day", "stalking"), published("guide")]
    await tell(planning, *everything, random=Random(7))
    seen = await views(planning)
    await planning.pool.execute("truncate facts")
    await planning.pool.execute("update consumer_position set next_offset = 0, sequence = 0")
    await tell(planning, *everything)
    assert await views(planning) == seen


@pytest.mark.parametrize("path", ["/v1/reach", "/v1/themes", "/v1/suggestions", "/v1/audiences/school"])
async def test_the_loop_is_for_those_who_plan_and_advise(planning: Inside, path: str) -> None:
    for role in ("partner", "course_coordinator", "municipal_key_person"):
        refused(await planning.caller(role).ask("GET", path, params={"year": YEAR}), 403, "role-missing")


async def all_themes(planning: Inside) -> list[dict[str, Any]]:
    return (await planning.caller("plan_editor").get("/v1/themes", year=YEAR))["themes"]


async def views(planning: Inside) -> list[Any]:
    """All that the loop shows of the year."""
    paths = ("/v1/reach", "/v1/themes", "/v1/suggestions", "/v1/audiences/school", "/v1/audiences/children_youth")
    return [await planning.caller("plan_editor").get(path, year=YEAR) for path in paths]
