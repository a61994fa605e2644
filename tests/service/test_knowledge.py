"""Publications over HTTP: what may be published, who may read it, and how it is found."""

import csv
import io
from typing import Any
from uuid import uuid4

import pytest

from support.inside import Inside, refused
from support.publications import PUBLICATIONS, REFERENCES, data_of, do, edition, published, record, study


@pytest.mark.rule("c.4/state:publication")
async def test_a_publication_is_drafted_published_revised_and_withdrawn_and_each_step_is_told(
    knowledge: Inside,
) -> None:
    editor = knowledge.caller("editor")
    drafted = await editor.post(PUBLICATIONS, study(accessibility=None, year=None))
    await do(editor, drafted, "redraft", edition(isbn="978-87-93445-14-7"))
    out = await do(editor, drafted, "publish")
    assert (out["state"], out["edition"], out["published_at"]) == ("published", 1, "2026-11-23T12:00:00Z")
    new = await do(editor, drafted, "revise", edition(year=2027, download_url="https://example.org/2"))
    assert (new["state"], new["edition"], new["year"], new["isbn"]) == ("published", 2, 2027, None)
    gone = await do(editor, drafted, "withdraw", {"reason": "outdated"})
    assert (gone["state"], gone["withdrawn_because"]) == ("withdrawn", "outdated")
    assert [each.removeprefix("publication-") for each in await knowledge.events()] == [
        "drafted", "drafted", "published", "revised", "withdrawn",
    ]  # fmt: skip
    assert (await data_of(knowledge, "publication-revised"))[0]["published_url"] == "https://example.org/2"
    assert await knowledge.pool.fetchval("select count(*) from publication_editions") == 2


@pytest.mark.rule("c.4/state:publication")
async def test_a_command_that_does_not_fit_the_state_is_refused_and_shows_the_state(knowledge: Inside) -> None:
    editor = knowledge.caller("editor")
    drafted = await editor.post(PUBLICATIONS, study())
    path = f"{PUBLICATIONS}/{drafted['id']}"
    for verb, body, slug in (
        ("revise", edition(), "publication-not-published"),
        ("withdraw", {"reason": "wrong"}, "publication-not-published"),
        ("review", None, "publication-not-under-review"),
    ):
        problem = refused(await editor.command(f"{path}/{verb}", body, revision=1), 409, slug)
        assert problem["current"]["state"] == "draft"
    await do(editor, drafted, "publish")
    refused(await editor.command(f"{path}/publish", revision=2), 409, "publication-not-draft")
    refused(await editor.command(f"{path}/redraft", edition(), revision=2), 409, "publication-not-draft")
    refused(await editor.command(f"{path}/withdraw", {"reason": "wrong"}, revision=1), 412, "state-changed")


@pytest.mark.rule("c.4/8")
async def test_nothing_is_published_before_it_is_said_whether_everybody_can_read_it(knowledge: Inside) -> None:
    editor = knowledge.caller("editor")
    drafted = await editor.post(PUBLICATIONS, study(accessibility=None))
    path = f"{PUBLICATIONS}/{drafted['id']}"
    refused(await editor.command(f"{path}/publish", revision=1), 409, "publication-incomplete")
    bare = edition(accessibility="exception")
    refused(
        await editor.command(f"{path}/redraft", bare, revision=1),
        422, "exception-unstated", "/accessibility_exception",
    )  # fmt: skip
    await do(editor, drafted, "redraft", {**bare, "accessibility_exception": "Figurerne har ingen tekst."})
    assert (await do(editor, drafted, "publish"))["state"] == "published"
    revised = edition()
    revised.pop("accessibility")
    refused(await editor.command(f"{path}/revise", revised, revision=3), 422, "invalid-request", "/accessibility")


@pytest.mark.rule("c.4/isbn")
@pytest.mark.parametrize("isbn", ["978-87-93445-14-8", "978-87-93454-14-7"])
async def test_an_isbn_with_a_wrong_or_two_exchanged_digits_is_refused(knowledge: Inside, isbn: str) -> None:
    editor = knowledge.caller("editor")
    refused(await editor.command(PUBLICATIONS, study(isbn=isbn)), 422, "isbn-wrong", "/isbn")
    assert await knowledge.events() == []


@pytest.mark.rule("c.4/provenance")
async def test_what_is_real_and_what_is_synthetic_are_never_mixed(knowledge: Inside) -> None:
    editor = knowledge.caller("editor")
    synthetic = await record(editor)
    other = await published(editor)
    refused(
        await editor.command(PUBLICATIONS, study(provenance="actual", references=[synthetic["id"]])),
        422, "reference-unknown", "/references/0",
    )  # fmt: skip
    refused(
        await editor.command(PUBLICATIONS, study(provenance="actual", supersedes=other["id"])),
        422, "superseded-unknown", "/supersedes",
    )  # fmt: skip
    assert (await editor.get(PUBLICATIONS))["total"] == 0
    assert (await editor.get(PUBLICATIONS, provenance="synthetic"))["total"] == 1
    assert (await editor.get(REFERENCES))["items"] == []
    headers = await knowledge.pool.fetch("select headers from outbox")
    assert {each["headers"]["ce_provenance"] for each in headers} == {"synthetic"}


