"""An answer for a committee is put together from what everybody here may see; small numbers nobody is shown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any
from uuid import UUID

from chassis.database import Tx
from contracts.advisory import EnquiryRegistered, NeedIdentified
from contracts.problems import Invalid
from contracts.taxonomy import TOPIC_NAMES_DA, TopicCode
from contracts.values import Provenance
from planning.domain import pack as domain
from planning.domain.contact import ContactCode
from planning.domain.pack import (
    Pack,
    PackAsked,
    PackCounts,
    PackFigure,
    PackInitiative,
    PackOffers,
    PackPriority,
    PackReading,
    PackSource,
    Question,
    SealedPack,
)
from planning.domain.period import DENMARK
from planning.domain.reading import Reading
from planning.domain.series import History, Series, series
from planning.domain.snapshot import SnapshotReach
from planning.domain.theme import AtLeast, at_least, ended_months
from planning.domain.wording import binding_da
from planning.queries.indicator import reading_view
from planning.queries.initiative import WholeInitiativeView, initiative
from planning.queries.priority import PriorityView, priorities
from planning.queries.reach import public_reach
from planning.queries.series import histories
from planning.queries.theme import TOPICS, counted_by, every_offer, materials

KNOWN_BY_NAME: Mapping[TopicCode, ContactCode] = {"preparedness_plan": "plan", "police_cooperation": "agreement"}


class CodeUnknown(Invalid):
    """No plan has a figure of that code."""

    title_da = "Tallets kode kendes ikke"


@dataclass(frozen=True)
class Found:
    """What an answer is made of."""

    plans: Mapping[UUID, Any]
    histories: Sequence[History]
    efforts: Mapping[UUID, WholeInitiativeView]
    asked: PackAsked | None
    priorities: Sequence[PriorityView]


async def pack(
    tx: Tx,
    topic: TopicCode | None,
    codes: tuple[str, ...],
    *,
    first: str,
    last: str,
    provenance: Provenance,
    today: datetime,
    operator: bool,
) -> SealedPack:
    """What is known: the same bytes while nothing happens and no month ends.

    Raises: NothingAsked, PeriodBackwards, CodeUnknown.
    """
    question = domain.question(topic, codes, first=first, last=last, provenance=provenance)
    found = await _found(tx, question, today)
    figures = tuple(_figure(each, found, question, operator=operator) for each in found.histories)
    heard = await tx.fetchval("select max(occurred_at) from facts where provenance = $1", provenance)
    as_of = max(chain([heard] if heard else [], _moments(found, figures)), default=None)
    said = Pack(
        topic=topic,
        topic_da=TOPIC_NAMES_DA[topic] if topic else None,
        first_month=question.first_month,
        last_month=question.last_month,
        provenance=provenance,
        as_of=as_of,
        figures=figures,
        asked=found.asked,
        offers=await _offers(tx, topic, question) if topic else None,
        reach=await _reach(tx, topic, question, as_of) if topic and as_of else None,
        initiatives=tuple(_initiative(each, found) for each in found.efforts.values()),
        priorities=tuple(PackPriority(year=each.year, title_da=each.title_da) for each in found.priorities),
        sources=await _sources(tx, topic, question) if topic else (),
        not_said_da=(),
    )
    return domain.sealed(said.model_copy(update={"not_said_da": tuple(domain.not_said(said))}))


async def _found(tx: Tx, question: Question, today: datetime) -> Found:
    chosen = _chosen(await histories(tx), question)
    rows = await tx.fetch("select id, year, title_da, provenance from action_plans")
    plans = {row["id"]: row for row in rows}
    ids = dict.fromkeys(
        each.indicator.initiative_id
        for each in chosen
        if each.indicator.initiative_id and plans[each.indicator.plan_id]["provenance"] == question.provenance
    )
    return Found(
        plans=plans,
        histories=chosen,
        efforts={id: await initiative(tx, id, now=lambda _: today) for id in ids},
        asked=await _asked(tx, question.topic, question, today) if question.topic else None,
        priorities=sorted(
            (
                each
                for each in (await priorities(tx)).items
                if each.topic == question.topic
                and each.provenance == question.provenance
                and each.year in question.years
            ),
            key=lambda each: (each.year, each.title_da),
        ),
    )


def _chosen(known: Sequence[History], question: Question) -> list[History]:
    for place, code in enumerate(question.codes):
        if all(each.indicator.code != code for each in known):
            raise CodeUnknown("No plan has a figure of this code.", pointer=f"query:indicator/{place}")
    topic = question.topic
    return [
        each
        for each in known
        if each.indicator.code in question.codes or (topic and domain.concerns(each.indicator.definition, topic))
    ]


def _moments(found: Found, figures: Sequence[PackFigure]) -> Iterator[datetime]:
    for figure in figures:
        for run in figure.series.runs:
            yield run.defined_at
            yield from (point.as_of for point in run.points)
    yield from (each.history[-1].at for each in found.efforts.values())
    yield from (each.set_at for each in found.priorities)


def _figure(history: History, found: Found, question: Question, *, operator: bool) -> PackFigure:
    indicator, definition = history.indicator, history.indicator.definition
    plan, effort = found.plans[indicator.plan_id], found.efforts.get(indicator.initiative_id or indicator.id)
    read = [
        each for each in history.readings if each.provenance == question.provenance and question.touches(each.period)
    ]
    reason = domain.hidden_because(history, found.histories, found.asked)
    over_time = series(replace(history, readings=tuple(read)), question.provenance, hidden=reason is not None)
    if reason is None and any(point.is_hidden for run in over_time.runs for point in run.points):
        reason = "few_cases"
    return PackFigure(
        plan_year=plan["year"],
        plan_title_da=plan["title_da"],
        plan_provenance=plan["provenance"],
        initiative_number=effort.number if effort else None,
        kind=indicator.kind,
        method=definition.method,
        definition_da=definition.text_da,
        counts_da=binding_da(definition),
        event_types=definition.event_types,
        out_of=definition.out_of if question.provenance == "actual" else None,
        newest=_newest(read, over_time, operator=operator),
        hidden_because=reason,
        series=over_time,
    )


def _newest(read: Sequence[Reading], over_time: Series, *, operator: bool) -> PackReading | None:
    """The last value of the last run, as anybody may see it."""
    if not over_time.runs:
        return None
    run = over_time.runs[-1]
    last = run.points[-1]
    [reading] = [
        each for each in read if (each.definition_version, each.period) == (run.definition_version, last.period)
    ]
    view = reading_view(reading, operator=False)
    shown = not last.is_hidden
    return PackReading(
        period=last.period,
        definition_version=run.definition_version,
        value=last.value,
        step_da=last.step_da,
        words_da=last.words_da,
        status=last.status,
        as_of=last.as_of,
        event_count=view.event_count if shown else None,
        counted_hash=view.counted_hash if shown else None,
        source_url=view.source_url,
        evidence=f"/v1/readings/{reading.id}/evidence",
        watermark=reading.watermark if operator else {},
    )


async def _asked(tx: Tx, topic: TopicCode, question: Question, today: datetime) -> PackAsked:
    months = [
        month
        for year in question.years
        for month in ended_months(year, today.astimezone(DENMARK).date())
        if question.has(month)
    ]
    counted = partial(
        counted_by, tx, provenance=question.provenance, since=question.years.start, until=question.years.stop - 1
    )
    asked = await counted("topics", type=EnquiryRegistered.type, match={})
    training = await counted("topic", type=NeedIdentified.type, match={"need": "training"})
    material = await counted("topic", type=NeedIdentified.type, match={"need": "material"})
    enquiries, trainings, materials_missed = [
        _counts(at_least(each, TOPICS, months)[topic]) for each in (asked, training, material)
    ]
    return PackAsked(
        months=tuple(months),
        enquiries=enquiries,
        training_needs=trainings,
        material_needs=materials_missed,
    )


def _counts(found: AtLeast) -> PackCounts:
    return PackCounts(at_least=found.count, months_shown=found.months_shown, months=found.months)


async def _offers(tx: Tx, topic: TopicCode, question: Question) -> PackOffers:
    on_topic = [each for topics, each in await every_offer(tx, provenance=question.provenance) if topic in topics]
    inside = [each.held for each in on_topic if question.has(each.month)]
    return PackOffers(held=sum(inside), announced=len(inside) - sum(inside))


async def _reach(tx: Tx, topic: TopicCode, question: Question, as_of: datetime) -> SnapshotReach | None:
    way = KNOWN_BY_NAME.get(topic)
    if way is None:
        return None
    on = as_of.astimezone(DENMARK).date()
    return await public_reach(tx, provenance=question.provenance, at=as_of, regions_on=on, ways=[way])


async def _sources(tx: Tx, topic: TopicCode, question: Question) -> tuple[PackSource, ...]:
    return tuple(
        PackSource(id=each.id, kind=each.kind, year=each.year, isbn=each.isbn, url=each.published_url)
        for topics, each in await materials(tx, provenance=question.provenance)
        if topic in topics
    )


def _initiative(each: WholeInitiativeView, found: Found) -> PackInitiative:
    plan = found.plans[each.plan_id]
    standing = [one.state for one in each.milestones if one.state != "dropped"]
    own = each.model_dump(include={"id", "number", "title_da", "responsible_ministry", "state"})
    return PackInitiative(
        **own,
        plan_year=plan["year"],
        plan_title_da=plan["title_da"],
        reason_code=each.history[-1].reason_code,
        milestones_met=standing.count("met"),
        milestones=len(standing),
    )
