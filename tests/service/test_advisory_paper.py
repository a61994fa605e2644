"""What those who were advised are given on paper, over HTTP."""

from typing import Any

import httpx2
import pytest

from service.test_advisory_processes import AGREE, PROCESSES, VISIT, go, request
from support.enquiring import ACUTE, answered, do
from support.inside import Caller, Inside, refused
from support.outline import Outline

NOWHERE = "00000000-0000-4000-8000-000000000000"
OUTSIDERS = ["municipal_key_person", "police_contact", "operator", "plan_editor", "data_steward", "partner"]


def wrote(what: str) -> str:
    """A text that is markup to whoever does not escape it."""
    return f'<script>{what}</script> & "<b>'


async def everything(adviser: Caller) -> str:
    """The address of a synthetic process in which every text was written as markup."""
    path = await request(adviser, municipality_code="9901", goal=wrote("goal"), institution_type="school")
    day = "2026-11-30"
    await go(
        adviser, path,
        ("scope", {"goals": [wrote("scope")]}),
        AGREE,
        ("change-scope", {"goals": [wrote("scope anew")], "reason": wrote("change")}),
        "start",
        ("plan-visit", {"planned_on": "2026-12-24", "form": "online"}),
        ("call-off-visit", {"place": 1, "reason": wrote("call off")}),
        ("hold-visit", {**VISIT, "minutes": wrote("minutes")}),
        ("set-milestone", {"goal": wrote("milestone"), "due_on": day}),
        ("set-milestone", {"goal": "Andet", "due_on": day}),
        ("drop-milestone", {"place": 1, "reason": wrote("drop")}),
        ("deliver", {"kind": "other", "what": wrote("deliverable")}),
        ("identify-need", {"need": "material", "topic": "threats"}),
        ("pause", {"reason": wrote("pause")}),
    )  # fmt: skip
    return path


async def page(adviser: Caller, path: str) -> httpx2.Response:
    """A page that was answered as pages are."""
    answer = await adviser.ask("GET", path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8"), answer.text
    assert answer.headers["cache-control"] == "no-store"
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    assert answer.headers["content-security-policy"] == policy
    return answer


def said(answer: httpx2.Response) -> str:
    """All that it says, in one line."""
    return " ".join(" ".join(Outline(answer.text).said).split())


@pytest.mark.rule("c.1/on-paper", "c.1/process-scope")
async def test_a_municipality_is_given_its_process_on_paper(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    note = said(await page(adviser, f"{await everything(adviser)}/advice-note.html"))
    for each in (
        "Notat om rådgivningsforløb: Syntetisk Kommune 1", "Syntetisk: Steder og tal er opdigtede.",
        "Rådgivningen er vejledende. MÆRK træffer ingen afgørelser.", "Institutionstype skole",
        "Aftalt 23. november 2026", "20. november 2026 besøg 12 180 min. 90 min.",
        "Faggrupper ledere, socialrådgivere Emner beredskabsplaner",
        "24. december 2026 online aflyst", "Milepælen »Andet« skal være nået den 30. november 2026.",
        "materiale trusler", "Leverance nr. 1 skal gennemgås igen den 23. november 2028.",
        "Kommunen har fortsat ansvaret for sagen og for borgerens sikkerhed.",
        "som det stod den 23. november 2026",
    ):  # fmt: skip
        assert each in note
    actual = said(await page(adviser, f"{await request(adviser)}/advice-note.html"))
    assert "Notat om rådgivningsforløb: Aalborg" in actual
    assert "Syntetisk" not in actual


@pytest.mark.rule("c.1/on-paper")
async def test_what_people_wrote_is_text_on_paper_and_never_markup(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await everything(adviser)
    found = await page(adviser, f"{path}/advice-note.html")
    texts = (
        "goal",
        "scope",
        "scope anew",
        "change",
        "call off",
        "minutes",
        "milestone",
        "drop",
        "deliverable",
        "pause",
    )
    assert [each for each in texts if wrote(each) not in said(found)] == []
    assert (Outline(found.text).count("script"), Outline(found.text).count("b")) == (0, 0)
    await go(adviser, path, "resume", ("meet-milestone", {"place": 2}), ("complete", {"reason": wrote("complete")}))
    await go(adviser, path, ("postpone-follow-up", {"to": "2027-12-01", "reason": wrote("effect")}))
    ended = await page(adviser, f"{path}/advice-note.html")
    assert [each for each in ("complete", "effect") if wrote(each) not in said(ended)] == []
    assert Outline(ended.text).count("script") == 0
    assert "Virkningen skal vurderes, tidligst den 1. december 2027." in said(ended)


@pytest.mark.rule("c.1/on-paper", "c.1/8")
async def test_whoever_asked_is_given_the_answer_on_paper(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await answered(adviser, ACUTE)
    await do(adviser, path, "answer", advice=["hear_child_alone"], publication_ids=[NOWHERE])
    answer = said(await page(adviser, f"{path}/answer.html"))
    view = await adviser.get(f"{path}/answer")
    assert view["provenance"] == "synthetic"
    asked = [each for each in view["remember"] if each["code"] != "anonymised"]  # that one is for the adviser
    assert len(asked) < len(view["remember"])
    texts: list[dict[str, Any]] = [*view["act_first"], *asked, *view["advice"]]
    assert [each["text_da"] for each in texts if each["text_da"] not in answer] == []
    assert len(view["advice"]) == 2
    for each in ("Syntetisk:", NOWHERE, "Kommunen har fortsat ansvaret", "binder ingen", "den 23. november 2026."):
        assert each in answer
    assert path.rpartition("/")[2] not in answer, "nothing leads back to the enquiry"


@pytest.mark.rule("c.1/enquiry-readers", "c.1/on-paper")
@pytest.mark.parametrize("role", OUTSIDERS)
async def test_who_may_not_read_the_view_may_not_read_the_page(advisory: Inside, role: str) -> None:
    adviser = advisory.caller("adviser")
    outsider = advisory.caller(role, municipality_codes=["0851"], classification="restricted")
    for path, view in ((await request(adviser), "advice-note"), (await answered(adviser), "answer")):
        for each in (path, f"{path.rpartition('/')[0]}/{NOWHERE}"):
            refused(await outsider.ask("GET", f"{each}/{view}"), 404, "not-for-you")
            refused(await outsider.ask("GET", f"{each}/{view}.html"), 404, "not-for-you")
        refused(await Caller(advisory.client, None).ask("GET", f"{path}/{view}.html"), 401, "token-missing")


async def test_what_is_not_there_has_no_page(advisory: Inside) -> None:
    coordinator = advisory.caller("duty_coordinator")
    refused(await coordinator.ask("GET", f"{PROCESSES}/{NOWHERE}/advice-note.html"), 404, "process-missing")
    refused(await coordinator.ask("GET", f"/v1/enquiries/{NOWHERE}/answer.html"), 404, "enquiry-missing")
