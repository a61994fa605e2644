"""Events over HTTP: from draft to held, what each safety profile lets out, and who may see and do what."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from support.inside import Inside, refused
from support.training import (
    CLOSES,
    DRAFT,
    EVENTS,
    SHELTER,
    STARTS,
    announced,
    coordinator,
    do,
    draft,
    key_person,
    own,
    public,
    register,
)


async def test_an_event_goes_from_draft_to_held_and_each_step_is_told(training: Inside) -> None:
    path = await draft(training)
    assert (await coordinator(training).get(path))["state"] == "draft"
    assert (await do(training, path, "publish"))["state"] == "open"
    seated = [await register(training, path, own(code)) for code in ("9901", "9902")]
    assert (await do(training, path, "close"))["state"] == "closed"
    training.watch.put(STARTS + timedelta(hours=6))
    ids = [each.rpartition("/")[2] for each in seated]
    await do(training, path, "record-attendance", {"attended": ids[:1], "missed": ids[1:]})
    held = await do(training, path, "hold")
    assert (held["state"], held["seats"]["taken"]) == ("held", 2)
    assert await training.events() == [
        "event-drafted", "event-published", "event-opened", "registration-confirmed", "registration-confirmed",
        "event-closed", "registration-attended", "registration-missed", "event-held",
    ]  # fmt: skip
    row = await training.pool.fetchrow("select payload from outbox where headers ->> 'ce_type' like '%event-held%'")
    assert b'"municipality_codes":["9901"]' in row["payload"].replace(b" ", b"")


@pytest.mark.rule("c.2/state:event")
async def test_registration_opens_and_closes_by_itself_at_the_moments_that_were_announced(training: Inside) -> None:
    opens = datetime(2027, 1, 11, 8, tzinfo=UTC)
    path = await announced(training, registration_opens_at=opens.isoformat())
    answer = await coordinator(training).command(f"{path}/registrations", SHELTER)
    assert refused(answer, 409, "registration-not-open")["current"]["state"] == "published"
    await training.pass_time(opens)
    assert (await coordinator(training).get(path))["state"] == "open"
    await training.pass_time(CLOSES)
    assert (await coordinator(training).get(path))["state"] == "closed"
    rows = await training.pool.fetch("select headers from outbox where stream = 'internal' order by id")
    assert [row["headers"]["ce_time"][:13] for row in rows[-2:]] == ["2027-01-11T08", "2027-03-01T11"]


@pytest.mark.rule("c.2/state:event")
async def test_an_event_is_not_held_before_it_began_nor_before_everybodys_attendance_is_known(
    training: Inside,
) -> None:
    path = await announced(training, capacity=1)
    seated, waiting = [(await register(training, path)).rpartition("/")[2] for _ in range(2)]
    caller = coordinator(training)

    async def refuse(verb: str, body: Any, status: int, slug: str) -> None:
        revision = (await caller.get(path))["revision"]
        refused(await caller.command(f"{path}/{verb}", body, revision=revision), status, slug)

    await refuse("hold", None, 409, "event-not-begun")
    await refuse("record-attendance", {"attended": [seated]}, 409, "event-not-begun")
    await training.pass_time(STARTS)
    await refuse("hold", None, 409, "attendance-missing")
    await refuse("record-attendance", {"attended": [waiting]}, 422, "attendance-unclear")
    await refuse("record-attendance", {"attended": [seated], "missed": [seated]}, 422, "attendance-unclear")
    await do(training, path, "record-attendance", {"missed": [seated]})
    await do(training, path, "hold")
    await refuse("cancel", {"reason": "illness"}, 409, "event-over")


@pytest.mark.rule("c.2/state:event")
async def test_a_draft_is_announced_only_when_it_is_complete_and_in_time(training: Inside) -> None:
    caller = coordinator(training)
    path = await draft(training, capacity=None)
    refused(await caller.command(f"{path}/publish", revision=1), 409, "event-incomplete")
    said = {name: value for name, value in DRAFT.items() if name != "provenance"}
    assert (await do(training, path, "redraft", {**said, "starts_at": "2027-03-15T09:00:00Z"}))["capacity"] == 2
    answer = await caller.command(f"{path}/redraft", {**said, "starts_at": "2027-02-15T09:00:00Z"}, revision=2)
    refused(answer, 422, "moments-disordered", "/starts_at")
    training.watch.put(CLOSES)
    refused(await caller.command(f"{path}/publish", revision=2), 409, "event-begun")
    training.watch.put(CLOSES - timedelta(seconds=1))
    await do(training, path, "publish")
    refused(await caller.command(f"{path}/redraft", said, revision=4), 409, "event-not-draft")


@pytest.mark.rule("c.2/11")
async def test_an_external_module_is_announced_and_takes_no_registrations(training: Inside) -> None:
    path = await announced(training, kind="diploma_module_external")
    await training.pass_time(CLOSES)
    assert (await coordinator(training).get(path))["state"] == "published"
    refused(await coordinator(training).command(f"{path}/open", revision=2), 409, "sign-up-elsewhere")


@pytest.mark.rule("c.2/3")
async def test_of_a_sensitive_event_nobody_hears_but_coordinators_and_those_with_a_seat(training: Inside) -> None:
    path = await announced(training, safety_profile="sensitive", capacity=1)
    other = key_person(training, "9902")
    mine = key_person(training, "9901")
    for caller in (other, mine, training.caller("adviser"), training.caller("operator")):
        refused(await caller.ask("GET", path), 404, "event-missing")
        assert (await caller.get(EVENTS, provenance="synthetic"))["items"] == []
    refused(await mine.command(f"{path}/registrations", own("9901")), 404, "event-missing")
    seat, waiting = [await register(training, path, own("9901")) for _ in range(2)]
    for _ in range(3):  # far more than a tenth of the seats
        await register(training, path, own("9901"))
    assert (await mine.get(seat))["admission"]["venue"] == "Syntetisk Sal 1"
    refused(await mine.ask("GET", waiting), 404, "registration-missing")
    refused(await mine.command(f"{waiting}/cancel", revision=1), 404, "registration-missing")
    refused(await other.ask("GET", seat), 404, "registration-missing")
    await do(training, path, "cancel", {"reason": "external"})
    assert await public(training) == []
    assert (await training.events())[-1] == "sensitive-event-cancelled"


@pytest.mark.rule("c.2/3")
async def test_of_a_verified_event_the_outside_hears_the_month_and_the_area_and_nothing_closer(
    training: Inside,
) -> None:
    await announced(training, safety_profile="verified_only")
    [(kind, data)] = await public(training)
    assert kind == "verified-event-published"
    assert (data["month"], data["area"], data["seats"]) == ("2027-03", "west", 2)
    assert not {"starts_on", "level", "profession_groups"} & data.keys()


@pytest.mark.rule("c.2/3", "a.12/public-stream")
async def test_a_venue_and_free_text_reach_no_event_and_only_those_with_a_seat(training: Inside) -> None:
    path = await announced(training, capacity=1)
    mine = key_person(training, "9901")
    assert (await mine.get(path))["venue"] is None
    seat = await mine.post(f"{path}/registrations", own("9901"))
    waits = await mine.post(f"{path}/registrations", own("9901"))
    assert seat["admission"]["venue"] == "Syntetisk Sal 1"
    assert waits["admission"] is None
    told = await training.pool.fetch("select payload from outbox")
    assert not [row for row in told if b"Sal" in row["payload"] or b"temadag" in row["payload"]]


@pytest.mark.rule("c.2/no-list")
async def test_nobody_but_a_coordinator_is_shown_a_list_and_that_names_nobody(training: Inside) -> None:
    path = await announced(training)
    await register(training, path, own("9901"))
    for role in ("adviser", "municipal_key_person", "police_contact", "editor", "plan_editor", "operator", "partner"):
        caller = training.caller(role, municipality_codes=["9901"])
        refused(await caller.ask("GET", f"{path}/registrations"), 403, "role-missing")
    [listed] = (await coordinator(training).get(f"{path}/registrations"))["items"]
    assert listed.keys() == {"id", "organisation_type", "state"}
    columns = await training.pool.fetch(
        "select column_name from information_schema.columns where table_name = 'registrations'"
    )
    assert not {"name", "mail", "phone", "participant"} & {row["column_name"] for row in columns}


@pytest.mark.rule("c.2/registrar")
async def test_a_key_person_registers_and_sees_their_own_municipality_and_nobody_elses(training: Inside) -> None:
    path = await announced(training)
    mine = key_person(training, "9901")
    refused(await mine.command(f"{path}/registrations", own("9902")), 403, "outside-your-municipality")
    refused(await mine.command(f"{path}/registrations", SHELTER), 403, "outside-your-municipality")
    others = await register(training, path, own("9902"))
    refused(await mine.ask("GET", others), 404, "registration-missing")
    refused(await mine.command(f"{others}/cancel", revision=1), 404, "registration-missing")
    made = await mine.post(f"{path}/registrations", own("9901"))
    await mine.post(f"/v1/registrations/{made['id']}/cancel", revision=1)
    refused(await training.caller("adviser").command(f"{path}/registrations", own("9901")), 403, "role-missing")


@pytest.mark.parametrize(
    ("said", "slug", "pointer"),
    [
        ({"municipality_code": "0851", "organisation": "municipality:0851"}, "provenance-mixed", "/municipality_code"),
        ({"organisation": "municipality:9902"}, "municipality-missing", "/municipality_code"),
        ({"municipality_code": None}, "municipality-missing", "/municipality_code"),
        ({"organisation": "school:0101701234"}, "invalid-request", "/organisation"),
        ({"organisation": "no-kind"}, "invalid-request", "/organisation"),
        ({"profession": "wizard"}, "invalid-request", "/profession"),
        ({"name": "x"}, "invalid-request", ""),
    ],
)
@pytest.mark.rule("c.2/registrar")
async def test_a_registration_that_mixes_or_names_is_refused_and_changes_nothing(
    training: Inside, said: dict[str, Any], slug: str, pointer: str
) -> None:
    path = await announced(training)
    before = await training.contents()
    answer = await coordinator(training).command(f"{path}/registrations", own("9901", **said))
    refused(answer, 422, answer.json()["slug"] if slug == "invalid-request" else slug, pointer)
    assert await training.contents() == before


@pytest.mark.rule("c.2/neutral")
@pytest.mark.parametrize("field", ["title_da", "summary_da", "venue"])
async def test_text_about_an_event_holds_no_number_or_address_of_anybody(training: Inside, field: str) -> None:
    for text in ("Ring 22 33 44 55", "010170-1234", "skriv til a@example.org"):
        answer = await coordinator(training).command(EVENTS, {**DRAFT, field: text})
        assert (answer.status_code, text in answer.text) == (422, False)
    assert await training.pool.fetchval("select count(*) from events") == 0


async def test_events_are_read_page_by_page_the_earliest_first_and_drafts_by_coordinators_alone(
    training: Inside,
) -> None:
    days = [f"2027-03-{day}T09:00:00Z" for day in (18, 16, 17)]
    late, early, middle = [
        (await announced(training, starts_at=day, ends_at="2027-03-20T09:00:00Z")).rpartition("/")[2] for day in days
    ]
    undated = (await draft(training, starts_at=None, ends_at=None)).rpartition("/")[2]
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = await coordinator(training).get(EVENTS, provenance="synthetic", limit=2, **after)
        seen += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert seen == [early, middle, late, undated]
    adviser = training.caller("adviser")
    assert [each["id"] for each in (await adviser.get(EVENTS, provenance="synthetic"))["items"]] == seen[:3]
    assert (await adviser.get(EVENTS))["items"] == []
    refused(await adviser.ask("GET", f"{EVENTS}/{undated}"), 404, "event-missing")
