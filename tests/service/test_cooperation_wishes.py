"""Who may want to agree with the police, as advice heard: on the board of gaps, however often and late it is told."""

from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

import pytest

from contracts.advisory import NeedIdentified, ProcessCompleted
from contracts.event import Event
from cooperation.__main__ import LISTENS
from support.cooperating import GAPS, key_person, police, row, signed
from support.inside import Inside
from support.wire import Wire

ASKED, FOLLOWS = "need_identified", "process_completed"


def need(number: int, month: int = 11, *, code: str | None = "9901", what: str = "police_cooperation") -> Event:
    """What advisory tells of a need, with its month."""
    said: dict[str, Any] = {"need": what, "topic": "threats", "municipality_code": code}
    return NeedIdentified(
        subject=UUID(int=number), revision=1, at=datetime(2026, month, 1, tzinfo=UTC), provenance="synthetic", **said
    )


def completed(number: int, at: datetime, *, kind: str = "work_process", code: str = "9901") -> Event:
    """What advisory tells of a process that has ended."""
    said: dict[str, Any] = {"municipality_code": code, "kind": kind, "children_youth": "no"}
    return ProcessCompleted(subject=UUID(int=number), revision=2, at=at, provenance="synthetic", **said)


async def hear(cooperation: Inside, events: Sequence[Event], *, seed: int | None = None) -> None:
    """The events have arrived twice, shuffled if there is a seed."""
    wire = Wire("maerk.internal.advisory")
    wire.repeat(wire.tell(events))
    await wire.deliver(cooperation.pool, LISTENS, shuffle=None if seed is None else Random(seed), at_most=2)


async def wishes(cooperation: Inside, code: str = "9901") -> list[tuple[str, str]]:
    """What MÆRK is shown of the municipality's wishes."""
    found = (await row(cooperation.caller("adviser"), code))["wishes"]
    return [(each["sign"], each["since"]) for each in found]


@pytest.mark.rule("c.6/need-identified→cooperation", "c.6/process-completed→cooperation")
@pytest.mark.parametrize("seed", [None, 1, 2])
async def test_a_wish_is_shown_once_from_its_first_month_in_whatever_order_it_is_heard(
    cooperation: Inside, seed: int | None
) -> None:
    story = [
        need(1), need(2, month=10), need(3, what="training"), need(4, code=None), need(5, code="9902"),
        completed(6, datetime(2026, 10, 31, 23, 30, tzinfo=UTC)),  # November in Denmark
        completed(7, datetime(2026, 11, 2, tzinfo=UTC), kind="school_effort", code="9903"),
    ]  # fmt: skip
    await hear(cooperation, story, seed=seed)
    assert await wishes(cooperation) == [(ASKED, "2026-10-01"), (FOLLOWS, "2026-11-01")]
    assert await wishes(cooperation, "9902") == [(ASKED, "2026-11-01")]
    assert await wishes(cooperation, "9903") == []
    adviser = cooperation.caller("adviser")
    wished = await adviser.get(GAPS, provenance="synthetic", wished="true")
    assert [(each["municipality_code"], each["state"]) for each in wished["items"]] == [
        ("9901", "unknown"), ("9902", "unknown"),
    ]  # fmt: skip
    assert (await adviser.get(GAPS, provenance="synthetic", wished="false"))["total"] == 2
    assert (await adviser.get(GAPS, wished="true"))["total"] == 0
    assert await cooperation.events() == [], "a wish is no gap yet"
    assert await cooperation.pool.fetchval("select count(*) from parked_event") == 0


@pytest.mark.rule("c.6/need-identified→cooperation", "c.6/process-completed→cooperation")
@pytest.mark.parametrize(("signed_on", "left"), [("2026-10-31", True), ("2026-11-01", False), ("2026-11-20", False)])
async def test_an_agreement_of_that_month_or_later_answers_the_wish(
    cooperation: Inside,
    signed_on: str,
    left: bool,  # noqa: FBT001
) -> None:
    agreement = await signed(cooperation.caller("adviser"), "9901", signed_on=signed_on)
    await hear(cooperation, [need(1), completed(2, datetime(2026, 11, 5, tzinfo=UTC))])
    both = [(ASKED, "2026-11-01"), (FOLLOWS, "2026-11-01")]
    assert await wishes(cooperation) == (both if left else [])
    adviser = cooperation.caller("adviser")
    revision = (await adviser.get(agreement))["revision"]
    await adviser.post(f"{agreement}/terminate", {"reason": "other"}, revision=revision)
    assert await wishes(cooperation) == both, "while it stands"


@pytest.mark.rule("c.6/need-identified→cooperation", "c.3/board")
async def test_what_a_municipality_wishes_for_is_shown_to_maerk_and_to_itself(cooperation: Inside) -> None:
    await hear(cooperation, [need(1), need(2, code="9902")])
    own = (await row(key_person(cooperation), "9901"))["wishes"]
    assert own == [{"sign": ASKED, "since": "2026-11-01"}]
    board = (await police(cooperation).get(GAPS, provenance="synthetic"))["items"]
    assert {each["municipality_code"] for each in board} >= {"9901", "9902"}
    assert [each["wishes"] for each in board] == [[]] * len(board)
    assert (await police(cooperation).get(GAPS, provenance="synthetic", wished="true"))["items"] == []
