"""Editions of plans, and what is asked about their plan before one is published."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.database import Tx
from contracts.problems import Missing
from contracts.values import PartialDate, Provenance
from planning.domain.edition import UNPUBLISHED, Deed, Edition, Hearing, Lacking, lacks
from planning.domain.snapshot import Data
from planning.store.initiative import InitiativeMissing

_EDITION = """
    editions.id, plan_id, year, action_plans.provenance, version, state, corrects, correction_da, foreword_da,
    children_youth_da, answers_by, minister_approved, published_on, editions.source_url, snapshot_hash,
    editions.revision
    """
_FROM = "editions join action_plans on action_plans.id = plan_id"
_OWN = [
    "id",
    "plan_id",
    "version",
    "state",
    "corrects",
    "correction_da",
    "foreword_da",
    "children_youth_da",
    "answers_by",
    "minister_approved",
    "published_on",
    "source_url",
    "snapshot_hash",
    "revision",
]
UNDER_WAY = ["planned", "funded", "launched", "on_track", "at_risk", "delayed"]
REPORTED_ON = ["launched", "completed_as_planned", "completed_changed"]


class EditionMissing(Missing):
    """There is no such edition."""

    title_da = "Udgaven findes ikke"


@dataclass(frozen=True)
class FollowUp:
    """An initiative that was launched or completed since the last plan, and what the draft says of it."""

    initiative_id: UUID
    plan_year: int
    number: int
    title_da: str
    state: str
    text_da: str | None


async def edition(tx: Tx, id: UUID) -> Edition:
    """The edition.

    Raises: EditionMissing.
    """
    found = await _editions(tx, "editions.id = $1", id)
    if not found:
        raise EditionMissing("There is no such edition.")
    return found[0]


async def edition_for_update(tx: Tx, id: UUID) -> Edition:
    """The same, locked until the transaction ends.

    Raises: EditionMissing.
    """
    await tx.execute("select from editions where id = $1 for update", id)
    return await edition(tx, id)


async def editions_of(tx: Tx, plan_id: UUID) -> list[Edition]:
    """The plan's editions, oldest first."""
    return await _editions(tx, "plan_id = $1", plan_id)


async def save_edition(tx: Tx, edition: Edition, *, settled_at: datetime | None = None) -> None:
    """The edition stands like this; `settled_at` is when it was published, or entered as its source has it."""
    said: list[Any] = [
        str(value) if isinstance(value, PartialDate) else value for value in (getattr(edition, each) for each in _OWN)
    ]
    names = ", ".join(_OWN)
    places = ", ".join(f"${place}" for place in range(1, len(_OWN) + 1))
    changed = ", ".join(f"{each} = excluded.{each}" for each in _OWN[3:])
    await tx.execute(
        f"insert into editions ({names}, settled_at) values ({places}, ${len(_OWN) + 1})"  # noqa: S608  # names of ours
        f" on conflict (id) do update set {changed}, settled_at = coalesce(editions.settled_at, excluded.settled_at)",
        *said,
        settled_at,
    )
    await tx.execute("delete from edition_follow_ups where edition_id = $1", edition.id)
    for initiative, text in sorted(edition.follow_ups.items()):
        await tx.execute(
            "insert into edition_follow_ups (edition_id, initiative_id, text_da) values ($1, $2, $3)",
            edition.id,
            initiative,
            text,
        )
    await tx.execute("delete from edition_hearings where edition_id = $1", edition.id)
    for place, each in enumerate(edition.hearings):
        await tx.execute(
            "insert into edition_hearings (edition_id, place, authority, asked_at, answered_at, position, text_da)"
            " values ($1, $2, $3, $4, $5, $6, $7)",
            edition.id,
            place,
            each.authority,
            each.asked_at,
            each.answered_at,
            each.position,
            each.text_da,
        )
    for place, each in enumerate(edition.deeds):
        await tx.execute(
            "insert into edition_deeds (edition_id, place, step, at, text_da) values ($1, $2, $3, $4, $5)"
            " on conflict do nothing",
            edition.id,
            place,
            each.step,
            each.at,
            each.text_da,
        )


async def keep_snapshot(tx: Tx, id: UUID, body: bytes, data: Data) -> None:
    """The published document stands, for ever, and so does what its figures were counted from."""
    await tx.execute(
        "insert into edition_snapshots (edition_id, body, watermark, set_aside) values ($1, $2, $3, $4)",
        id,
        body,
        data.watermark,
        data.set_aside,
    )


async def snapshot_of(tx: Tx, id: UUID) -> bytes:
    """The published document.

    Raises: EditionMissing when there is none.
    """
    body = await tx.fetchval("select body from edition_snapshots where edition_id = $1", id)
    if body is None:
        raise EditionMissing("No such edition was published.")
    return body


