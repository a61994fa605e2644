"""Publications that quote the directory: an old number is flagged until somebody looked, however it is heard."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from contracts.advisory import ContactDirectoryChanged
from contracts.event import Event
from knowledge.__main__ import LISTENS
from support.inside import Caller, Inside, refused
from support.publications import PUBLICATIONS, do, edition, published, study
from support.wire import Wire

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
OLD, OTHER = UUID(int=71), UUID(int=72)


def told(
    change: Any, revision: int, *, of: UUID = OLD, at: datetime = NOW + HOUR, provenance: Any = "synthetic"
) -> Event:
    """What advisory tells of an entry of its directory."""
    said: dict[str, Any] = {"actor": "viso", "change": change, "valid_from": date(2026, 12, revision)}
    return ContactDirectoryChanged(subject=of, revision=revision, at=at, provenance=provenance, **said)


@pytest.fixture
def wire() -> Wire:
    """Advisory's topic."""
    return Wire("maerk.internal.advisory")


async def hear(knowledge: Inside, wire: Wire, *events: Event, seed: int | None = None) -> None:
    """The events have arrived twice, shuffled if there is a seed."""
    wire.repeat(wire.tell(list(events)))
    await wire.deliver(knowledge.pool, LISTENS, shuffle=None if seed is None else Random(seed), at_most=2)


async def flagged(editor: Caller) -> list[str]:
    """The titles of what may quote an old number."""
    found = await editor.get(PUBLICATIONS, provenance="synthetic", contacts_changed="true")
    return [each["title_da"] for each in found["items"]]


async def contacts(editor: Caller, publication: dict[str, Any]) -> Sequence[tuple[str, str | None, str | None]]:
    shown = await editor.get(f"{PUBLICATIONS}/{publication['id']}")
    return [(each["entry_id"], each["change"], each["changes_on"]) for each in shown["contacts"]]


@pytest.mark.rule("c.6/contact-directory→knowledge")
@pytest.mark.parametrize("seed", [None, 1, 2])
async def test_what_quotes_an_entry_that_was_replaced_is_flagged_with_the_day_and_nothing_else_is(
    knowledge: Inside, wire: Wire, seed: int | None
) -> None:
    editor = knowledge.caller("editor")
    quoting = await published(editor, title_da="Citerer", contacts=[str(OLD), str(OTHER), str(OLD)])
    await published(editor, title_da="Citerer en anden", contacts=[str(OTHER)])
    await published(editor, title_da="Citerer ingen")
    story = [told("entered", 1), told("verified", 2), told("lapsed", 3), told("replaced", 4)]
    await hear(knowledge, wire, *story[:3], told("replaced", 1, of=OTHER, provenance="actual"), seed=seed)
    assert await flagged(editor) == []
    await hear(knowledge, wire, *story, seed=seed)
    assert await flagged(editor) == ["Citerer"]
    assert await contacts(editor, quoting) == [(str(OLD), "replaced", "2026-12-04"), (str(OTHER), None, None)]
    assert (await editor.get(PUBLICATIONS, provenance="synthetic", contacts_changed="false"))["total"] == 2
    reader = knowledge.caller("municipal_key_person")
    assert await flagged(reader) == ["Citerer"], "whoever uses it should know"
    assert "review_due" not in {each["state"] for each in (await editor.get(PUBLICATIONS))["items"]}
    assert await knowledge.pool.fetchval("select count(*) from parked_event") == 0
    table = (await editor.ask("GET", f"{PUBLICATIONS}.csv", params={"provenance": "synthetic"})).text
    assert str(OLD) in table


@pytest.mark.rule("c.6/contact-directory→knowledge")
async def test_the_flag_goes_when_the_number_is_right_again_or_somebody_has_looked(
    knowledge: Inside, wire: Wire
) -> None:
    editor = knowledge.caller("editor")
    revised = await published(editor, title_da="Udgives igen", contacts=[str(OLD)])
    checked = await published(editor, title_da="Ses efter", contacts=[str(OLD)])
    await hear(knowledge, wire, told("ended", 2))
    assert await flagged(editor) == ["Ses efter", "Udgives igen"]
    knowledge.watch.put(NOW + 2 * HOUR)
    await do(editor, revised, "revise", edition(title_da="Udgives igen", contacts=[str(OLD)]))
    assert len(await flagged(editor)) == 2, "it still quotes the old one"
    await do(editor, revised, "revise", edition(title_da="Udgives igen", contacts=[str(OTHER)]))
    assert await flagged(editor) == ["Ses efter"]
    await do(editor, checked, "check-contacts")
    assert await flagged(editor) == []
    await hear(knowledge, wire, told("coverage_changed", 3, at=NOW + 3 * HOUR))
    assert await flagged(editor) == ["Ses efter"], "nobody has seen this change"
    assert (await knowledge.events())[-1] == "publication-reviewed"


@pytest.mark.rule("c.6/contact-directory→knowledge")
async def test_a_change_that_is_heard_before_the_publication_comes_out_is_not_lost(
    knowledge: Inside, wire: Wire
) -> None:
    editor = knowledge.caller("editor")
    await hear(
        knowledge, wire, told("replaced", 2, at=NOW - HOUR), told("coverage_changed", 2, of=OTHER, at=NOW - HOUR)
    )
    draft = await editor.post(PUBLICATIONS, study(title_da="Kladde", contacts=[str(OLD)]))
    await published(editor, title_da="Ny", contacts=[str(OTHER)])
    assert await flagged(editor) == ["Kladde"]
    refused(await editor.command(f"{PUBLICATIONS}/{draft['id']}/check-contacts", revision=1), 409,
            "publication-not-published")  # fmt: skip
    none = await published(editor, title_da="Ingen")
    path = f"{PUBLICATIONS}/{none['id']}/check-contacts"
    refused(await editor.command(path, revision=none["revision"]), 409, "no-contact-quoted")
    adviser = knowledge.caller("adviser")
    refused(await adviser.command(path, revision=none["revision"]), 403, "role-missing")
