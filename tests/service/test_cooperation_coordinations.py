"""The coordination of severe cases over HTTP: the order of its steps, who sees it, and what may be counted."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from cooperation.http.fields import OWNERS, STAFF
from support.cooperating import COORDINATIONS, act, key_person, opened, police
from support.inside import Caller, Inside, refused

BASIS = {"basis": "s115_ksp", "purpose": "protection", "to_organisation": "police:synthetic"}
RISK = {"level": "high", "tool": "patriark"}
ROUTES: tuple[tuple[str, Any], ...] = (
    ("invite", {"organisation": "municipality:9904"}),
    ("invite", {"organisation": "municipality:9904", "receiving": True}),
    ("join", {}),
    ("steps", {"step": "concern_received"}),
    ("steps", {"step": "parents_or_network_involved"}),
    ("risk-judgements", RISK),
    ("disclosure-bases", BASIS),
    ("advance", {"to": "assessed"}),
    ("close", {"reason": "handed_over"}),
)


async def let_in(cooperation: Inside, path: str, code: str, *, receiving: bool = False) -> Caller:
    """The key person of another municipality, who was invited by the first one and has joined."""
    await act(
        key_person(cooperation),
        path,
        "invite",
        {"organisation": f"municipality:{code}", "receiving": receiving},
    )
    other = key_person(cooperation, code)
    await other.post(f"{path}/join")
    return other


@pytest.mark.rule("c.3/12", "c.6/scenario-3")
async def test_parents_and_network_are_not_involved_before_the_risk_assessment(cooperation: Inside) -> None:
    caller = key_person(cooperation)
    path = await opened(caller)
    for step in ("concern_received", "assessment_24h", "screening_s18"):
        await act(caller, path, "steps", {"step": step})
    before = await caller.get(path)
    answer = await caller.command(f"{path}/steps", {"step": "parents_or_network_involved"}, revision=4)
    problem = refused(answer, 409, "risk-assessment-first")
    assert "barnets lov § 18(3)" in problem["detail"]
    assert "§ 18, stk. 3" in problem["da"]["detail"]
    assert problem["current"] == before == await caller.get(path)
    await act(caller, path, "risk-judgements", RISK)
    after = await act(caller, path, "steps", {"step": "parents_or_network_involved"})
    assert [each["step"] for each in after["steps"]][-2:] == ["risk_assessment_done", "parents_or_network_involved"]


@pytest.mark.rule("c.3/12")
@pytest.mark.parametrize("step", ["risk_assessment_done", "risk_reassessed", "disclosure_basis_recorded", "closed"])
async def test_a_step_that_is_a_record_cannot_be_ticked_without_it(cooperation: Inside, step: str) -> None:
    caller = key_person(cooperation)
    path = await opened(caller)
    refused(await caller.command(f"{path}/steps", {"step": step}, revision=1), 422, "invalid-request", "/step")


@pytest.mark.rule("c.3/12", "c.3/state:coordination")
async def test_authorities_do_not_coordinate_without_a_basis_for_disclosure(cooperation: Inside) -> None:
    caller = key_person(cooperation)
    path = await opened(caller)
    refused(await caller.command(f"{path}/advance", {"to": "assessed"}, revision=1), 409, "risk-judgement-missing")
    refused(await caller.command(f"{path}/advance", {"to": "coordinated"}, revision=1), 409, "state-not-reachable")
    await act(caller, path, "risk-judgements", RISK)
    await act(caller, path, "advance", {"to": "assessed"})
    refused(await caller.command(f"{path}/advance", {"to": "coordinated"}, revision=3), 409, "disclosure-basis-missing")
    await act(caller, path, "disclosure-bases", {**BASIS, "basis": "none_no_disclosure"})
    refused(await caller.command(f"{path}/advance", {"to": "coordinated"}, revision=4), 409, "disclosure-basis-missing")
    await act(caller, path, "disclosure-bases", BASIS)
    assert (await act(caller, path, "advance", {"to": "coordinated"}))["state"] == "coordinated"


@pytest.mark.rule("c.3/state:coordination")
async def test_escalating_is_no_way_around_the_basis_for_disclosure(cooperation: Inside) -> None:
    caller = key_person(cooperation)
    path = await opened(caller)
    await act(caller, path, "risk-judgements", RISK)
    await act(caller, path, "advance", {"to": "escalated"})
    for state in ("coordinated", "protected", "monitoring"):
        refused(await caller.command(f"{path}/advance", {"to": state}, revision=3), 409, "disclosure-basis-missing")


@pytest.mark.rule("c.3/2", "c.6/scenario-3")
async def test_no_basis_can_have_investigation_as_its_purpose(cooperation: Inside) -> None:
    caller = key_person(cooperation)
    path = await opened(caller)
    said = {**BASIS, "purpose": "investigation"}
    refused(await caller.command(f"{path}/disclosure-bases", said, revision=1), 422, "invalid-request", "/purpose")
    document = cooperation.client._transport.app.openapi()  # type: ignore[attr-defined]
    assert "investigation" not in str(document["components"]["schemas"]).lower().replace("investigation of crime", "")


@pytest.mark.rule("c.3/3")
async def test_a_risk_is_judged_with_tool_and_validity_and_turns_red_when_it_is_valid_no_longer(
    cooperation: Inside,
) -> None:
    caller = key_person(cooperation)
    path = await opened(caller)
    assert (await caller.get(path))["risk_judgements"] == []
    long = {**RISK, "valid_until": "2026-12-01"}
    refused(await caller.command(f"{path}/risk-judgements", long, revision=1), 422, "validity-too-long", "/valid_until")
    judged = await act(caller, path, "risk-judgements", RISK)
    assert judged["risk_judgements"] == [
        {**RISK, "judged_on": "2026-11-23", "valid_until": "2026-11-30", "judged_by": "municipality:9901"}
    ]
    cooperation.watch.put(datetime(2026, 11, 30, 22, 59, tzinfo=UTC))
    assert (await caller.get(path))["review_overdue"] is False
    cooperation.watch.put(datetime(2026, 11, 30, 23, tzinfo=UTC))
    assert (await caller.get(path))["review_overdue"] is True
    again = await act(caller, path, "risk-judgements", {"level": "low", "tool": "unknown"})
    assert (again["review_overdue"], again["steps"][-1]["step"]) == (False, "risk_reassessed")


@pytest.mark.rule("c.3/1", "c.6/scenario-3")
@pytest.mark.parametrize("role", [*STAFF, *OWNERS])
async def test_whoever_takes_no_part_gets_the_same_404_on_every_route_as_if_there_were_none(
    cooperation: Inside, role: str
) -> None:
    caller = key_person(cooperation)
    path = await opened(caller)
    await let_in(cooperation, path, "9903", receiving=True)
    await act(caller, path, "invite", {"organisation": "municipality:9902"})
    outsider = cooperation.caller(
        role,
        municipality_codes=["9904", "9902"] if role == "police_contact" else ["9904"],
        police_districts=["synthetic"],
        organisations=["municipality:9901", "police:synthetic"],
        classification="restricted",
    )
    before = await cooperation.contents()
    nowhere = f"{COORDINATIONS}/{uuid4()}"
    here, gone = await outsider.ask("GET", path), await outsider.ask("GET", nowhere)
    answers = [(here, gone)]
    for verb, body in ROUTES:
        for revision in (1, 2) if verb != "join" else (None,):
            there = await outsider.command(f"{path}/{verb}", body, revision=revision)
            answers += [(there, await outsider.command(f"{nowhere}/{verb}", body, revision=revision))]
    for there, absent in answers:
        problem, other = refused(there, 404, "coordination-missing"), absent.json()
        assert {**problem, "instance": ""} == {**other, "instance": ""}
        assert {*there.headers} == {*absent.headers}
    assert await cooperation.contents() == before
    listing = await outsider.ask("GET", COORDINATIONS)
    assert listing.status_code == (200 if role in OWNERS else 403)
    assert listing.json().get("items", []) == []


@pytest.mark.rule("c.3/1")
async def test_the_routes_tested_are_all_that_there_are(cooperation: Inside) -> None:
    document = cooperation.client._transport.app.openapi()  # type: ignore[attr-defined]
    there = {each.rpartition("/")[2] for each in document["paths"] if each.startswith(f"{COORDINATIONS}/{{id}}/")}
    assert there == {verb for verb, _ in ROUTES}


@pytest.mark.rule("c.3/1")
async def test_an_invited_organisation_sees_nothing_before_it_joins(cooperation: Inside) -> None:
    caller = key_person(cooperation)
    path = await opened(caller)
    await act(caller, path, "invite", {"organisation": "police:synthetic"})
    officer = police(cooperation)
    refused(await officer.ask("GET", path), 404, "coordination-missing")
    [invitation] = (await officer.get(COORDINATIONS))["items"]
    assert (invitation["joined"], invitation["state"]) == (False, None)
    assert (await officer.post(f"{path}/join"))["participants"][1] == {
        "organisation": "police:synthetic",
        "joined": True,
        "receiving": False,
    }
    assert (await act(officer, path, "steps", {"step": "police_contact_involved"}))["steps"][0]["taken_by"] == (
        "police:synthetic"
    )
    refused(
        await caller.command(f"{path}/invite", {"organisation": "police:synthetic"}, revision=4), 409, "already-invited"
    )


@pytest.mark.rule("c.3/receiving", "c.6/scenario-3")
async def test_the_receiving_municipality_takes_part_and_nobody_else_can_tell(cooperation: Inside) -> None:
    caller = key_person(cooperation)
    path = await opened(caller)
    officer = police(cooperation)
    await act(caller, path, "invite", {"organisation": "police:synthetic"})
    await officer.post(f"{path}/join")
    before = [await each.get(path) for each in (caller, officer)]
    receiver = await let_in(cooperation, path, "9903", receiving=True)
    assert [await each.get(path) for each in (caller, officer)] == before
    seen = await receiver.get(path)
    assert seen["participants"][-1] == {"organisation": "municipality:9903", "joined": True, "receiving": True}
    assert {**seen, "participants": seen["participants"][:-1]} == before[0]
    other = await let_in(cooperation, path, "9904", receiving=True)
    assert "9903" not in str(await other.get(path))
    assert "9904" not in str(await receiver.get(path))


@pytest.mark.rule("c.3/receiving")
async def test_inviting_the_receiving_municipality_again_tells_nobody_that_it_is_there(cooperation: Inside) -> None:
    caller = key_person(cooperation)
    path = await opened(caller)
    await let_in(cooperation, path, "9903", receiving=True)
    invited = await act(caller, path, "invite", {"organisation": "municipality:9903", "receiving": True})
    assert [each["organisation"] for each in invited["participants"]] == ["municipality:9901"]
    openly = await act(caller, path, "invite", {"organisation": "municipality:9903"})
    assert openly["participants"][1] == {"organisation": "municipality:9903", "joined": False, "receiving": False}


@pytest.mark.rule("c.3/receiving")
async def test_whoever_takes_part_unseen_changes_nothing_that_others_could_see(cooperation: Inside) -> None:
    caller = key_person(cooperation)
    path = await opened(caller)
    receiver = await let_in(cooperation, path, "9903", receiving=True)
    for verb, body in ROUTES:
        if verb != "join":
            refused(await receiver.command(f"{path}/{verb}", body, revision=1), 409, "receiver-only-reads")
    await receiver.post(f"{path}/join")
    assert (await caller.get(path))["revision"] == 1


@pytest.mark.rule("c.3/1")
async def test_only_a_participants_own_people_open_a_coordination(cooperation: Inside) -> None:
    said = {"organisation": "municipality:9902", "age_group": "adult", "topics": ["threats"], "acute": False}
    refused(await key_person(cooperation).command(COORDINATIONS, said), 403, "outside-your-organisation")
    for role in STAFF:
        caller = cooperation.caller(role, municipality_codes=["9902"])
        refused(await caller.command(COORDINATIONS, said), 403, "role-missing")


async def test_synthetic_and_real_organisations_never_meet_in_a_coordination(cooperation: Inside) -> None:
    caller = key_person(cooperation)
    path = await opened(caller)
    answer = await caller.command(f"{path}/invite", {"organisation": "police:fyn"}, revision=1)
    refused(answer, 422, "other-provenance", "/organisation")


@pytest.mark.rule("c.3/1", "a.12/case-derived")
async def test_a_coordination_has_room_for_codes_and_none_for_text(cooperation: Inside) -> None:
    columns = await cooperation.pool.fetch(
        "select table_name, column_name from information_schema.columns"
        " where table_name like 'coordination%' and data_type in ('text', 'ARRAY') order by 1, 2"
    )
    path = await opened(key_person(cooperation))
    refused(
        await key_person(cooperation).command(
            COORDINATIONS,
            {
                "organisation": "municipality:9901",
                "age_group": "minor",
                "topics": ["threats"],
                "acute": True,
                "note": "x",
            },
        ),
        422,
        "invalid-request",
        "",
    )
    await act(key_person(cooperation), path, "risk-judgements", RISK)
    await act(key_person(cooperation), path, "disclosure-bases", BASIS)
    for each in columns:
        values = await cooperation.pool.fetch(f"select {each['column_name']}::text as v from {each['table_name']}")
        assert all(value["v"] is None or " " not in value["v"] for value in values), each


@pytest.mark.rule("a.12/case-derived", "c.6/scenario-3")
@pytest.mark.parametrize(
    ("organisation", "district"),
    [
        ("municipality:9901", "synthetic"),
        ("municipality:0461", "fyn"),
        ("municipality:0400", None),
        ("police:bornholm", None),
    ],
)
async def test_opening_and_closing_are_told_by_month_and_large_district_and_to_no_partner(
    cooperation: Inside, organisation: str, district: str | None
) -> None:
    kind, code = organisation.split(":")
    caller = key_person(cooperation, code) if kind == "municipality" else police(cooperation, code)
    path = await opened(caller, organisation)
    await act(caller, path, "steps", {"step": "concern_received"})
    await act(caller, path, "close", {"reason": "concern_unfounded"})
    refused(await caller.command(f"{path}/steps", {"step": "screening_s18"}, revision=3), 409, "coordination-is-closed")
    rows = await cooperation.pool.fetch(
        "select stream, headers, timestamp_ms, convert_from(payload, 'utf8')::jsonb as data from outbox order by id"
    )
    assert [each["headers"]["ce_type"].split(".")[3] for each in rows] == ["coordination-opened", "coordination-closed"]
    for place, each in enumerate(rows, 1):
        assert each["stream"] == "internal"
        assert each["headers"]["ce_time"] == "2026-11-01T00:00:00Z"
        assert each["headers"]["ce_revision"] == str(place)
        assert each["timestamp_ms"] == datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 1000
        assert each["data"] == {"age_group": "minor", **({"police_district": district} if district else {})}


async def counts(cooperation: Inside, quarter: int, **wanted: Any) -> dict[str, Any]:
    """What MÆRK's staff are told of a quarter of 2026: for the nation and by district."""
    told = await cooperation.caller("adviser").get(f"{COORDINATIONS}/counts", year=2026, **wanted)
    assert told["minimum"] == 5
    found = told["quarters"][quarter - 1]
    return {"": found["opened"], **{each["police_district"]: each["opened"] for each in found["districts"]}}


