"""Alarms are seen when nobody hears them, and whoever says that they have one has it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from maerk.mail import waiting
from support.duty import desk
from support.inside import Inside, refused

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
RINGS = NOW + 15 * MINUTE


@pytest.mark.rule("c.1/alarm-acknowledged", "c.1/alarm-unheard")
async def test_whoever_says_that_they_have_it_is_never_too_slow_for_an_unheard_alarm(advisory: Inside) -> None:
    at = desk(advisory)
    await at.handed_over()
    await advisory.pass_time(RINGS)
    [seen] = await at.alarms()
    assert (seen["unheard_at"], seen["next_at"]) == ("2026-11-23T12:15:00Z", None)
    await advisory.pass_time(RINGS + timedelta(seconds=75))
    [now] = await at.alarms()
    assert now == seen, "that it was tried again in vain changes nothing of it"
    path = f"/v1/alarms/{seen['id']}/acknowledge"
    for revision in (seen["revision"] - 1, 99, None):
        advisory.watch.put(advisory.watch.at + HOUR)
        await advisory.pass_time(advisory.watch.at)
        had = (await at.caller.post(path, revision=revision))["acknowledged_at"]
        assert datetime.fromisoformat(had) == advisory.watch.at
    assert (await advisory.events()).count("alarm-unheard") == 4, "it returned three times, and its answer is late too"


@pytest.mark.rule("c.1/alarm-is-seen", "p/attention")
async def test_an_operator_sees_that_nobody_hears_an_alarm_and_hours_without_anybody(advisory: Inside) -> None:
    at = desk(advisory)
    hours = "336 hours of the next 14 days without anybody on duty: GET /v1/duty-roster."
    before = await at.caller.get("/pipelinez")
    assert (before["flows"], before["reasons"], before["notes"]) == (True, [], [hours])
    await at.handed_over(municipality_code="0851")
    await at.handed_over()
    with capture_logs() as logs:
        for minutes in range(15, 20):
            await advisory.pass_time(NOW + minutes * MINUTE)
    [synthetic] = await at.alarms()
    [alarm] = (await at.caller.get("/v1/alarms"))["items"]
    rang = sorted((each for each in logs if "alarm" in each), key=lambda each: each["log_level"])
    assert rang == [
        {"event": "alarm that nobody hears", "log_level": level, "alarm": each["id"], "kind": each["provenance"]}
        for level, each in (("critical", alarm), ("warning", synthetic))
    ]
    answer = await at.caller.ask("GET", "/pipelinez")
    assert (answer.status_code, answer.json()["reasons"]) == (
        503,
        [
            (
                "1 alarm nobody hears: nobody is on duty. GET /v1/alarms?open=true shows it;"
                " acknowledge, and put somebody on duty."
            )
        ],
    )
    assert answer.json()["notes"] == [
        "1 acute hand-over nobody has acknowledged in time: GET /v1/enquiries?overdue=true&urgency=acute.",
        hours,
        (
            "1 synthetic alarm nobody hears: nobody is on duty. GET /v1/alarms?open=true&provenance=synthetic shows it;"
            " acknowledge, and put somebody on duty."
        ),
        (
            "1 acute synthetic hand-over nobody has acknowledged in time:"
            " GET /v1/enquiries?overdue=true&urgency=acute&provenance=synthetic."
        ),
    ]
    await at.caller.post(f"/v1/alarms/{alarm['id']}/acknowledge")
    await at.puts(await at.working("desk", provenance="actual"), "2026-11-24")
    await at.puts(await at.working("desk"), "2026-11-24")
    after = await at.caller.get("/pipelinez")
    assert (after["flows"], after["reasons"]) == (True, [])
    assert after["notes"][1] == "313 hours of the next 14 days without anybody on duty: GET /v1/duty-roster."
    assert after["notes"][4] == (
        "313 hours of the next 14 days without anybody on synthetic duty: GET /v1/duty-roster?provenance=synthetic."
    )


@pytest.mark.rule("c.1/alarm-acknowledged")
@pytest.mark.parametrize("seconds", range(0, 1801, 300))
async def test_it_is_had_by_one_of_two_who_say_so_at_once_while_it_climbs(advisory: Inside, seconds: int) -> None:
    at = desk(advisory)
    await at.chain()
    path, _ = await at.handed_over()
    await at.does(path, "answer", advice=["call_police"])
    await advisory.pass_time(RINGS)
    [seen] = await at.alarms()
    advisory.watch.put(RINGS + timedelta(seconds=seconds))
    said = [at.caller.command(f"/v1/alarms/{seen['id']}/acknowledge", revision=seen["revision"]) for _ in range(2)]
    one, other, _ = await asyncio.gather(*said, advisory.pass_time(advisory.watch.at))
    first, second = sorted((one, other), key=lambda each: each.status_code)
    assert (first.status_code, first.json()["state"]) == (200, "acknowledged")
    late = refused(second, 409, "alarm-already-acknowledged")
    assert late["current"]["acknowledged_at"] == first.json()["acknowledged_at"]
    assert [each["state"] for each in await at.alarms()] == ["acknowledged"]
    assert (await advisory.events()).count("alarm-acknowledged") == 1


@pytest.mark.rule("c.1/duty-channel")
async def test_on_a_machine_without_a_mail_server_an_operator_reads_the_code_that_waits(advisory: Inside) -> None:
    at = desk(advisory)
    id = await at.function("desk")
    [waits] = await waiting(advisory.url)
    assert (waits["function"], waits["recipient"]) == ("desk", "desk@maerk.example")
    assert waits["body"].startswith(f"Koden er {await at.code_sent_to(id)}.")
    await advisory.pool.execute("update mail set sent_at = now()")
    assert await waiting(advisory.url) == []
