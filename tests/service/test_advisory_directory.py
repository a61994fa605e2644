"""The directory of functions over HTTP: validity, verification, what is told, and whom to call now."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest

from chassis import deadlines
from support.enquiring import ACUTE, ENQUIRIES
from support.inside import Caller, Inside, inside, refused

ENTRIES = "/v1/directory-entries"
OPEN = [{"day": day, "opens": "08:00", "closes": "15:00"} for day in ("mon", "tue", "wed", "thu", "fri")]
ALWAYS = [
    {"day": day, "opens": "00:00", "closes": "24:00"}
    for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday")
]
INTAKE: dict[str, Any] = {
    "actor": "municipality_intake",
    "scope": "municipality",
    "area": "9901",
    "audience": "everybody",
    "title_da": "Syntetisk modtagelse",
    "purpose_da": "Akut bekymring",
    "phone": "00 00 00 01",
    "hours": OPEN,
}


def nation(actor: str, phone: str = "00 00 00 02", **said: Any) -> dict[str, Any]:
    """An entry for the whole country, synthetic."""
    own = {"actor": actor, "scope": "nation", "area": None, "phone": phone, "title_da": f"Syntetisk {actor}"}
    return {**INTAKE, **own, "provenance": "synthetic", **said}


async def told(service: Inside) -> list[dict[str, Any]]:
    """What waits in the public outbox of the directory's changes."""
    rows = await service.pool.fetch("select headers, payload from outbox where stream = 'public' order by id")
    mine = [each for each in rows if "contact-directory-changed" in each["headers"]["ce_type"]]
    return [orjson.loads(each["payload"]) for each in mine]


async def enter(adviser: Caller, **said: Any) -> str:
    """The address of a new entry."""
    return f"{ENTRIES}/{(await adviser.post(ENTRIES, {**INTAKE, **said}))['id']}"


async def tried(adviser: Caller, path: str, step: str, said: Any = None) -> Any:
    return await adviser.command(f"{path}/{step}", said, revision=(await adviser.get(path))["revision"])


async def go(adviser: Caller, path: str, step: str, said: Any = None) -> Any:
    answer = await tried(adviser, path, step, said)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ask(service: Inside, at: str = "2026-11-25T09:00:00Z", **said: Any) -> Any:
    """Whom to call, asked by nobody in particular."""
    nobody = Caller(service.client, None)
    wanted = {"municipality_code": "9901", "acute": "false", "at": at, **said}
    return await nobody.get("/v1/who-to-call", **wanted)


def actors(answer: Any) -> list[str]:
    return [each["actor"] for each in answer["contacts"]]


