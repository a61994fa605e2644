"""Publications and legal references over HTTP: what may be published, who may read it, and what a change of law does."""

import asyncio
import csv
import io
from typing import Any
from uuid import uuid4

import pytest

from support.inside import Caller, Inside, refused

PUBLICATIONS, REFERENCES = "/v1/publications", "/v1/legal-references"
SOURCE = "https://example.org/lov"


def study(**said: Any) -> dict[str, Any]:
    """A body that can be published."""
    return {
        "kind": "study",
        "title_da": "Syntetisk undersøgelse",
        "topics": ["negative_social_control"],
        "children_youth": "primary",
        "year": 2026,
        "accessibility": "ok",
        "provenance": "synthetic",
    } | said


def edition(**said: Any) -> dict[str, Any]:
    """The same for one that exists."""
    return {name: value for name, value in study(**said).items() if name != "provenance"}


async def record(editor: Caller, paragraph: str = "15(3)", **said: Any) -> dict[str, Any]:
    body = {"law": "barnets_lov", "paragraph": paragraph, "title_da": "Syntetisk", "source_url": SOURCE}
    return await editor.post(REFERENCES, {**body, "provenance": "synthetic", **said})


async def change(editor: Caller, reference: dict[str, Any], **said: Any) -> dict[str, Any]:
    path = f"{REFERENCES}/{reference['id']}"
    revision = (await editor.get(path))["revision"]
    body = {"change": "amended", "valid_from": "2027-01-01", "source_url": SOURCE, **said}
    return await editor.post(f"{path}/change", body, revision=revision)


async def do(editor: Caller, publication: dict[str, Any], verb: str, body: Any = None) -> dict[str, Any]:
    """The publication after the command, sent for the state that it is in."""
    path = f"{PUBLICATIONS}/{publication['id']}"
    revision = (await editor.get(path))["revision"]
    return await editor.post(f"{path}/{verb}", body, revision=revision)


async def published(editor: Caller, **said: Any) -> dict[str, Any]:
    return await do(editor, await editor.post(PUBLICATIONS, study(**said)), "publish")


async def state(editor: Caller, publication: dict[str, Any]) -> str:
    return (await editor.get(f"{PUBLICATIONS}/{publication['id']}"))["state"]


async def data_of(service: Inside, type: str) -> list[dict[str, Any]]:
    """The data of every event of that type that waits in the internal outbox."""
    rows = await service.pool.fetch("select headers, payload from outbox where stream = 'internal' order by id")
    import orjson

    return [orjson.loads(row["payload"]) for row in rows if row["headers"]["ce_type"].split(".")[3] == type]


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
