"""Every figure counted again from the log alone, by other code than the one that counts, and each difference named."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from chassis.consumer import effects, replay
from chassis.consumer.listens import Heard, Record
from chassis.consumer.replay import Log, Place
from chassis.database import Tx
from contracts.event import ENVELOPE
from planning.domain.binding import of_single_case
from planning.domain.counting import Fact, Figure, counted, figure
from planning.domain.indicator import READ_BY_SOMEBODY, Definition
from planning.domain.period import Period
from planning.domain.reading import Reading
from planning.domain.snapshot import Data, SnapshotFigure, all_figures, read
from planning.store.indicator import DEFINITION, definition_of
from planning.store.reading import COUNTED, READING, window

Progress = Callable[[str, int, int], None]
Where = tuple[str, int, int]
"""Topic, partition and offset."""
NAMED = 5  # events that a difference names; more say only how many there are


def silent(what: str, done: int, total: int) -> None:
    """Nobody is told how far it has come."""


@dataclass(frozen=True)
class Difference:
    """A figure that is not what the log says, in a sentence for people; a published one has no reading any more."""

    reading_id: UUID | None
    text: str


@dataclass(frozen=True)
class Verified:
    """What was read and compared, and what differs."""

    events: int
    readings: int
    published: int
    differences: Sequence[Difference]


@dataclass(frozen=True)
class Standing:
    """A reading with the definition that it follows; the newest of its figure stands for it now."""

    code: str
    reading: Reading
    definition: Definition
    is_newest: bool

    @property
    def name(self) -> str:
        reading = self.reading
        return (
            f"{self.code}, {reading.period}, {reading.provenance}, definition {reading.definition_version},"
            f" {reading.status}"
        )


async def verify(tx: Tx, bootstrap: str, *, progress: Progress = silent) -> Verified:
    """Every reading that was ever counted, and whether the newest of each figure knows all that has been heard.

    `tx` must read one moment (repeatable read). Raises: LogCutOff when the log no longer begins where it did.
    """
    standing = await standing_readings(tx)
    positions = {
        (row["topic"], row["partition"]): row["next_offset"]
        for row in await tx.fetch("select topic, partition, next_offset from public.consumer_position")
    }
    async with replay.log(bootstrap) as log:
        events, facts = await _read(log, positions, standing, progress)
    found = [each async for each in differences(tx, standing, facts, progress)]
    told = await published_figures(tx)
    found += [each for one in told for each in _told_otherwise(one, facts)]
    return Verified(events=events, readings=len(standing), published=len(told), differences=found)


async def differences(
    tx: Tx, standing: Sequence[Standing], facts: Mapping[str, Sequence[Fact]], progress: Progress = silent
) -> AsyncIterator[Difference]:
    """What is wrong with these readings, when these are the events of the log by type."""
    rows = await tx.fetch('select topic, partition, "offset" from public.parked_event')
    parked = {(row["topic"], row["partition"], row["offset"]) for row in rows}
    for place, each in enumerate(standing):
        async for text in _compared(tx, each, facts, parked):
            yield Difference(each.reading.id, text)
        progress("figures", place + 1, len(standing))


async def standing_readings(tx: Tx) -> list[Standing]:
    """Every reading that was ever counted, with its definition."""
    columns = ", ".join(f"reading.{name}" for name in READING.split(", "))
    rows = await tx.fetch(
        f"""
        select {columns}, indicator.code,
            reading.place = max(reading.place) over same and definition.version = (
                select max(version) from indicator_definitions where indicator_id = indicator.id
            ) as is_newest
        from readings as reading join indicators as indicator on indicator.id = reading.indicator_id
        join indicator_definitions as definition
            on definition.indicator_id = indicator.id and definition.version = reading.definition_version
        where definition.method <> all ($1::text[])
        window same as (
            partition by reading.indicator_id, reading.definition_version, reading.provenance, reading.period
        )
        order by indicator.code, reading.place
        """,  # noqa: S608  # column names
        list(READ_BY_SOMEBODY),
    )
    definitions = {
        (row["indicator_id"], row["version"]): definition_of(
            {name: value for name, value in row.items() if name != "indicator_id"}
        )
        for row in await tx.fetch(f"select indicator_id, {DEFINITION} from indicator_definitions")  # noqa: S608
    }
    found: list[Standing] = []
    for row in rows:
        said = dict(row)
        code, is_newest = said.pop("code"), said.pop("is_newest")
        reading = Reading(**said)
        found.append(Standing(code, reading, definitions[reading.indicator_id, reading.definition_version], is_newest))
    return found


@dataclass(frozen=True)
class Told:
    """A figure of a published document, with its definition and what it was counted from."""

    edition: str
    figure: SnapshotFigure
    definition: Definition
    data: Data


async def published_figures(tx: Tx) -> list[Told]:
    """Every counted figure that a published document shows, where it is known what the document was counted from."""
    rows = await tx.fetch(
        "select plan_id, year, version, body, watermark, set_aside from edition_snapshots"
        " join editions on editions.id = edition_id join action_plans on action_plans.id = plan_id"
        " where watermark is not null order by year, plan_id, version"
    )
    definitions = {
        (row["plan_id"], row["code"], row["version"]): definition_of(
            {name: value for name, value in row.items() if name not in ("plan_id", "code")}
        )
        for row in await tx.fetch(
            f"select plan_id, code, {DEFINITION} from indicator_definitions"  # noqa: S608  # column names
            " join indicators on indicators.id = indicator_id"
        )
    }
    return [
        Told(f"plan of {row['year']}, version {row['version']}", each, definition, data)
        for row in rows
        for data in (Data(row["watermark"], row["set_aside"]),)
        for each in all_figures(read(row["body"]))
        for definition in (definitions[row["plan_id"], each.code, each.definition_version],)
        if each.value is not None and definition.is_counted
    ]


def _told_otherwise(told: Told, facts: Mapping[str, Sequence[Fact]]) -> Iterator[Difference]:
    mine = [
        one
        for name in told.definition.event_types
        for one in facts.get(name, ())
        if _lies_before(one, told.data.watermark, told.data.set_aside)
    ]
    said = told.figure
    again = figure(told.definition, Period(said.period), said.provenance, mine)
    if again.value != said.value:
        yield Difference(
            None,
            f"{told.edition}: {said.code}, {said.period}, was published as {_number(said.value)}, and the log gives"
            f" {_number(again.value)}.",
        )


async def _read(
    log: Log, positions: Mapping[Place, int], standing: Collection[Standing], progress: Progress
) -> tuple[int, Mapping[str, list[Fact]]]:
    """The events that any figure may count, by type, each once, and how many records were read for them."""
    types = {name for each in standing for name in each.definition.event_types}
    fields = {name for each in standing for name in _fields(each.definition)}
    facts: dict[str, list[Fact]] = defaultdict(list)
    sequences: dict[Place, int] = {}
    seen: set[UUID] = set()
    done, total = 0, sum(positions.values())
    async for batch in log.between(dict.fromkeys(positions, 0), positions):
        for place, records in batch.items():
            fresh, sequences[place] = effects.unseen(records, sequences.get(place, 0))
            for heard in _heard(fresh, types):
                if heard.id not in seen:
                    seen.add(heard.id)
                    facts[heard.event.type].append(fact_of(heard, fields))
            done += len(records)
        progress("events", done, total)
    return done, facts


def _heard(records: Sequence[Record], types: Collection[str]) -> Iterator[Heard]:
    for each in records:
        if effects.type_of(each) in types:
            try:
                yield effects.decoded(each)
            except Exception as error:
                if effects.refusal(error) is None:
                    raise  # what can never be read is parked in the tables, and counted in neither


def fact_of(heard: Heard, fields: Collection[str]) -> Fact:
    """The event as counting sees it, with these fields alone."""
    event = heard.event
    wanted = (set(fields) & type(event).model_fields.keys()) - ENVELOPE
    return Fact(
        id=heard.id,
        type=event.type,
        topic=heard.topic,
        partition=heard.partition,
        offset=heard.offset,
        subject=event.subject,
        revision=event.revision,
        at=event.at,
        provenance=event.provenance,
        case_derived=of_single_case(type(event)),
        data=event.model_dump(mode="json", include=wanted, exclude_none=True),
    )


def _fields(definition: Definition) -> Iterator[str]:
    yield from definition.match
    if definition.sum_field is not None:
        yield definition.sum_field
    if definition.by_field is not None:
        yield definition.by_field
        yield f"{definition.by_field}s"


async def _compared(
    tx: Tx, each: Standing, facts: Mapping[str, Sequence[Fact]], parked: Collection[Where]
) -> AsyncIterator[str]:
    """What is wrong with the reading, each thing in a sentence."""
    reading, definition = each.reading, each.definition
    mine = [one for name in definition.event_types for one in facts.get(name, ())]
    known = [one for one in mine if _is_known(one, reading)]
    period = Period(reading.period)
    again = figure(definition, period, reading.provenance, known)
    if again.value != reading.value:
        yield f"{each.name}: stands as {_number(reading.value)}, and the log gives {_number(again.value)}."
    if _other_set(again, reading):
        in_log = {one.id: one for one in counted(definition, period, reading.provenance, known)}
        in_tables = {
            row["event_id"]: f"{row['topic']}/{row['partition']}/{row['offset']}"
            for row in await tx.fetch(
                COUNTED + 'select event_id, topic, partition, "offset" from counted',  # noqa: S608  # constants
                *window(definition, period, reading.provenance, reading),
            )
        }
        only_log = [f"{one.topic}/{one.partition}/{one.offset}" for id, one in in_log.items() if id not in in_tables]
        only_tables = [where for id, where in in_tables.items() if id not in in_log]
        yield (
            f"{each.name}: not made of the events that the log has up to its watermark"
            f" ({_named('only in the log', only_log)}; {_named('only in the tables', only_tables)})."
        )
    if each.is_newest:
        now = [one for one in mine if (one.topic, one.partition, one.offset) not in parked]
        if (latest := figure(definition, period, reading.provenance, now).value) != again.value:
            stands = _number(reading.value)
            yield f"{each.name}: stands as {stands}, and with all that has been heard it is {_number(latest)}."


def _is_known(fact: Fact, reading: Reading) -> bool:
    """The event was counted or could have been: it lies before the watermark and was not parked at that time."""
    return _lies_before(fact, reading.watermark, reading.set_aside)


def _lies_before(fact: Fact, watermark: Mapping[str, Any], set_aside: Collection[Mapping[str, Any]]) -> bool:
    aside = {"topic": fact.topic, "partition": fact.partition, "offset": fact.offset}
    return fact.offset < watermark.get(fact.topic, {}).get(str(fact.partition), 0) and (
        not set_aside or aside not in set_aside
    )


def _other_set(again: Figure, reading: Reading) -> bool:
    counts = reading.event_count is not None and reading.event_count != again.event_count
    return counts or (reading.counted_hash is not None and reading.counted_hash != again.counted_hash)


def _number(value: Decimal | None) -> str:
    return "no number" if value is None else f"{value:f}"


def _named(what: str, places: Sequence[str]) -> str:
    return f"{what}: {', '.join(sorted(places)[:NAMED]) or 'none'}" + (
        f" and {len(places) - NAMED} more" if len(places) > NAMED else ""
    )
