"""Synthetic publications and paragraphs, made over HTTP."""

from typing import Any

import orjson

from support.inside import Caller, Inside

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
    return [orjson.loads(row["payload"]) for row in rows if row["headers"]["ce_type"].split(".")[3] == type]
