"""Paragraphs of law over HTTP, and what a change of one does to the publications that quote it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import httpx2
import pytest

from chassis import database
from chassis.database import Tx
from knowledge.commands.publication import publish_publication, review_publication, revise_publication
from knowledge.commands.reference import change_legal_reference
from support.inside import Caller, Inside, refused
from support.publications import (
    PUBLICATIONS,
    REFERENCES,
    SOURCE,
    change,
    data_of,
    do,
    edition,
    published,
    record,
    state,
    study,
)
from support.waiting import until

AMENDED = {"change": "amended", "valid_from": "2027-01-01", "source_url": SOURCE}
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.rule("c.4/state:legal_reference")
async def test_how_a_paragraph_read_before_stays_known(knowledge: Inside) -> None:
    editor = knowledge.caller("editor")
    reference = await record(editor, valid_from="2024-01-01", title_en="Synthetic")
    await change(editor, reference, title_da="Noget andet")
    gone = await change(editor, reference, change="repealed", valid_from="2028-01-01")
    assert (gone["standing"], gone["revision"]) == ("repealed", 3)
    assert [
        (each["title_da"], each["title_en"], each["valid_from"], each["valid_to"], each["change"])
        for each in gone["wordings"]
    ] == [
        ("Syntetisk", "Synthetic", "2024-01-01", "2026-12-31", None),
        ("Noget andet", None, "2027-01-01", "2027-12-31", "amended"),
        ("Noget andet", None, "2028-01-01", None, "repealed"),
    ]
    again = await editor.command(f"{REFERENCES}/{reference['id']}/change", AMENDED, revision=3)
    refused(again, 409, "reference-not-in-force")
    assert await knowledge.events() == ["legal-reference-recorded", *["legal-reference-changed"] * 2]


@pytest.mark.rule("c.4/state:legal_reference")
async def test_a_paragraph_stands_once_and_a_change_begins_after_what_it_ends(knowledge: Inside) -> None:
    editor = knowledge.caller("editor")
    reference = await record(editor, valid_from="2027-01-01")
    body = {"law": "barnets_lov", "paragraph": "15(3)", "title_da": "x", "source_url": SOURCE}
    again = await editor.command(REFERENCES, {**body, "provenance": "synthetic"})
    assert refused(again, 409, "reference-already-recorded")["current"]["items"][0]["id"] == reference["id"]
    await editor.post(REFERENCES, {**body, "provenance": "actual"})
    early = await editor.command(f"{REFERENCES}/{reference['id']}/change", AMENDED, revision=1)
    refused(early, 422, "change-before-wording", "/valid_from")


async def test_what_a_source_does_not_state_is_null(knowledge: Inside) -> None:
    editor, reader = knowledge.caller("editor"), knowledge.caller("adviser")
    reference = await record(editor, "12 c", law="serviceloven")
    await record(editor)
    shown = (await reader.get(REFERENCES, provenance="synthetic", law="serviceloven"))["items"]
    assert shown == [await reader.get(f"{REFERENCES}/{reference['id']}")]
    assert shown[0]["wordings"][0]["valid_from"] is None
    assert [each.get("valid_from") for each in await data_of(knowledge, "legal-reference-recorded")] == [None, None]


@pytest.mark.rule("c.4/6")
async def test_a_changed_paragraph_sends_whatever_is_published_and_quotes_it_to_review_the_same_day(
    knowledge: Inside,
) -> None:
    editor, adviser = knowledge.caller("editor"), knowledge.caller("adviser")
    changing, other = await record(editor), await record(editor, "18(3)")
    both = [changing["id"], other["id"]]
    quoting = [await published(editor, references=both), await published(editor, references=[changing["id"]])]
    spared = [await published(editor, references=[other["id"]]), await published(editor)]
    dropped = await published(editor, references=both)
    await do(editor, dropped, "revise", edition(references=[other["id"]]))
    gone = await published(editor, references=both)
    await do(editor, gone, "withdraw", {"reason": "wrong"})
    drafted = await editor.post(PUBLICATIONS, study(references=both))
    await change(editor, changing)
    assert [await state(editor, each) for each in quoting] == ["review_due", "review_due"]
    assert [await state(editor, each) for each in (*spared, dropped)] == ["published"] * 3
    assert (await state(editor, gone), await state(editor, drafted)) == ("withdrawn", "draft")
    listed = await adviser.get(PUBLICATIONS, provenance="synthetic", state="review_due", reference=changing["id"])
    assert {each["id"] for each in listed["items"]} == {each["id"] for each in quoting}
    assert {(each["paragraph"], each["changed"]) for each in listed["items"][0]["quotes"]} >= {("15(3)", True)}
    assert await data_of(knowledge, "publication-review-due") == [{"reference_id": changing["id"]}] * 2
    told = await knowledge.pool.fetch("select headers from outbox where stream = 'internal' order by id desc limit 3")
    assert {each["headers"]["ce_time"] for each in told} == {"2026-11-23T12:00:00Z"}
    assert {each["headers"]["ce_correlationid"] for each in told} == {told[0]["headers"]["ce_correlationid"]}


@pytest.mark.rule("c.4/6")
async def test_a_review_ends_when_somebody_confirms_revises_or_withdraws(knowledge: Inside) -> None:
    editor = knowledge.caller("editor")
    reference = await record(editor)
    three = [await published(editor, references=[reference["id"]]) for _ in range(3)]
    await change(editor, reference)
    confirmed = await do(editor, three[0], "review")
    assert (confirmed["state"], confirmed["edition"], confirmed["quotes"][0]["changed"]) == ("published", 1, False)
    revised = await do(editor, three[1], "revise", edition(references=[reference["id"]]))
    assert (revised["state"], revised["edition"], revised["quotes"][0]["changed"]) == ("published", 2, False)
    assert (await do(editor, three[2], "withdraw", {"reason": "law_changed"}))["state"] == "withdrawn"
    assert (await knowledge.events())[-3:] == ["publication-reviewed", "publication-revised", "publication-withdrawn"]
    await change(editor, reference, valid_from="2028-01-01")
    assert [await state(editor, each) for each in three] == ["review_due", "review_due", "withdrawn"]


@pytest.mark.rule("c.4/6")
async def test_who_reviews_has_seen_the_last_change_and_not_only_the_one_before(knowledge: Inside) -> None:
    editor = knowledge.caller("editor")
    reference = await record(editor)
    publication = await published(editor, references=[reference["id"]])
    await change(editor, reference)
    seen = await editor.get(f"{PUBLICATIONS}/{publication['id']}")
    await change(editor, reference, valid_from="2028-01-01")
    answer = await editor.command(f"{PUBLICATIONS}/{publication['id']}/review", revision=seen["revision"])
    refused(answer, 412, "state-changed")
    assert await state(editor, publication) == "review_due"


@pytest.mark.rule("c.4/6")
async def test_a_draft_that_quotes_what_has_changed_since_is_looked_at_before_it_is_published(
    knowledge: Inside,
) -> None:
    editor = knowledge.caller("editor")
    reference = await record(editor)
    drafted = await editor.post(PUBLICATIONS, study(references=[reference["id"]]))
    await change(editor, reference)
    answer = await editor.command(f"{PUBLICATIONS}/{drafted['id']}/publish", revision=1)
    assert refused(answer, 409, "quoted-law-changed")["current"]["quotes"][0]["changed"] is True
    await do(editor, drafted, "redraft", edition(references=[reference["id"]]))
    assert (await do(editor, drafted, "publish"))["state"] == "published"


async def slipped_through(service: Inside) -> int:
    """Publications that are published and quote a paragraph as it does not read any more."""
    return await service.pool.fetchval(
        """
        select count(*) from publications
        join publication_quotes as quote on publication_id = publications.id and quote.number = publications.number
        join legal_references on legal_references.id = reference_id
        where state = 'published' and quote.revision <> legal_references.revision
        """
    )


async def while_open(
    service: Inside, first: Callable[[Tx], Awaitable[None]], then: Callable[[], Awaitable[httpx2.Response]]
) -> httpx2.Response:
    """The answer to what was asked while the first thing was done and not committed; it had to wait for that."""

    async def waits() -> bool:
        return await service.pool.fetchval(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        )

    async with database.transaction(service.pool) as tx:
        await first(tx)
        asked = asyncio.create_task(_answered(then))
        await until(waits, within=4)
    return await asked


async def _answered(then: Callable[[], Awaitable[httpx2.Response]]) -> httpx2.Response:
    return await then()


def anything(_: int) -> None:
    """Whatever revision there is."""


async def amend(tx: Tx, reference: dict[str, Any]) -> None:
    wording = {"title_da": None, "title_en": None, "source_url": SOURCE, "read_on": None}
    await change_legal_reference(
        tx,
        UUID(reference["id"]),
        how="amended",
        valid_from=date(2027, 1, 1),
        wording=wording,
        expect=anything,
        now=lambda _: NOW,
    )


@pytest.mark.rule("c.4/6")
async def test_what_is_published_while_its_law_changes_waits_and_is_refused(knowledge: Inside) -> None:
    editor = knowledge.caller("editor")
    reference = await record(editor)
    drafted = await editor.post(PUBLICATIONS, study(references=[reference["id"]]))
    answer = await while_open(
        knowledge,
        lambda tx: amend(tx, reference),
        lambda: editor.command(f"{PUBLICATIONS}/{drafted['id']}/publish", revision=1),
    )
    refused(answer, 409, "quoted-law-changed")


@pytest.mark.rule("c.4/6")
async def test_an_edition_that_comes_to_quote_a_law_while_it_changes_quotes_the_new_wording(
    knowledge: Inside,
) -> None:
    editor = knowledge.caller("editor")
    reference, publication = await record(editor), await published(editor)
    answer = await while_open(
        knowledge,
        lambda tx: amend(tx, reference),
        lambda: editor.command(
            f"{PUBLICATIONS}/{publication['id']}/revise", edition(references=[reference["id"]]), revision=2
        ),
    )
    assert (answer.json()["state"], answer.json()["quotes"][0]["changed"]) == ("published", False)
    assert await slipped_through(knowledge) == 0


@pytest.mark.rule("c.4/6")
@pytest.mark.parametrize("verb", ["publish", "revise", "review"])
async def test_a_law_that_changes_while_what_quotes_it_comes_out_waits_and_sends_it_to_review(
    knowledge: Inside, verb: str
) -> None:
    editor = knowledge.caller("editor")
    reference = await record(editor)
    quoting = study(references=[reference["id"]])
    publication = await editor.post(PUBLICATIONS, study() if verb == "revise" else quoting)
    if verb != "publish":
        await do(editor, publication, "publish")
    if verb == "review":
        await change(editor, reference)
    id, given = UUID(publication["id"]), {"expect": anything, "now": lambda _: NOW}
    said = {**(await _said(editor, publication)), "references": (UUID(reference["id"]),)}
    first: dict[str, Callable[[Tx], Awaitable[None]]] = {
        "publish": lambda tx: publish_publication(tx, id, **given),
        "revise": lambda tx: revise_publication(tx, id, said, **given),
        "review": lambda tx: review_publication(tx, id, **given),
    }
    revision = (await editor.get(f"{REFERENCES}/{reference['id']}"))["revision"]
    later = {**AMENDED, "valid_from": "2028-01-01"}
    answer = await while_open(
        knowledge,
        first[verb],
        lambda: editor.command(f"{REFERENCES}/{reference['id']}/change", later, revision=revision),
    )
    assert answer.status_code == 200, answer.text
    assert await state(editor, publication) == "review_due"


async def _said(editor: Caller, publication: dict[str, Any]) -> dict[str, Any]:
    shown = await editor.get(f"{PUBLICATIONS}/{publication['id']}")
    return {name: shown[name] for name in EDITION}


EDITION = (
    "kind", "title_da", "title_en", "abstract_da", "abstract_en", "topics", "professions", "children_youth", "year",
    "isbn", "publisher", "languages", "formats", "accessibility", "accessibility_exception", "download_url",
    "supersedes",
)  # fmt: skip


@pytest.mark.rule("c.4/6")
async def test_in_a_crowd_of_changes_and_publications_none_slips_through(knowledge: Inside) -> None:
    editor = knowledge.caller("editor")
    references = [await record(editor, f"{number}") for number in (1, 2)]
    ids = [each["id"] for each in references]
    drafts = [await editor.post(PUBLICATIONS, study(references=ids[:: -1 if n % 2 else 1])) for n in range(6)]
    out = [await published(editor) for _ in range(4)]
    changes = [
        editor.command(
            f"{REFERENCES}/{each}/change", {**AMENDED, "valid_from": f"{2027 + round}-01-01"}, revision=round
        )
        for round in (1, 2)
        for each in ids
    ]
    publishing = [editor.command(f"{PUBLICATIONS}/{each['id']}/publish", revision=1) for each in drafts]
    revising = [
        editor.command(f"{PUBLICATIONS}/{each['id']}/revise", edition(references=ids[::-1]), revision=2) for each in out
    ]
    mixed = [each for three in zip(publishing, revising + publishing[4:], changes * 2, strict=False) for each in three]
    answers = await asyncio.gather(*dict.fromkeys([*mixed, *publishing, *revising, *changes]))
    assert {each.status_code for each in answers} <= {200, 409, 412}
    assert [each.status_code for each in answers].count(200) >= 3
    assert await slipped_through(knowledge) == 0
