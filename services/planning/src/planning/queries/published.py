"""Published plans as everybody may read them: each version that was ever published, and what has happened to them."""

import re
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.values import Provenance
from planning.domain.edition import State
from planning.queries.document.table import TABLES
from planning.queries.document.words import STATES

FORMS: Final = ("document", "page", "pdf", *TABLES, "tables.json")
LONGEST: Final = 100
_NOT_XML: Final = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold (XML 1.0, 2.2), whatever a title of old has."""
STEPS: Final = {
    "published": "offentliggjort",
    "corrected": "rettet af en nyere version",
    "entered_into_force": "trådt i kraft",
    "closed": "afsluttet",
    "entered_from_source": "indlæst fra sin kilde",
}


class PublishedPlan(BaseModel):
    """A version of a plan that was published, and its document's forms."""

    edition_id: UUID
    plan_id: UUID
    year: int
    title_da: str
    title_en: str | None
    provenance: Provenance
    version: int
    state: State = Field(description="`corrected`: a later version has taken its place")
    published_on: str | None = Field(description="A day, or only the month where no more is stated")
    digest: str = Field(description="SHA-256 of the document")
    changed_at: datetime = Field(description="When something last happened to it")
    links: tuple[str, ...] = Field(
        description="The document as open data, as a page, as a PDF, and as tables with what they hold"
    )


class PublishedPlans(BaseModel):
    """All versions of all plans that were ever published, the one that changed last first."""

    items: tuple[PublishedPlan, ...]


async def published_plans(tx: Tx, *, provenance: Provenance) -> PublishedPlans:
    """What anybody may read."""
    rows = await tx.fetch(
        """
        select editions.id as edition_id, plan_id, year, said ->> 'title_da' as title_da,
            said ->> 'title_en' as title_en, provenance, version, state, published_on, snapshot_hash as digest, (
                select max(at) from edition_deeds where edition_id = editions.id
                    and step = any ($2::text[])
            ) as changed_at
        from editions join action_plans on action_plans.id = plan_id
        join edition_snapshots on edition_id = editions.id
        cross join lateral (select convert_from(body, 'UTF8')::jsonb as said offset 0) as document -- parsed once
        where settled_at is not null and provenance = $1
        order by changed_at desc, year desc, version desc, editions.id
        """,
        provenance,
        list(STEPS),
    )
    return PublishedPlans(
        items=tuple(
            PublishedPlan(**row, links=tuple(f"/v1/editions/{row['edition_id']}/{form}" for form in FORMS))
            for row in rows
        )
    )


async def feed(tx: Tx, *, provenance: Provenance, at: datetime) -> bytes:
    """What has happened last to published plans, and to the initiatives of plans after their publication.

    Shape: an Atom feed (RFC 4287), newest first. What people wrote as reasons stays in planning, and so does a new
    title until an edition has it: an initiative is called as in the edition that was the newest, or the first that
    names it. What no edition names yet, a part of a split one, is called as it is.
    """
    rows = await tx.fetch(
        """
        with titled as materialized (
            select editions.id as edition_id, plan_id, settled_at, title.*
            from editions join action_plans on action_plans.id = plan_id
            join edition_snapshots on edition_id = editions.id
            cross join lateral (select convert_from(body, 'UTF8')::jsonb as said offset 0) as document -- parsed once
            cross join lateral (
                select null::int as number, said ->> 'title_da' as title_da
                union all
                select (initiative ->> 'number')::int, initiative ->> 'title_da'
                from jsonb_path_query(said, '$.focus_areas[*].initiatives[*]') as initiative
            ) as title
            where settled_at is not null and provenance = $1
        )
        select * from (
            select editions.id, editions.id as edition_id, number, year, version, titled.title_da, step as what, deed.at
            from edition_deeds as deed join editions on editions.id = edition_id
            join action_plans on action_plans.id = plan_id
            join titled on titled.edition_id = editions.id and number is null
            where step = any ($2::text[])
            union all
            select initiatives.id, told.id, initiatives.number, year, null, coalesce((
                select title_da from titled
                where titled.plan_id = initiatives.plan_id and titled.number = initiatives.number
                order by settled_at >= change.at, greatest(settled_at - change.at, change.at - settled_at) limit 1
            ), initiatives.title_da), change.state, change.at
            from initiative_states as change join initiatives on initiatives.id = initiative_id
            join action_plans on action_plans.id = plan_id
            join lateral (
                select id from editions where plan_id = action_plans.id and settled_at < change.at
                order by version desc limit 1
            ) as told on true
            where provenance = $1 and exists (
                select from published_initiatives where initiative_id = initiatives.id
            )
        ) as happened
        order by at desc, id, what limit $3
        """,
        provenance,
        list(STEPS),
        LONGEST,
    )
    root = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "da"})
    _put(root, "id", f"urn:maerk:published-plans:{provenance}")
    _put(root, "title", "Handlingsplaner: hvad der er sket")
    _put(root, "updated", (rows[0]["at"] if rows else at).isoformat())
    SubElement(SubElement(root, "author"), "name").text = "MÆRK"
    for row in rows:
        entry = SubElement(root, "entry")
        moment = row["at"].isoformat()
        _put(entry, "id", f"urn:uuid:{uuid5(row['id'], row['what'] + moment)}")
        _put(entry, "title", _title(row))
        _put(entry, "updated", moment)
        SubElement(entry, "link", {"href": f"/v1/editions/{row['edition_id']}/page"})
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="utf-8")


def _title(row: Any) -> str:
    if row["number"] is None:
        return f"{row['title_da']} {row['year']}, version {row['version']}: {STEPS[row['what']]}"
    return f"Indsats {row['number']} i {row['year']}, {row['title_da']}: {STATES[row['what']]}"


def _put(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _NOT_XML.sub("\ufffd", text)