async def data_of(tx: Tx, id: UUID) -> Data:
    """From which events the published document's figures were counted.

    Raises: EditionMissing when there is none, or it was published before this was kept.
    """
    row = await tx.fetchrow(
        "select watermark, set_aside from edition_snapshots where edition_id = $1 and watermark is not null", id
    )
    if row is None:
        raise EditionMissing("No such edition was published, or it is not known what it was counted from.")
    return Data(**row)


async def check_initiative(tx: Tx, id: UUID, *, of: Provenance) -> None:
    """There is such an initiative, real or synthetic as is asked.

    Raises: InitiativeMissing.
    """
    found = await tx.fetchval(
        "select provenance from initiatives join action_plans on action_plans.id = plan_id where initiatives.id = $1",
        id,
    )
    if found != of:
        raise InitiativeMissing("There is no such initiative.", pointer="/initiative_id")


async def hold_plan_content(tx: Tx) -> None:
    """What plans consist of does not change until the transaction ends, and what was changing is committed."""
    await tx.execute(
        "lock table initiative_descriptions, initiatives, initiative_states, initiative_responsibilities, authorities,"
        " authority_names, milestones, fundings, priorities, readings in share mode"
    )


async def follow_ups(tx: Tx, edition: Edition) -> list[FollowUp]:
    """Every initiative that was launched or completed since the last plan, and others of which the draft speaks.

    The last plan is the one that was published, or entered from its source, before this edition's own.
    """
    rows = await tx.fetch(
        """
        with last as (
            select max(settled_at) as at
            from editions join action_plans on action_plans.id = plan_id
            where plan_id <> $2 and provenance = $3
                and settled_at < coalesce((select min(settled_at) from editions where plan_id = $2), 'infinity')
        ), due as (
            select distinct initiative_id from initiative_states
            where state = any ($4::text[]) and at > coalesce((select at from last), '-infinity')
        )
        select initiatives.id as initiative_id, year as plan_year, number, initiatives.title_da, state, text_da
        from initiatives join action_plans on action_plans.id = plan_id
        left join edition_follow_ups on edition_id = $1 and initiative_id = initiatives.id
        where provenance = $3 and state not in ('split', 'merged')
            and (initiatives.id in (select initiative_id from due) or text_da is not null)
        order by year, number, initiatives.id
        """,
        edition.id,
        edition.plan_id,
        edition.provenance,
        REPORTED_ON,
    )
    return [FollowUp(**row) for row in rows]


async def lacking(tx: Tx, edition: Edition) -> list[tuple[Lacking, UUID | None]]:
    """What the edition needs before it can be published; nothing once it is."""
    if edition.state not in UNPUBLISHED:
        return []
    due = [each.initiative_id for each in await follow_ups(tx, edition)]
    planned = await tx.fetchval(
        "select count(*) from initiatives where plan_id = $1 and state = any ($2::text[])", edition.plan_id, UNDER_WAY
    )
    priorities = await tx.fetchval(
        "select count(*) from priorities where year = $1 and provenance = $2", edition.year, edition.provenance
    )
    return lacks(edition, to_follow_up=due, planned=planned, priorities=priorities)


async def _editions(tx: Tx, which: str, argument: UUID) -> list[Edition]:
    rows = await tx.fetch(
        f"select {_EDITION} from {_FROM} where {which} order by version",  # noqa: S608  # names and a condition of ours
        argument,
    )
    ids = [row["id"] for row in rows]
    texts = await tx.fetch("select * from edition_follow_ups where edition_id = any ($1::uuid[])", ids)
    hearings = await tx.fetch("select * from edition_hearings where edition_id = any ($1::uuid[]) order by place", ids)
    deeds = await tx.fetch("select * from edition_deeds where edition_id = any ($1::uuid[]) order by place", ids)
    parts: list[dict[str, Any]] = [
        {
            "published_on": row["published_on"] and PartialDate.parse(row["published_on"]),
            "follow_ups": {each["initiative_id"]: each["text_da"] for each in texts if each["edition_id"] == row["id"]},
            "hearings": tuple(_made(Hearing, each) for each in hearings if each["edition_id"] == row["id"]),
            "deeds": tuple(_made(Deed, each) for each in deeds if each["edition_id"] == row["id"]),
        }
        for row in rows
    ]
    return [Edition(**{**row, **own}) for row, own in zip(rows, parts, strict=True)]


def _made(of: Any, row: Any) -> Any:
    return of(**{name: row[name] for name in of.__dataclass_fields__})
