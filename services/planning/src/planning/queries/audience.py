"""What is done for children and youth, for schools and for youth educations: each a view of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, get_args
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.advisory import EnquiryRegistered, ProcessAgreed
from contracts.taxonomy import RequesterCode
from contracts.training import EventHeld
from contracts.values import Provenance
from planning.domain.period import DENMARK
from planning.domain.suggestion import Audience
from planning.domain.theme import at_least, ended_months
from planning.queries.reach import all_municipalities
from planning.queries.theme import AtLeastView, MaterialView, OfferView, counted_by, lower_bound, materials, offers

MINORS = ("yes", "no", "unknown")
REQUESTERS: tuple[RequesterCode, ...] = get_args(RequesterCode)


@dataclass(frozen=True)
class _Who:
    """Whom a view is about, and what of an enquiry and of an activity says that it is about them."""

    definition_da: str
    definition_en: str
    asked: tuple[str, str]
    activity: tuple[Mapping[str, str], ...]

    def is_for(self, offer: OfferView | MaterialView) -> bool:
        said = offer.model_dump()
        return any(all(said.get(name) == value for name, value in each.items()) for each in self.activity)


WHO: Final[Mapping[Audience, _Who]] = {
    "children_youth": _Who(
        "Henvendelser om mindreårige, og indsatser der helt eller delvis er for børn og unge",
        "Enquiries about minors, and activities that are for children and youth as a whole or in part",
        ("concerns_minor", "yes"),
        ({"children_youth": "primary"}, {"children_youth": "partly"}),
    ),
    "school": _Who(
        "Henvendelser fra skoler, og indsatser i skoler",
        "Enquiries from schools, and activities in schools",
        ("requester", "municipality_school"),
        ({"setting": "school"}, {"institution_type": "school"}),
    ),
    "youth_education": _Who(
        "Henvendelser fra ungdomsuddannelser, og indsatser på ungdomsuddannelser",
        "Enquiries from youth educations, and activities at youth educations",
        ("requester", "youth_education"),
        ({"setting": "youth_education"}, {"institution_type": "youth_education"}),
    ),
}


class EffortView(BaseModel):
    """An initiative or a priority that says that it is for them."""

    id: UUID
    title_da: str
    title_en: str | None
    children_youth: str
    link: str


class AudienceView(BaseModel):
    """What is asked by them or about them, what is done for them, and where nothing has been."""

    audience: Audience
    definition_da: str
    definition_en: str
    provenance: Provenance
    year: int
    as_of: datetime
    enquiries: AtLeastView
    offers: tuple[OfferView, ...]
    materials: tuple[MaterialView, ...] = Field(
        description="Publications say whether they are for children and youth, not for which setting"
    )
    reached: tuple[str, ...] = Field(
        description="Municipalities with a course of help or an event for them in the year"
    )
    unreached: tuple[str, ...] = Field(description="All others, ascending by code")
    initiatives: tuple[EffortView, ...] = Field(description="Of the year's plans; only for children and youth")
    priorities: tuple[EffortView, ...] = Field(description="For the year after; only for children and youth")


async def audience(tx: Tx, who: Audience, *, provenance: Provenance, year: int, at: datetime) -> AudienceView:
    """The view of one audience."""
    them = WHO[who]
    today = at.astimezone(DENMARK).date()
    field, code = them.asked
    kinds = MINORS if field == "concerns_minor" else REQUESTERS
    counted = await counted_by(
        tx, field, type=EnquiryRegistered.type, match={}, provenance=provenance, since=year, until=year
    )
    reached = await _reached(tx, them, provenance=provenance, year=year)
    known = {each.code for each in all_municipalities(provenance, today)}
    return AudienceView(
        audience=who,
        definition_da=them.definition_da,
        definition_en=them.definition_en,
        provenance=provenance,
        year=year,
        as_of=at,
        enquiries=lower_bound(at_least(counted, kinds, ended_months(year, today))[code]),
        offers=tuple(each for _, each in await offers(tx, provenance=provenance, year=year) if them.is_for(each)),
        materials=tuple(each for _, each in await materials(tx, provenance=provenance) if them.is_for(each)),
        reached=tuple(sorted(known & reached)),
        unreached=tuple(sorted(known - reached)),
        initiatives=await _initiatives(tx, provenance, year) if who == "children_youth" else (),
        priorities=await _priorities(tx, provenance, year + 1) if who == "children_youth" else (),
    )


async def _reached(tx: Tx, them: _Who, *, provenance: Provenance, year: int) -> set[str]:
    rows = await tx.fetch(
        """
        select distinct code from facts, jsonb_array_elements_text(
            case when data ? 'municipality_code' then jsonb_build_array(data -> 'municipality_code')
            else data -> 'municipality_codes' end
        ) as code
        where type = any ($1::text[]) and provenance = $2 and data @> any ($3::jsonb[])
            and left(coalesce(data ->> 'month', to_char(occurred_at at time zone 'Europe/Copenhagen', 'YYYY')), 4) = $4
        """,
        [ProcessAgreed.type, EventHeld.type],
        provenance,
        [dict(each) for each in them.activity],
        f"{year}",
    )
    return {row["code"] for row in rows}


async def _initiatives(tx: Tx, provenance: Provenance, year: int) -> tuple[EffortView, ...]:
    rows = await tx.fetch(
        "select initiative.id, initiative.title_da, initiative.title_en, initiative.children_youth"
        " from initiatives as initiative join action_plans on action_plans.id = plan_id"
        " where provenance = $1 and year = $2 and initiative.children_youth in ('primary', 'partly')"
        " order by initiative.number, initiative.id",
        provenance,
        year,
    )
    return tuple(_effort("initiatives", row) for row in rows)


async def _priorities(tx: Tx, provenance: Provenance, year: int) -> tuple[EffortView, ...]:
    rows = await tx.fetch(
        "select id, title_da, title_en, children_youth from priorities"
        " where provenance = $1 and year = $2 and children_youth in ('primary', 'partly') order by set_at, id",
        provenance,
        year,
    )
    return tuple(_effort("priorities", row) for row in rows)


def _effort(kind: str, row: Any) -> EffortView:
    return EffortView(**row, link=f"/v1/{kind}/{row['id']}")
