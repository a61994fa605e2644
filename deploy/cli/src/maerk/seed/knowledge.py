"""Publications and the paragraphs of law, into knowledge."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from maerk.api import Api
from maerk.seed.data import Step, rows

UNTITLED = "[titel ikke oplyst] "
NOT_EXAMINED = "Kilden oplyser ikke, om publikationen er tilgængelig, og det er ikke undersøgt."
NOT_SENT = ("described_da", "source_url", "stated", "read_on", "accessibility")


def steps(knowledge: Api) -> list[Step]:
    """For each paragraph and each publication, the step that brings it."""
    paragraphs = {(each["law"], each["paragraph"]) for each in knowledge.get("/v1/legal-references")["items"]}
    known = {(each["title_da"], each["year"]): each for each in _publications(knowledge)}
    return [
        *(
            partial(load_reference, knowledge, row, known=(row["law"], row["paragraph"]) in paragraphs)
            for row in rows("legal_references.json")
        ),
        *(
            partial(load_publication, knowledge, row, known.get((title(row), row["year"])))
            for row in rows("publications.json")
        ),
    ]


def load_reference(knowledge: Api, row: dict[str, Any], *, known: bool) -> bool:
    """The paragraph is in the register. True when it was not."""
    if not known:
        body = {name: value for name, value in row.items() if name != "stated" and value is not None}
        key = f"seed-reference-{row['law']}-{row['paragraph']}".replace(" ", "-")
        knowledge.post("/v1/legal-references", body | {"provenance": "actual"}, key=key)
    return not known


def load_publication(knowledge: Api, row: dict[str, Any], known: dict[str, Any] | None) -> bool:
    """The publication is published, or drafted where its title is not known. True when it was not.

    One that is published, under review or withdrawn stays as it is.
    """
    if known is not None and (known["state"] != "draft" or row["title_da"] is None):
        return False
    made = known or knowledge.post("/v1/publications", body(row), key=f"seed-{_key(row)}-draft")
    if row["title_da"] is not None:
        path = f"/v1/publications/{made['id']}/publish"
        knowledge.post(path, key=f"seed-{_key(row)}-publish", revision=made["revision"])
    return True


def title(row: dict[str, Any]) -> str:
    """The publication's title; for one whose title no source states, what it is."""
    return row["title_da"] or UNTITLED + row["described_da"]


def body(row: dict[str, Any]) -> dict[str, Any]:
    """What knowledge is told of a row: what is not stated is left out, and that accessibility is not stated is said."""
    stated = {name: value for name, value in row.items() if name not in NOT_SENT and value is not None}
    accessible = (
        {"accessibility": "ok"}
        if row["accessibility"] == "ok"
        else {"accessibility": "exception", "accessibility_exception": row["accessibility"] or NOT_EXAMINED}
    )
    return {**stated, **accessible, "title_da": title(row), "provenance": "actual"}


def _publications(knowledge: Api) -> Iterator[dict[str, Any]]:
    after: dict[str, str] = {}
    while True:
        page = knowledge.get("/v1/publications", limit=200, **after)
        yield from page["items"]
        if page["next"] is None:
            return
        after = {"after": page["next"]}


def _key(row: dict[str, Any]) -> UUID:
    """A name for the row that a header may hold."""
    return uuid5(NAMESPACE_URL, f"{row['year']} {title(row)}")
