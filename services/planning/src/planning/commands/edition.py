"""Editions are drafted, heard, approved, published, corrected and closed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis import outbox
from chassis.clock import Now
from chassis.database import Expect, Tx
from planning.domain import edition as domain
from planning.domain.snapshot import Data, Snapshot, digest, document
from planning.store import edition as store
from planning.store import indicator as indicators
from planning.store import initiative as initiatives
from planning.store import plan as plans
from planning.store import reading as readings

Assemble = Callable[[domain.Edition, datetime, Data], Awaitable[Snapshot]]


async def draft_edition(tx: Tx, id: UUID, *, plan_id: UUID, correction_da: str | None, now: Now) -> None:
    """A new version of the plan is being written."""
    plan = await plans.plan_for_update(tx, plan_id)
    edition = domain.draft(
        id,
        plan_id=plan_id,
        year=plan.year,
        provenance=plan.provenance,
        earlier=await store.editions_of(tx, plan_id),
        correction_da=correction_da,
        at=now(plan.provenance),
    )
    await store.save_edition(tx, edition)


async def enter_edition(tx: Tx, id: UUID, *, plan_id: UUID, said: dict[str, Any], assemble: Assemble, now: Now) -> None:
    """An old plan's edition stands as its source states it."""
    plan = await plans.plan_for_update(tx, plan_id)
    at = now(plan.provenance)
    edition = domain.enter(
        id,
        plan_id=plan_id,
        year=plan.year,
        provenance=plan.provenance,
        earlier=await store.editions_of(tx, plan_id),
        said=said,
        at=at,
    )
    await store.hold_plan_content(tx)
    data = await _heard_until_now(tx)
    body = document(await assemble(edition, at, data))
    await store.save_edition(tx, replace(edition, snapshot_hash=digest(body)), settled_at=at)
    await store.keep_snapshot(tx, id, body, data)
    await initiatives.make_public(tx, plan_id)


async def write_edition(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect) -> None:
    """The draft says this."""
    edition = await _loaded(tx, id, expect)
    await store.save_edition(tx, domain.write(edition, **said))


async def follow_up(tx: Tx, id: UUID, *, initiative_id: UUID, text_da: str, expect: Expect) -> None:
    """The draft says what became of an initiative."""
    edition = await _loaded(tx, id, expect)
    await store.check_initiative(tx, initiative_id, of=edition.provenance)
    await store.save_edition(tx, domain.write(edition, follow_ups={**edition.follow_ups, initiative_id: text_da}))


async def consult(tx: Tx, id: UUID, authorities: Sequence[str], *, answers_by: date, expect: Expect, now: Now) -> None:
    """The authorities are asked."""
    edition = await _loaded(tx, id, expect)
    at = now(edition.provenance)
    await store.save_edition(tx, domain.consult(edition, authorities, answers_by=answers_by, at=at))


async def hear(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """An authority has answered."""
    edition = await _loaded(tx, id, expect)
    await store.save_edition(tx, domain.hear(edition, **said, at=now(edition.provenance)))


async def end_consultation(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """The management has the edition."""
    edition = await _loaded(tx, id, expect)
    await store.save_edition(tx, domain.end_consultation(edition, at=now(edition.provenance)))


async def approve(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """The management, or after it the minister, has approved."""
    edition = await _loaded(tx, id, expect)
    await store.save_edition(tx, domain.approve(edition, at=now(edition.provenance)))


async def send_back(tx: Tx, id: UUID, *, reason_da: str, expect: Expect, now: Now) -> None:
    """The edition is a draft again."""
    edition = await _loaded(tx, id, expect)
    await store.save_edition(tx, domain.send_back(edition, reason_da, at=now(edition.provenance)))


async def publish_edition(tx: Tx, id: UUID, *, assemble: Assemble, expect: Expect, now: Now) -> None:
    """The edition stands as the plan is at this moment, and takes the place of the version that it corrects."""
    await indicators.hold_definitions(tx)
    plan = await plans.plan_for_update(tx, (await store.edition(tx, id)).plan_id)
    edition = await _loaded(tx, id, expect)
    await store.hold_plan_content(tx)
    domain.check_publishable(edition, await store.lacking(tx, edition))
    at = now(edition.provenance)
    edition = domain.publish(edition, at=at)
    data = await _heard_until_now(tx)
    body = document(await assemble(edition, at, data))
    edition, told = domain.seal(edition, snapshot_hash=digest(body), plan_revision=plan.revision + 1, at=at)
    for each in await store.editions_of(tx, plan.id):
        if each.version == edition.corrects:
            await store.save_edition(tx, domain.take_place(each, at=at))
    await store.save_edition(tx, edition, settled_at=at)
    await store.keep_snapshot(tx, id, body, data)
    await initiatives.make_public(tx, plan.id)
    await plans.count_change(tx, plan.id, revision=plan.revision + 1)
    await outbox.publish(tx, told)


async def enter_into_force(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """The plan holds."""
    edition = await _loaded(tx, id, expect)
    await store.save_edition(tx, domain.enter_into_force(edition, at=now(edition.provenance)))


async def draft_follow_up(tx: Tx, id: UUID, *, text_da: str, expect: Expect, now: Now) -> None:
    """What became of the plan is drafted."""
    edition = await _loaded(tx, id, expect)
    await store.save_edition(tx, domain.draft_follow_up(edition, text_da, at=now(edition.provenance)))


async def close_edition(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """The plan is history."""
    plan = await plans.plan_for_update(tx, (await store.edition(tx, id)).plan_id)
    edition = await _loaded(tx, id, expect)
    edition, told = domain.close_edition(edition, plan_revision=plan.revision + 1, at=now(edition.provenance))
    await store.save_edition(tx, edition)
    await plans.count_change(tx, plan.id, revision=plan.revision + 1)
    await outbox.publish(tx, told)


async def _heard_until_now(tx: Tx) -> Data:
    """What the readings that stand were counted from: nobody counts while the plan's content is held."""
    return Data(await readings.present_watermark(tx), await readings.set_aside(tx))


async def _loaded(tx: Tx, id: UUID, expect: Expect) -> domain.Edition:
    edition = await store.edition_for_update(tx, id)
    expect(edition.revision)
    return edition