@pytest.mark.rule("c.1/directory", "c.1/7", "c.1/event:contact_directory_changed")
async def test_an_entry_is_certain_for_ninety_days_then_lapses_and_every_change_is_told(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await enter(adviser)
    assert (await adviser.get(path))["state"] == "unverified"
    verified = await go(adviser, path, "verify")
    assert (verified["state"], verified["verified_on"], verified["certain_until"], verified["verified_by"]) == (
        "verified", "2026-11-23", "2027-02-21", "adviser",
    )  # fmt: skip
    await advisory.pass_time(datetime(2027, 2, 6, 22, 59, tzinfo=UTC))
    assert (await adviser.get(path))["state"] == "verified"
    await advisory.pass_time(datetime(2027, 2, 6, 23, tzinfo=UTC))
    assert (await adviser.get(path))["state"] == "due"
    await advisory.pass_time(datetime(2027, 2, 21, 22, 59, tzinfo=UTC))
    assert (await adviser.get(path))["state"] == "due"
    async with inside(advisory.service, advisory.url, at=datetime(2027, 2, 21, 23, tzinfo=UTC)) as other:
        await asyncio.gather(
            *(
                deadlines.act_on_next(each.pool, each.service.deadlines, clock=other.watch)
                for each in (advisory, other) * 3
            )
        )
    assert (await adviser.get(path))["state"] == "lapsed"
    assert (await go(adviser, path, "verify"))["state"] == "verified"
    changes = await told(advisory)
    assert [each["change"] for each in changes] == ["entered", "verified", "lapsed", "verified"]
    assert changes[2]["valid_from"] == "2027-02-22"
    assert {each["municipality_code"] for each in changes} == {"9901"}
    assert "00 00" not in str(changes)


@pytest.mark.rule("c.1/directory")
async def test_what_should_be_verified_is_a_list_that_needs_no_clockwork(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    await enter(adviser)
    verified = await enter(adviser, area="9902")
    await go(adviser, verified, "verify")
    ended = await enter(adviser, area="9903")
    await go(adviser, ended, "end", {})

    async def tasks() -> list[tuple[str, int | None]]:
        found = await adviser.get("/v1/verification-tasks", provenance="synthetic")
        return [(each["entry"]["area"] + " " + each["state"], each["days_left"]) for each in found["items"]]

    assert await tasks() == [("9901 unverified", None)]
    advisory.watch.put(datetime(2027, 2, 7, 12, tzinfo=UTC))
    assert await tasks() == [("9901 unverified", None), ("9902 due", 14)]
    advisory.watch.put(datetime(2027, 2, 22, 12, tzinfo=UTC))
    assert await tasks() == [("9901 unverified", None), ("9902 lapsed", -1)]


@pytest.mark.rule("c.1/directory")
async def test_a_replaced_entry_holds_until_the_day_before_and_the_new_one_from_then_on(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await enter(adviser)
    await go(adviser, path, "verify")
    reach = {name: value for name, value in INTAKE.items() if name not in ("actor", "scope", "area")}
    new = await go(adviser, path, "replace", {**reach, "phone": "00 00 00 09", "valid_from": "2026-12-01"})
    assert (new["state"], new["area"], (await adviser.get(path))["replaced_by"]) == ("unverified", "9901", new["id"])
    answers = [await ask(advisory, f"2026-11-30T{time}:00Z") for time in ("22:59", "23:00")]
    [before], [after] = ([c for c in each["contacts"] if c["actor"] == INTAKE["actor"]] for each in answers)
    assert [(each["phone"], each["certain"]) for each in (before, after)] == [
        ("00 00 00 01", True), ("00 00 00 09", False),
    ]  # fmt: skip
    refused(await tried(adviser, path, "end", {}), 409, "entry-ended")
    refused(await tried(adviser, path, "replace", {**reach, "valid_from": "2027-01-01"}), 409, "entry-ended")
    advisory.watch.put(datetime(2026, 12, 1, 12, tzinfo=UTC))
    refused(await tried(adviser, path, "verify"), 409, "entry-ended")
    await advisory.pass_time(datetime(2027, 6, 1, tzinfo=UTC))
    changes = [(each["change"], each["valid_from"]) for each in await told(advisory)]
    assert changes[2:] == [("replaced", "2026-12-01"), ("entered", "2026-12-01")]


@pytest.mark.rule("c.1/directory")
@pytest.mark.parametrize(
    ("said", "slug"),
    [
        ({"area": "0000"}, "area-unknown"),
        ({"area": None}, "area-unknown"),
        ({"scope": "nation"}, "area-unknown"),
        ({"scope": "region", "area": "fyn"}, "area-unknown"),
        ({"scope": "region", "area": "synthetic"}, "area-unknown"),
        ({"scope": "police_district", "area": "fyn", "provenance": "synthetic"}, "area-unknown"),
        ({"scope": "unit", "area": "nobody"}, "area-unknown"),
        ({"scope": "unit", "area": str(uuid4())}, "area-unknown"),
        ({"valid_from": "2026-12-01", "valid_until": "2026-12-01"}, "validity-backwards"),
        ({"min_age": 18, "max_age": 17}, "ages-backwards"),
        ({"hours": [{"day": "mon", "opens": "15:00", "closes": "15:00"}]}, "opening-backwards"),
        ({"phone": None}, "how-to-reach-missing"),
        ({"title_da": "Ring til a@example.org"}, "invalid-request"),
        ({"purpose_da": "Ring 00 00 00 01"}, "invalid-request"),
        ({"name": "x"}, "invalid-request"),
    ],
)
async def test_an_entry_that_cannot_be_right_or_names_somebody_is_refused(
    advisory: Inside, said: dict[str, Any], slug: str
) -> None:
    before = await advisory.contents()
    refused(await advisory.caller("adviser").command(ENTRIES, {**INTAKE, **said}), 422, slug)
    assert await advisory.contents() == before


@pytest.mark.rule("c.1/who-to-call", "c.6/scenario-1")
async def test_on_a_friday_at_half_past_four_police_come_first_and_what_is_closed_last(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    await go(adviser, await enter(adviser, hours=ALWAYS), "verify")
    unit = await adviser.post("/v1/consultant-units", {"host_municipality_code": "9902", "title_da": "Syntetisk enhed"})
    path = f"/v1/consultant-units/{unit['id']}"
    await go(adviser, path, "cover", {"region": "synthetic", "valid_from": "2026-01-01"})
    await enter(adviser, actor="security_consultant", scope="unit", area=unit["id"])
    await adviser.post(ENTRIES, nation("red_counselling", hours=ALWAYS))
    await adviser.post(ENTRIES, nation("viso", hours=None))
    answer = await ask(advisory, "2026-11-27T15:30:00Z", acute="true", age="minor")
    assert actors(answer) == [
        "police_112", "police_114", "municipality_intake", "red_counselling", "viso", "security_consultant",
    ]  # fmt: skip
    consultant = answer["contacts"][-1]
    assert (consultant["openness"], consultant["opens_at"]) == ("closed", "2026-11-30T07:00:00Z")
    assert [each["certainty"] for each in answer["contacts"][:4]] == ["fixed", "fixed", "verified", "unverified"]
    assert answer["contacts"][3]["warning_da"] == "Aldrig bekræftet: nummeret kan være forkert."
    assert answer["contacts"][2]["warning_da"] is None
    assert (answer["no_intake_da"], answer["no_intake_en"]) == (None, None)
    assert answer["responsibility_da"].startswith("Kommunen har fortsat ansvaret")
    morning = await ask(advisory, "2026-11-27T08:30:00Z", acute="false")
    assert actors(morning)[:2] == ["security_consultant", "municipality_intake"]
    assert actors(morning)[-1] == "police_114"
    assert "police_112" not in actors(morning)


@pytest.mark.rule("c.1/who-to-call", "c.1/7")
async def test_a_number_that_nobody_knows_is_said_to_be_unknown_and_what_to_do_instead(advisory: Inside) -> None:
    duty = advisory.caller("duty_coordinator")
    advisory.watch.put(datetime(2026, 11, 25, 9, tzinfo=UTC))
    enquiry = await duty.post(ENQUIRIES, ACUTE)
    page = "https://example.org/akut"

    async def step() -> str:
        shown = await duty.get(f"{ENQUIRIES}/{enquiry['id']}")
        [listed] = (await duty.get(ENQUIRIES, provenance="synthetic"))["items"]
        told = await duty.get(f"{ENQUIRIES}/{enquiry['id']}/answer")
        assert shown["act_first"] == listed["act_first"] == told["act_first"]
        return shown["act_first"][2]["text_da"]

    without = (
        "Her står intet nummer til kommunens akutte modtagelse: ring til kommunens hovednummer,"
        " og svarer ingen, til politiet på 114."
    )
    assert enquiry["act_first"][2]["text_da"].endswith(without)
    path = await enter(duty, phone=None, page_url=page)
    await go(duty, path, "verify")
    answer = await ask(advisory, acute="true")
    assert answer["no_intake_da"] == without
    assert answer["no_intake_en"].startswith("There is no number here of the municipality's acute intake")
    contact = answer["contacts"][2]
    assert (contact["phone"], contact["warning_da"]) == (None, "Intet nummer er kendt: se siden.")
    assert (await ask(advisory))["no_intake_da"] is None, "what is not acute goes there in office hours"
    assert (await step()).endswith(without)
    await go(duty, await enter(duty), "verify")
    assert await step() == "Kontakt kommunens akutte modtagelse, også uden for åbningstid."
    assert (await ask(advisory, acute="true"))["no_intake_da"] is None
    later = (await ask(advisory, "2027-11-25T09:00:00Z", acute="true"))["contacts"]
    warned = {each["phone"]: (each["warning_da"], each["warning_en"]) for each in later}
    assert warned["00 00 00 01"] == (
        "Ikke bekræftet for nylig: nummeret kan være forkert.",
        "Not confirmed lately: the number may be wrong.",
    )
    assert warned["114"] == (None, None)


@pytest.mark.rule("c.1/who-to-call")
async def test_nobody_need_sign_in_to_learn_whom_to_call_and_professionals_see_more(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    await enter(adviser)
    point = {"actor": "police_contact_point", "scope": "police_district", "area": "synthetic"}
    await enter(adviser, **point, audience="professionals", provenance="synthetic", phone="00 00 00 07")
    answer = await ask(advisory)
    assert (actors(answer), answer["for_professionals_count"]) == (["municipality_intake", "police_114"], 1)
    assert "00 00 00 07" not in str(answer)
    wanted = {"municipality_code": "9901", "acute": "false", "at": "2026-11-25T09:00:00Z"}
    more = await advisory.caller("police_contact").get("/v1/who-to-call/professionals", **wanted)
    assert actors(more) == ["municipality_intake", "police_contact_point", "police_114"]
    refused(await Caller(advisory.client, None).ask("GET", "/v1/who-to-call/professionals"), 401, "token-missing")
    refused(await Caller(advisory.client, None).ask("GET", ENTRIES), 401, "token-missing")
    nonsense = Caller(advisory.client, "nonsense")
    assert (await nonsense.ask("GET", "/v1/who-to-call", params=wanted)).status_code == 200
    bad = {**wanted, "municipality_code": "0000"}
    refused(await nonsense.ask("GET", "/v1/who-to-call", params=bad), 422, "invalid-request")


@pytest.mark.rule("c.1/who-to-call")
async def test_actual_and_synthetic_contacts_never_mix_and_ages_are_kept_apart(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    await adviser.post(ENTRIES, nation("viso", provenance="actual"))
    await adviser.post(ENTRIES, nation("red_counselling", min_age=16, max_age=30))
    await adviser.post(ENTRIES, nation("shelter_line", min_age=18))
    await adviser.post(ENTRIES, nation("other", max_age=17))
    assert actors(await ask(advisory, municipality_code="0851")) == ["viso", "police_114"]
    assert actors(await ask(advisory, age="minor")) == ["red_counselling", "police_114", "other"]
    assert actors(await ask(advisory, age="adult")) == ["red_counselling", "police_114", "shelter_line"]
    assert len(actors(await ask(advisory))) == 4


@pytest.mark.rule("c.1/directory")
async def test_terms_hold_from_a_day_on_and_never_backwards(advisory: Inside) -> None:
    coordinator, adviser = advisory.caller("duty_coordinator"), advisory.caller("adviser")
    said = {
        "valid_from": "2026-12-01",
        "verified_for_days": 30,
        "remind_before_days": 7,
        "network_meetings_a_year": 3,
        "also_closed": [],
        "acute_order": ["viso"],
        "usual_order": ["police_114", "viso"],
        "source": "Syntetisk",
    }
    await coordinator.post("/v1/directory-terms", said)
    refused(await coordinator.command("/v1/directory-terms", said), 409, "terms-already-set")
    past = {**said, "valid_from": "2026-11-22"}
    refused(await coordinator.command("/v1/directory-terms", past), 422, "terms-in-the-past", "/valid_from")
    refused(await adviser.command("/v1/directory-terms", said), 403, "role-missing")
    assert [each["valid_from"] for each in (await adviser.get("/v1/directory-terms"))["items"]] == [
        "2024-01-01", "2026-12-01",
    ]  # fmt: skip
    path = await enter(adviser)
    assert (await go(adviser, path, "verify"))["certain_until"] == "2027-02-21"
    assert actors(await ask(advisory, "2026-11-30T12:00:00Z")) == ["municipality_intake", "police_114"]
    assert actors(await ask(advisory, "2026-12-01T12:00:00Z")) == ["police_114", "municipality_intake"]
    advisory.watch.put(datetime(2026, 12, 1, tzinfo=UTC))
    assert (await go(adviser, path, "verify"))["certain_until"] == "2026-12-31"


async def test_two_who_change_an_entry_do_not_overwrite_each_other(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await enter(adviser)
    answers = await asyncio.gather(*(adviser.command(f"{path}/verify", revision=1) for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [200, 412, 412, 412]
    assert len(await told(advisory)) == 2


async def test_the_directory_is_listed_by_what_it_is_for_and_when(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    for area in ("9901", "9902", "9903"):
        await enter(adviser, area=area, valid_from="2026-12-01")
    await adviser.post(ENTRIES, nation("viso"))
    first = await adviser.get(ENTRIES, provenance="synthetic", limit=3)
    rest = await adviser.get(ENTRIES, provenance="synthetic", limit=3, after=first["next"])
    assert (first["total"], len(first["items"]), len(rest["items"]), rest["next"]) == (4, 3, 1, None)
    assert (await adviser.get(ENTRIES, provenance="synthetic", actor="viso"))["total"] == 1
    assert (await adviser.get(ENTRIES, provenance="synthetic", scope="municipality", area="9902"))["total"] == 1
    day = (date(2026, 12, 1) - timedelta(days=1)).isoformat()
    assert (await adviser.get(ENTRIES, provenance="synthetic", on=day))["total"] == 1
    assert (await adviser.get(ENTRIES))["total"] == 0
    refused(await adviser.ask("GET", f"{ENTRIES}/{uuid4()}"), 404, "directory-entry-missing")
