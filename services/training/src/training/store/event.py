"""SQL that changes events and what they quote, or reads in order to change."""

from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.database import Tx
from contracts.problems import Missing
from training.domain.event import Draft, TrainingEvent

QUOTES = {"reference_ids": "reference", "publication_ids": "publication"}
_DRAFT = [each.name for each in fields(Draft) if each.name not in QUOTES]
_EVENT = [each.name for each in fields(TrainingEvent) if each.name != "draft"]
_NAMES = [*_EVENT, *_DRAFT]
_QUOTED = (
    f"array(select quoted_id from event_quotes as quote where event_id = events.id and quote.kind = '{kind}'"  # noqa: S608  # constants
    f" order by quoted_id) as {name}"
    for name, kind in QUOTES.items()
)
COLUMNS = ", ".join([*_NAMES, *_QUOTED])


class EventMissing(Missing):
    """There is no such event, or the caller may not know of it."""

    title_da = "Arrangementet findes ikke"


async def event_for_update(tx: Tx, id: UUID) -> TrainingEvent:
    """The event, locked until the transaction ends; whoever changes its registrations has this lock first.

    Raises: EventMissing.
    """
    row = await tx.fetchrow(f"select {COLUMNS} from events where id = $1 for update", id)  # noqa: S608  # a constant
    if row is None:
        raise EventMissing("There is no such event.")
    return event_of(dict(row))


def event_of(row: dict[str, Any]) -> TrainingEvent:
    """A row as its object."""
    values: dict[str, Any] = {name: tuple(each) if isinstance(each, list) else each for name, each in row.items()}
    draft = Draft(**{each.name: values[each.name] for each in fields(Draft)})
    return TrainingEvent(draft=draft, **{name: values[name] for name in _EVENT})


async def add_event(tx: Tx, event: TrainingEvent) -> bool:
    """The event is there with what it quotes; False when it was there before."""
    added = await tx.fetchval(
        f"insert into events ({', '.join(_NAMES)}) values ({_places(_NAMES)}) on conflict do nothing returning true",  # noqa: S608  # field names
        *_values(event, _NAMES),
    )
    if added:
        await _keep_quotes(tx, event)
    return bool(added)


async def save_event(tx: Tx, event: TrainingEvent, *, quotes: bool = False) -> None:
    """The event is as given, with what it quotes if that may have changed; its row was locked before."""
    await tx.execute(
        f"update events set ({', '.join(_NAMES)}) = row ({_places(_NAMES)}) where id = $1",  # noqa: S608  # field names
        *_values(event, _NAMES),
    )
    if quotes:
        await _keep_quotes(tx, event)


async def keep_review(tx: Tx, event_id: UUID, quoted_id: UUID, *, at: datetime) -> bool:
    """Somebody has looked at what the event quotes, now; False when it quotes no such thing."""
    said = await tx.execute(
        "update event_quotes set reviewed_at = $3 where event_id = $1 and quoted_id = $2", event_id, quoted_id, at
    )
    return said != "UPDATE 0"


async def _keep_quotes(tx: Tx, event: TrainingEvent) -> None:
    for name, kind in QUOTES.items():
        quoted: list[UUID] = list(getattr(event.draft, name))
        await tx.execute(
            "delete from event_quotes where event_id = $1 and kind = $2 and quoted_id <> all ($3::uuid[])",
            event.id,
            kind,
            quoted,
        )
        await tx.execute(
            "insert into event_quotes (event_id, kind, quoted_id, quoted_at) select $1, $2, unnest($3::uuid[]), $4"
            " on conflict do nothing",
            event.id,
            kind,
            quoted,
            event.changed_at,
        )


def _values(event: TrainingEvent, names: list[str]) -> list[Any]:
    values = [getattr(event if name in _EVENT else event.draft, name) for name in names]
    return [list(value) if isinstance(value, tuple) else value for value in values]


def _places(names: list[str]) -> str:
    return ", ".join(f"${place}" for place in range(1, len(names) + 1))