async def test_only_paragraphs_that_are_there_are_quoted_and_each_once(knowledge: Inside) -> None:
    editor = knowledge.caller("editor")
    reference = await record(editor)
    twice = study(references=[reference["id"], reference["id"]])
    refused(await editor.command(PUBLICATIONS, twice), 422, "quoted-twice", "/references/1")
    unknown = study(references=[reference["id"], str(uuid4())])
    refused(await editor.command(PUBLICATIONS, unknown), 422, "reference-unknown", "/references/1")
    drafted = await editor.post(PUBLICATIONS, study())
    itself = edition(supersedes=drafted["id"])
    path = f"{PUBLICATIONS}/{drafted['id']}/redraft"
    refused(await editor.command(path, itself, revision=1), 422, "superseded-unknown", "/supersedes")


EVERY_ROLE = [
    "adviser", "duty_coordinator", "course_coordinator", "municipal_key_person", "police_contact", "data_steward",
    "plan_editor", "initiative_owner", "operator",
]  # fmt: skip


@pytest.mark.rule("c.4/readers")
@pytest.mark.parametrize("role", EVERY_ROLE)
async def test_every_role_reads_what_is_published_and_knows_of_nothing_else(knowledge: Inside, role: str) -> None:
    editor, reader = knowledge.caller("editor"), knowledge.caller(role)
    out, drafted = await published(editor), await editor.post(PUBLICATIONS, study())
    gone = await published(editor)
    await do(editor, gone, "withdraw", {"reason": "wrong"})
    shown = await reader.get(PUBLICATIONS, provenance="synthetic")
    assert ([each["id"] for each in shown["items"]], shown["total"]) == ([out["id"]], 1)
    for state in ("draft", "withdrawn"):
        assert (await reader.get(PUBLICATIONS, provenance="synthetic", state=state))["total"] == 0
    table = await reader.ask("GET", f"{PUBLICATIONS}.csv", params={"provenance": "synthetic"})
    assert len(table.text.splitlines()) == 2
    assert (await reader.get(f"{PUBLICATIONS}/{out['id']}"))["state"] == "published"
    for hidden in (drafted["id"], gone["id"], uuid4()):
        problem = refused(await reader.ask("GET", f"{PUBLICATIONS}/{hidden}"), 404, "publication-missing")
        assert problem["detail"] == "There is no such publication."
    refused(await reader.command(PUBLICATIONS, study()), 403, "role-missing")
    assert (await editor.get(PUBLICATIONS, provenance="synthetic"))["total"] == 3


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        ({"kind": "handbook"}, ["Æresrelaterede konflikter"]),
        ({"topic": "forced_marriage"}, ["Tvangsægteskab"]),
        ({"profession": "teacher"}, ["Tvangsægteskab"]),
        ({"children_youth": "no"}, ["Æresrelaterede konflikter"]),
        ({"state": "draft"}, ["Kladde"]),
        ({"text": "ÆRES"}, ["Æresrelaterede konflikter"]),
        ({"text": "forced MARR"}, ["Tvangsægteskab"]),
        ({"text": "100%"}, []),
        ({"text": "kon", "kind": "study"}, []),
    ],
)
async def test_filters_and_words_of_the_title_narrow_the_list(
    knowledge: Inside, wanted: dict[str, str], titles: list[str]
) -> None:
    editor = knowledge.caller("editor")
    await published(editor, title_da="Æresrelaterede konflikter", kind="handbook", children_youth="no")
    await published(
        editor,
        title_da="Tvangsægteskab", title_en="Forced marriage", topics=["forced_marriage"], professions=["teacher"],
    )  # fmt: skip
    await editor.post(PUBLICATIONS, study(title_da="Kladde"))
    shown = await editor.get(PUBLICATIONS, provenance="synthetic", **wanted)
    assert ([each["title_da"] for each in shown["items"]], shown["total"]) == (titles, len(titles))


async def test_the_list_is_read_page_by_page_newest_first_each_publication_once(knowledge: Inside) -> None:
    editor = knowledge.caller("editor")
    for year, title in ((2018, "b"), (2018, "a"), (2026, "c"), (None, "d"), (2018, "a")):
        await editor.post(PUBLICATIONS, study(year=year, title_da=title))
    seen: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        page = await editor.get(PUBLICATIONS, provenance="synthetic", limit=2, **after)
        assert page["total"] == 5
        seen += page["items"]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert [(each["year"], each["title_da"]) for each in seen] == [
        (None, "d"), (2026, "c"), (2018, "a"), (2018, "a"), (2018, "b"),
    ]  # fmt: skip
    assert len({each["id"] for each in seen}) == 5
    for wrong in ("x", "e30=", "WzEsICJhIiwgIm5vIl0="):
        answer = await editor.ask("GET", PUBLICATIONS, params={"after": wrong})
        refused(answer, 422, "cursor-unreadable", "query:after")


async def test_the_table_for_spreadsheets_has_no_cell_that_is_a_formula_and_its_letters_survive(
    knowledge: Inside,
) -> None:
    editor = knowledge.caller("editor")
    reference = await record(editor)
    await published(
        editor, title_da="=HYPERLINK(1)", publisher="Æ", references=[reference["id"]], languages=["da", "en"]
    )
    answer = await editor.ask("GET", f"{PUBLICATIONS}.csv", params={"provenance": "synthetic"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    assert (row["title_da"], row["publisher"], row["languages"]) == ("'=HYPERLINK(1)", "Æ", "da, en")
    assert row["quotes"] == "barnets_lov § 15(3)"
