"""What is asked about, held against what is offered and what can be read, topic by topic."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, get_args
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from chassis.disclosure import MINIMUM, one_way
from contracts.advisory import EnquiryRegistered, NeedIdentified
from contracts.knowledge import PublicationPublished, PublicationRevised, PublicationWithdrawn
from contracts.taxonomy import TopicCode
from contracts.training import (
    EventCancelled,
    EventHeld,
    EventPublished,
    SensitiveEventCancelled,
    VerifiedEventPublished,
)
from contracts.values import Provenance
from planning.domain.period import DENMARK
from planning.domain.theme import AtLeast, at_least, ended_months

TOPICS: tuple[TopicCode, ...] = get_args(TopicCode)
NOTE_DA = "Flere henvendelser er hverken bedre eller værre i sig selv: et bedre kendt tilbud giver også flere."
NOTE_EN = "More enquiries are neither better nor worse in themselves: an offer that is better known brings more too."


class AtLeastView(BaseModel):
    """A count of which small months are left out, so that it is a lower bound unless `whole`."""

    at_least: int | None = Field(description="None where no month may be shown")
    whole: bool = Field(description="No month is left out")
    months_shown: int
    months: int = Field(description="The ended months of the year")


class OfferView(BaseModel):
    """An event (arrangement) that was announced or held, and not called off."""

    id: UUID
    kind: str
    month: str
    held: bool
    children_youth: str
    setting: str | None
    participants: int | None = Field(description="None before it is held, and where fewer than five took part")


class MaterialView(BaseModel):
    """A publication that is in force."""

    id: UUID
    kind: str
    year: int
    isbn: str | None
    published_url: str | None
    children_youth: str


class ThemeView(BaseModel):
    """A topic: what is asked and missed, and what there is."""

    topic: TopicCode
    enquiries: AtLeastView
    enquiries_before: AtLeastView = Field(description="The same months of the year before")
    training_needs: AtLeastView
    material_needs: AtLeastView
    offers: tuple[OfferView, ...] = Field(description="Of the year, and announced for later")
    materials: tuple[MaterialView, ...] = Field(description="In force now, whatever their year")


class Themes(BaseModel):
    """Every topic, with what its counts are."""

    provenance: Provenance
    year: int
    as_of: datetime
    minimum: int = Field(default=MINIMUM, description="No smaller number is shown or can be computed")
    definition_da: str = (
        "Emner i modtagne henvendelser og udpegede behov i årets afsluttede måneder; én henvendelse kan have flere"
    )
    definition_en: str = (
        "Topics of enquiries and of needs that were named in the year's ended months; one enquiry can have several"
    )
    note_da: str = NOTE_DA
    note_en: str = NOTE_EN
    themes: tuple[ThemeView, ...]


async def themes(tx: Tx, *, provenance: Provenance, year: int, at: datetime) -> Themes:
    """All topics, in the order of the taxonomy."""
    today = at.astimezone(DENMARK).date()
    months = ended_months(year, today)
    before = [f"{year - 1:04}{each[4:]}" for each in months]
    counted = partial(counted_by, tx, provenance=provenance, since=year - 1, until=year)
    asked = await counted("topics", type=EnquiryRegistered.type, match={})
    training = await counted("topic", type=NeedIdentified.type, match={"need": "training"})
    material = await counted("topic", type=NeedIdentified.type, match={"need": "material"})
    counts = {
        "enquiries": at_least(asked, TOPICS, months),
        "enquiries_before": at_least(asked, TOPICS, before),
        "training_needs": at_least(training, TOPICS, months),
        "material_needs": at_least(material, TOPICS, months),
    }
    offered = await offers(tx, provenance=provenance, year=year)
    readable = await materials(tx, provenance=provenance)
    return Themes(
        provenance=provenance,
        year=year,
        as_of=at,
        themes=tuple(
            ThemeView(
                topic=topic,
                **{name: lower_bound(found[topic]) for name, found in counts.items()},
                offers=tuple(each for topics, each in offered if topic in topics),
                materials=tuple(each for topics, each in readable if topic in topics),
            )
            for topic in TOPICS
        ),
    )


async def offers(tx: Tx, *, provenance: Provenance, year: int) -> list[tuple[tuple[str, ...], OfferView]]:
    """What was held in the year, or is announced for it or later, with its topics, in the order of the months."""
    return [each for each in await every_offer(tx, provenance=provenance) if _falls_in(each[1], year)]


async def every_offer(tx: Tx, *, provenance: Provenance) -> list[tuple[tuple[str, ...], OfferView]]:
    """What was ever held, or is announced and not called off, with its topics, in the order of the months."""
    rows = await tx.fetch(
        """
        select distinct on (subject) subject as id, type = $3 as held, data,
            coalesce(data ->> 'month', left(data ->> 'starts_on', 7)) as month
        from facts
        where type = any ($1::text[]) and provenance = $2
        order by subject, revision desc, event_id
        """,
        [each.type for each in (EventPublished, VerifiedEventPublished, EventHeld, EventCancelled,
                                SensitiveEventCancelled)],
        provenance,
        EventHeld.type,
    )  # fmt: skip
    standing = [each for each in rows if each["month"] is not None]
    return [
        (tuple(each["data"]["topics"]), _offer(each))
        for each in sorted(standing, key=lambda each: (each["month"], each["id"]))
    ]


async def materials(tx: Tx, *, provenance: Provenance) -> list[tuple[tuple[str, ...], MaterialView]]:
    """What can be read now, with its topics, newest first."""
    rows = await tx.fetch(
        """
        select id, data from (
            select distinct on (subject) subject as id, type, data from facts
            where type = any ($1::text[]) and provenance = $2 order by subject, revision desc, event_id
        ) as newest
        where type <> $3 order by (data ->> 'year')::int desc, id
        """,
        [each.type for each in (PublicationPublished, PublicationRevised, PublicationWithdrawn)],
        provenance,
        PublicationWithdrawn.type,
    )
    fields = ("kind", "year", "isbn", "published_url", "children_youth")
    return [
        (tuple(row["data"]["topics"]), MaterialView(id=row["id"], **{each: row["data"].get(each) for each in fields}))
        for row in rows
    ]


async def counted_by(
    tx: Tx, field: str, *, type: str, match: Mapping[str, Any], provenance: Provenance, since: int, until: int
) -> dict[tuple[str, str], int]:
    """How many events of these years there were of each month and member of the field, unsuppressed: for `at_least`."""
    rows = await tx.fetch(
        """
        select to_char(occurred_at at time zone 'UTC', 'YYYY-MM') as month, key, count(*) as count
        from facts, jsonb_array_elements_text(
            case jsonb_typeof(data -> $4::text) when 'array' then data -> $4::text
            else jsonb_build_array(data -> $4::text) end
        ) as key
        where type = $1 and provenance = $2 and data @> $3::jsonb and data ? $4::text
            and occurred_at >= make_timestamptz($5, 1, 1, 0, 0, 0, 'UTC')
            and occurred_at < make_timestamptz($6, 1, 1, 0, 0, 0, 'UTC')
        group by 1, 2
        """,
        type,
        provenance,
        dict(match),
        field,
        since,
        until + 1,
    )
    return {(row["month"], row["key"]): row["count"] for row in rows}


def lower_bound(found: AtLeast) -> AtLeastView:
    """The count as it is shown."""
    return AtLeastView(at_least=found.count, whole=found.whole, months_shown=found.months_shown, months=found.months)


def _falls_in(offer: OfferView, year: int) -> bool:
    falls = int(offer.month[:4])
    return falls == year or (falls > year and not offer.held)


def _offer(row: Any) -> OfferView:
    data: Mapping[str, Any] = row["data"]
    return OfferView(
        id=row["id"],
        kind=data["kind"],
        month=row["month"],
        held=row["held"],
        children_youth=data["children_youth"],
        setting=data.get("setting"),
        participants=one_way({0: data["participant_count"]}).cells[0] if row["held"] else None,
    )
