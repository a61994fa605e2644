"""Alarms over a real database: who is told, in which order, until a human has it."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from advisory.__main__ import SERVICE
from advisory.domain.days import DENMARK
from chassis import deadlines, mail
from support.duty import ACUTE, ENQUIRIES, Desk, desk
from support.inside import Inside, inside, refused
from support.mail_server import mail_server

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RINGS = NOW + 15 * MINUTE
SPANS = (
    (datetime(2026, 12, 20, tzinfo=UTC), datetime(2027, 1, 3, tzinfo=UTC)),
    (datetime(2027, 3, 27, tzinfo=UTC), datetime(2027, 3, 29, tzinfo=UTC)),
    (datetime(2027, 10, 30, tzinfo=UTC), datetime(2027, 11, 1, tzinfo=UTC)),
)


async def told(at: Desk, **wanted: str) -> list[tuple[str, str]]:
    """Functions that the alarms told, with what became of the mail, in order."""
    known = {
        each["id"]: each["code"]
        for each in (await at.caller.get("/v1/duty-functions", provenance="synthetic"))["items"]
    }
    return [
        (known[each["function_id"]], each["mail"])
        for alarm in await at.alarms()
        if wanted.items() <= alarm.items()
        for each in alarm["notices"]
    ]


@pytest.mark.rule("c.1/alarm-chain", "c.1/event:alarm-raised", "c.1/event:alarm-escalated")
async def test_the_chain_climbs_by_the_roster_and_passes_empty_levels_at_once(advisory: Inside) -> None:
    at = desk(advisory)
    await at.chain()
    await at.handed_over()
    await advisory.pass_time(RINGS - MINUTE)
    assert await at.alarms() == []
    for minutes, expected in ((0, ["desk"]), (9, ["desk"]), (10, ["desk", "lead"]), (20, ["desk", "lead", "head"])):
        await advisory.pass_time(RINGS + minutes * MINUTE)
        assert [code for code, _ in await told(at, cause="acknowledgement")] == expected
    await advisory.pass_time(RINGS + 30 * MINUTE)
    [alarm] = [each for each in await at.alarms() if each["cause"] == "acknowledgement"]
    assert (alarm["round"], alarm["level"], alarm["state"]) == (2, 1, "raised")
    events = [each for each in await advisory.events() if each.startswith("alarm-")]
    assert events.count("alarm-escalated") == 4, "the first answer's alarm has climbed once"


@pytest.mark.rule("c.1/alarm-unheard", "c.1/event:alarm-unheard")
async def test_an_alarm_that_nobody_can_hear_waits_for_the_next_shift_and_says_so_once(advisory: Inside) -> None:
    at = desk(advisory)
    await at.puts(await at.working("desk"), "2026-11-23", begins="14:00", ends="20:00")  # 13:00 UTC
    await at.handed_over()
    for minutes in range(15, 40):
        await advisory.pass_time(NOW + minutes * MINUTE)
    [alarm, *_] = await at.alarms()
    assert (alarm["notices"], alarm["unheard_at"]) == ([], "2026-11-23T12:15:00Z")
    events = await advisory.events()
    assert events.count("alarm-unheard") == len(await at.alarms())
    await advisory.pass_time(NOW + HOUR)
    assert {code for code, _ in await told(at)} == {"desk"}


@pytest.mark.rule("c.1/alarm-acknowledged", "c.1/event:alarm-acknowledged", "c.1/alarm-ended", "c.1/event:alarm-ended")
async def test_a_human_has_it_it_returns_while_its_cause_stands_and_ends_with_it(advisory: Inside) -> None:
    at = desk(advisory)
    await at.chain()
    path, referral = await at.handed_over()
    await advisory.pass_time(RINGS)
    [alarm] = await at.alarms()
    await at.does(f"/v1/alarms/{alarm['id']}", "acknowledge")
    assert await told(at) == [("desk", "withdrawn")], "what was not sent yet need not be"
    again = refused(await at.caller.command(f"/v1/alarms/{alarm['id']}/acknowledge"), 409, "alarm-already-acknowledged")
    assert again["da"]["detail"] == "Et menneske har haft alarmen siden 13.15."
    assert again["current"]["acknowledged_at"] == "2026-11-23T12:15:00Z"
    await at.does(path, "answer", advice=["call_police"])
    await advisory.pass_time(RINGS + 59 * MINUTE)
    assert len(await told(at)) == 1
    await advisory.pass_time(RINGS + HOUR)
    assert (await at.alarms())[0]["state"] == "raised"
    assert len(await told(at)) == 2
    await at.does(path, "acknowledge", referral_id=referral)
    assert [each["state"] for each in await at.alarms()] == ["ended"]
    await advisory.pass_time(RINGS + DAY)
    assert len(await told(at)) == 2
    over = await at.caller.command(f"/v1/alarms/{alarm['id']}/acknowledge", revision=(await at.alarms())[0]["revision"])
    refused(over, 409, "alarm-over")
    events = [each for each in await advisory.events() if each.startswith("alarm-")]
    assert events == ["alarm-raised", "alarm-acknowledged", "alarm-escalated", "alarm-ended"]


@pytest.mark.rule("c.1/alarm-ended")
async def test_a_hand_over_that_is_settled_rings_no_more(advisory: Inside) -> None:
    at = desk(advisory)
    await at.chain()
    path, referral = await at.handed_over()
    await advisory.pass_time(RINGS)
    await at.does(path, "acknowledge", referral_id=referral)
    await at.does(path, "settle-referral", referral_id=referral, outcome="accepted")
    assert [each["state"] for each in await at.alarms()] == ["ended"]


@pytest.mark.rule("c.1/response-clocks")
async def test_first_answer_update_and_acknowledgement_have_clocks_of_their_own(advisory: Inside) -> None:
    at = desk(advisory)
    await at.chain()
    path, referral = await at.handed_over()
    await at.does(path, "acknowledge", referral_id=referral)
    await advisory.pass_time(NOW + 30 * MINUTE)
    assert [each["cause"] for each in await at.alarms()] == ["first_answer"], "that a human took over is no answer"
    await at.does(path, "answer", advice=["call_police"])
    assert [each["state"] for each in await at.alarms()] == ["ended"]
    await advisory.pass_time(NOW + DAY)
    clocks = {each["kind"]: each for each in (await at.caller.get(f"{path}/clocks"))["items"]}
    assert {kind: each["missed_at"] for kind, each in clocks.items()} == {
        "acknowledgement": None,
        "first_answer": "2026-11-23T12:30:00Z",
        "update": "2026-11-23T16:30:00Z",
    }
    assert len(await at.alarms()) == 1


@pytest.mark.rule("c.1/duty-rules", "c.1/6")
async def test_a_figure_of_the_desk_holds_from_its_day_and_what_was_before_stays(advisory: Inside) -> None:
    at = desk(advisory)
    said = {"name": "acute_acknowledge_minutes", "valid_from": "2026-11-24", "value": 5}
    refused(await at.caller.command("/v1/duty-rules", {**said, "valid_from": "2026-11-23"}), 409, "rule-in-past")
    refused(await advisory.caller("adviser").command("/v1/duty-rules", said), 403, "role-missing")
    figures = (await at.caller.post("/v1/duty-rules", said))["items"]
    refused(await at.caller.command("/v1/duty-rules", said), 409, "rule-known")
    mine = [(each["valid_from"], each["value"]) for each in figures if each["name"] == said["name"]]
    assert mine == [("2026-11-24", 5), ("2026-01-01", 15)]
    advisory.watch.put(datetime(2026, 11, 23, 22, 59, tzinfo=UTC))  # a minute before midnight in Denmark
    before, _ = await at.handed_over()
    advisory.watch.put(datetime(2026, 11, 23, 23, tzinfo=UTC))
    after, _ = await at.handed_over()
    dues = [(await at.caller.get(each))["referrals"][0]["due_at"] for each in (before, after)]
    assert dues == ["2026-11-23T23:14:00Z", "2026-11-23T23:05:00Z"]


@pytest.mark.rule("c.1/6", "c.1/response-clocks", "c.1/state:referral")
async def test_a_hand_over_alarms_when_its_enquiry_becomes_acute_after_it_was_made(advisory: Inside) -> None:
    at = desk(advisory)
    await at.chain()
    path = f"{ENQUIRIES}/{(await at.caller.post(ENQUIRIES, {**ACUTE, 'urgency': 'normal'}))['id']}"
    await at.does(path, "triage", team="duty_desk")
    referral = (await at.does(path, "hand-over", target="municipality_intake"))["referrals"][0]["id"]
    await at.does(path, "answer", advice=["call_police"])
    await at.does(path, "reassess", urgency="acute")
    await advisory.pass_time(RINGS - MINUTE)
    assert await at.alarms() == []
    await advisory.pass_time(RINGS)
    assert [code for code, _ in await told(at, cause="acknowledgement")] == ["desk"]
    [clock] = [each for each in (await at.caller.get(f"{path}/clocks"))["items"] if each["kind"] == "acknowledgement"]
    assert (clock["referral_id"], clock["due_at"], clock["missed_at"]) == (referral, *["2026-11-23T12:15:00Z"] * 2)
    waiting = await advisory.pool.fetch("select kind from deadlines where subject = $1", UUID(referral))
    assert waiting == [], "what it was due by before is gone"


@pytest.mark.rule("c.1/duty-channel")
async def test_nobody_is_put_on_duty_before_their_channel_is_known_to_work(advisory: Inside) -> None:
    at = desk(advisory)
    id = await at.function("desk")
    said = {"function_id": id, "level": 1, "days": ["2026-11-24"], "begins": "08:00", "ends": "16:00"}
    refused(await at.caller.command("/v1/duty-shifts", said), 409, "channel-unconfirmed")
    wrong = await at.caller.command(f"/v1/duty-functions/{id}/confirm-channel", {"code": "x" * 6}, revision=1)
    assert wrong.status_code == 422
    await at.confirm(id)
    assert len((await at.caller.post("/v1/duty-shifts", said))["items"]) == 1


@pytest.mark.rule("c.1/duty-look-ahead", "c.1/event:duty-roster-gap-found")
async def test_gaps_ahead_are_told_every_morning_and_channels_proved_anew(advisory: Inside) -> None:
    at = desk(advisory)
    id = await at.working("desk")
    await at.puts(id, *(f"2026-11-{day}" for day in range(23, 31)), "2026-12-01")
    outlook = await at.caller.get("/v1/duty-roster", provenance="synthetic")
    assert (len(outlook["gaps"]), outlook["unproven"]) == (1, [])
    await advisory.pass_time(datetime(2026, 11, 24, 7, tzinfo=UTC))
    await advisory.pass_time(datetime(2026, 11, 25, 7, tzinfo=UTC))
    assert (await advisory.events()).count("duty-roster-gap-found") == 2
    await advisory.pool.execute("update duty_functions set confirmed_at = confirmed_at - interval '89 days'")
    before = await at.code_sent_to(id)
    await advisory.pass_time(datetime(2026, 11, 26, 7, tzinfo=UTC))
    assert await at.code_sent_to(id) != before
    assert (await at.caller.get("/v1/duty-roster", provenance="synthetic"))["unproven"] == [id]


@pytest.mark.rule("c.1/alarm-refused")
async def test_when_the_server_refuses_a_mail_the_next_is_told_at_once(advisory: Inside, tmp_path: Path) -> None:
    at = desk(advisory)
    await at.puts(await at.working("desk", mailbox="gone@maerk.example"), "2026-11-23")
    await at.puts(await at.working("lead"), "2026-11-23", level=2)
    await advisory.pool.execute("delete from mail")
    await at.handed_over()
    await advisory.pass_time(RINGS)
    with mail_server(tmp_path / "mails") as server:
        await server.start()
        await mail.send_next(advisory.pool, server.address, clock=advisory.watch, refused=SERVICE.mail_refused)
        await advisory.pass_time(RINGS)
        await mail.send_next(advisory.pool, server.address, clock=advisory.watch, refused=SERVICE.mail_refused)
        assert await told(at) == [("desk", "refused"), ("lead", "sent")]
        assert [each["To"] for each in server.mails()] == ["lead@maerk.example"]
    broken = (await at.caller.get("/v1/duty-functions", provenance="synthetic"))["items"][0]
    assert (broken["works"], broken["broken_at"]) == (False, "2026-11-23T12:15:00Z")


@pytest.mark.rule("c.1/alarm-mail")
async def test_an_alarm_by_mail_says_nothing_of_what_it_is_about(advisory: Inside) -> None:
    at = desk(advisory)
    await at.chain()
    path, referral = await at.handed_over()
    await advisory.pass_time(RINGS + HOUR)
    rows = await advisory.pool.fetch("select subject, body from mail where body not like 'Koden er%'")
    assert {tuple(row) for row in rows} == {
        (
            "MÆRK: du har en opgave / you have a task",
            "Log ind i MÆRK og kvittér.\n\nSign in to MÆRK and acknowledge.\n",
        )
    }
    ids = [each["id"] for each in await at.alarms()]
    stored = str(await advisory.pool.fetch("select * from mail"))
    assert not [each for each in (path.rpartition("/")[2], referral, *ids, "9901") if each in stored]


@pytest.mark.rule("c.1/alarm-mail")
async def test_who_could_not_be_mailed_for_hours_gets_one_mail_and_not_many(advisory: Inside) -> None:
    at = desk(advisory)
    await at.chain()
    await at.handed_over()
    await advisory.pool.execute("delete from mail")
    for minutes in range(15, 300, 5):
        await advisory.pass_time(NOW + minutes * MINUTE)
    waiting = await advisory.pool.fetch("select recipient, count(*) as count from mail group by recipient")
    assert {row["count"] for row in waiting} == {len(await at.alarms())}


@pytest.mark.rule("c.1/alarm-twice")
async def test_two_instances_and_restarts_over_christmas_and_both_clock_changes_lose_and_double_nothing(
    advisory: Inside, tmp_path: Path
) -> None:
    """Both look at once all the time; every 7th look is broken off in the middle. The mail server dies and is away."""
    at = desk(advisory)
    for start, end in SPANS:
        await _simulate(advisory, at, start, end, tmp_path / f"{start:%m%d}")


async def _simulate(advisory: Inside, at: Desk, start: datetime, end: datetime, folder: Path) -> None:
    advisory.watch.put(start - 25 * HOUR)
    await advisory.pool.execute("delete from mail")
    days = [f"{start + number * DAY:%Y-%m-%d}" for number in range(-1, (end - start).days + 1)]
    suffix = f"{start:%m%d}"
    night, day, lead = [await at.working(f"{each}_{suffix}") for each in ("night", "day", "lead")]
    await at.puts(night, *days, begins="22:00", ends="08:00")
    await at.puts(day, *days, begins="08:00", ends="22:00")
    await at.puts(lead, *days, level=2)
    advisory.watch.put(start)
    before = {each["id"] for each in await at.alarms()}
    async with inside(SERVICE, advisory.url, at=start) as other:
        with mail_server(folder) as server:
            now, step, path, referral = start, 0, "", ""
            while now < end:
                if step % 10 == 0:
                    path, referral = await at.handed_over()
                if step % 10 == 6:
                    await at.does(path, "acknowledge", referral_id=referral)
                    await at.does(path, "answer", advice=["call_police"])
                if step % 10 == 9:
                    server.dies_with_the_next_mail()
                if step % 10 == 2:
                    server.stop()
                    await server.start()
                other.watch.put(now)
                await _looked(advisory, other, server.address, broken_off=step % 7 == 3)
                now, step = now + timedelta(hours=1, minutes=47), step + 1
                advisory.watch.put(now)
            server.stop()
            await server.start()
            await _looked(advisory, other, server.address, broken_off=False)
            mails = [each for each in server.mails() if "opgave" in each["Subject"]]
    alarms = [each for each in await at.alarms() if each["id"] not in before]
    handed = await advisory.pool.fetchval("select count(*) from enquiries where changed_at >= $1", start)
    assert len(alarms) == 2 * handed, "each hand-over rings once for its answer and once for its acknowledgement"
    notices = [each for alarm in alarms for each in alarm["notices"]]
    for alarm in alarms:
        assert alarm["notices"], "every alarm was heard"
        assert len({(each["round"], each["level"], each["function_id"]) for each in alarm["notices"]}) == len(
            alarm["notices"]
        )
    for each in notices:
        moment = datetime.fromisoformat(each["told_at"])
        hour = moment.astimezone(DENMARK).hour
        assert each["function_id"] in (lead, day if 8 <= hour < 22 else night), "whoever is on duty then is told"
    sent = await advisory.pool.fetch("select id from mail where sent_at is not null and subject like '%opgave%'")
    assert {f"<{row['id']}@platform.example>" for row in sent} <= {each["Message-ID"] for each in mails}
    assert {alarm["id"] for alarm in alarms} == {
        alarm["id"] for alarm in alarms if {each["mail"] for each in alarm["notices"]} & {"sent"}
    }, "of every alarm a mail has arrived"
    assert not await advisory.pool.fetchval("select count(*) from mail where sent_at is null and refused_at is null")
    by_id: dict[str, set[bytes]] = {}
    for each in mails:
        by_id.setdefault(each["Message-ID"], set()).add(each.as_bytes())
    assert {len(each) for each in by_id.values()} == {1}, "what came twice is the same message"
    await advisory.pool.execute("update alarms set state = 'ended', next_at = null")
    await advisory.pool.execute("delete from public.deadlines where kind in ('alarm', 'response_clock')")


async def _looked(one: Inside, other: Inside, server: Any, *, broken_off: bool) -> None:
    """Both instances have acted on what was due and sent what waits, unless they were broken off."""

    async def look(service: Inside) -> None:
        while await deadlines.act_on_next(service.pool, SERVICE.deadlines, clock=service.watch):
            pass
        while await mail.send_next(service.pool, server, clock=service.watch, refused=SERVICE.mail_refused):
            pass

    def looks() -> list[asyncio.Future[None]]:
        return [asyncio.ensure_future(look(each)) for each in (one, other)]

    await _time_has_passed(one)
    if broken_off:
        begun = looks()
        await asyncio.wait(begun, timeout=0.03)
        for each in begun:
            each.cancel()
        await asyncio.gather(*begun, return_exceptions=True)
        await _time_has_passed(one)  # the lease has ended
    await asyncio.gather(*looks())
    while await one.pool.fetchval(
        "select exists (select from deadlines where due_at <= $1)", one.watch.now("synthetic")
    ):
        await _time_has_passed(one)  # whoever was broken off held it until now, or the machine was too busy for a lock
        await asyncio.gather(*looks())


async def _time_has_passed(one: Inside) -> None:
    """Whatever waits to be tried again is tried."""
    await one.pool.execute("update mail set not_before = '-infinity' where sent_at is null")
    await one.pool.execute("update deadlines set not_before = '-infinity'")