@pytest.mark.rule("c.3/13", "p/disclosure", "c.6/scenario-3")
async def test_counts_name_a_large_district_with_five_or_else_the_nation_or_nothing(cooperation: Inside) -> None:
    async def open_many(organisation: str, count: int) -> None:
        kind, code = organisation.split(":")
        caller = key_person(cooperation, code) if kind == "municipality" else police(cooperation, code)
        for _ in range(count):
            await opened(caller, organisation)

    cooperation.watch.put(datetime(2026, 2, 1, tzinfo=UTC))
    await open_many("police:fyn", 3)
    cooperation.watch.put(datetime(2026, 5, 1, tzinfo=UTC))
    await open_many("police:fyn", 6)
    await open_many("municipality:0851", 7)
    await open_many("police:bornholm", 6)
    cooperation.watch.put(datetime(2026, 11, 23, tzinfo=UTC))
    await open_many("police:fyn", 5)
    first, second, third, fourth = [await counts(cooperation, each) for each in (1, 2, 3, 4)]
    assert set(first.values()) == {None}
    assert (second[""], second["nordjylland"], second["fyn"], second["oestjylland"]) == (19, 7, 6, None)
    assert "bornholm" not in second
    assert set(third.values()) == {None}
    assert fourth == {"": None}
    assert set((await counts(cooperation, 2, provenance="synthetic")).values()) == {None}
    cooperation.watch.put(datetime(2027, 1, 1, tzinfo=UTC))
    assert await counts(cooperation, 2) == second
    assert (await counts(cooperation, 4))[""] == 5


@pytest.mark.rule("c.3/13")
@pytest.mark.parametrize("role", [*OWNERS, "editor", "operator", "course_coordinator"])
async def test_counts_are_for_those_of_maerk_who_need_them(cooperation: Inside, role: str) -> None:
    caller = cooperation.caller(role, municipality_codes=["9901"], police_districts=["synthetic"])
    refused(await caller.ask("GET", f"{COORDINATIONS}/counts", params={"year": 2026}), 403, "role-missing")
