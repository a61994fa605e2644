"""What may be asked of the register's past: who had a valid plan on a day, as known now or as known then."""

from calendar import monthrange
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from advisory.domain import plan_history as domain
from advisory.domain import preparedness_plan
from advisory.domain.days import danish_day, months_later
from advisory.queries.preparedness_plan import Now
from advisory.store import preparedness_plan as store
from chassis.database import Tx
from contracts.geography import (
    Municipality,
    PoliceDistrictSlug,
    RegionSlug,
    municipalities,
    police_district_of,
    region_of,
    synthetic_municipalities,
)
from contracts.problems import Invalid
from contracts.values import PartialDate, Provenance

MOST_MONTHS = 120
DEFINITION_EN = (
    "Municipalities with a preparedness plan that was adopted and published and at most four years old on that day. "
    "Certain where the day of publication is stated or the register had been told; possible from the adoption on where "
    "the source does not state when the plan was published."
)
DEFINITION_DA = (
    "Kommuner med en beredskabsplan, der den dag var vedtaget og offentliggjort og højst fire år gammel. Sikkert, hvor "
    "dagen for offentliggørelsen er oplyst, eller registret havde fået besked; muligt fra vedtagelsen, hvor kilden "
    "ikke oplyser, hvornår planen blev offentliggjort."
)


class PeriodTooLong(Invalid):
    """A trend has 120 months at most, and its last is not before its first."""

    title_da = "Perioden er for lang"


class PlaceFilter(BaseModel):
    """Which municipalities are looked at: where they lay on the day."""

    provenance: Provenance = "actual"
    region: RegionSlug | None = None
    police_district: PoliceDistrictSlug | None = None


class StandingRow(BaseModel):
    """How one municipality stood."""

    municipality_code: str
    municipality: str
    standing: domain.Standing


class StandingOnDay(BaseModel):
    """How the municipalities stood on a day, by what was known at a moment."""

    definition_da: str = DEFINITION_DA
    definition_en: str = DEFINITION_EN
    on: date
    known_at: datetime = Field(description="What was registered later is left out")
    valid: int
    possibly_valid: int = Field(description="Further ones whose day of publication no source states")
    out_of: int
    items: tuple[StandingRow, ...] = Field(description="By municipality code, all that are looked at")


class TrendPoint(BaseModel):
    """One day of the trend: a month's last, or the last one asked for."""

    on: date
    valid: int
    possibly_valid: int
    valid_as_known_then: int = Field(description="As the register would have answered at the end of that day")
    out_of: int


class Trend(BaseModel):
    """How many municipalities had a valid plan, month by month."""

    definition_da: str = DEFINITION_DA
    definition_en: str = DEFINITION_EN
    known_at: datetime
    items: tuple[TrendPoint, ...]


class KnownView(BaseModel):
    """What the register knew of a version from a moment on."""

    version: int
    revision: int
    known_at: datetime
    state: preparedness_plan.State
    adopted_on: PartialDate | None
    published_on: PartialDate | None
    registered_on: date | None


class PlanHistory(BaseModel):
    """Everything the register has known of a plan, in the order in which it was known."""

    items: tuple[KnownView, ...]


async def standing(tx: Tx, wanted: PlaceFilter, *, on: date, known_at: datetime | None, now: Now) -> StandingOnDay:
    """How each municipality stood that day."""
    at = known_at or now(wanted.provenance)
    places, known = _places(wanted, on), await _history(tx, wanted.provenance, newest_by=at)
    stand = domain.standings(known, on)
    rows = tuple(
        StandingRow(municipality_code=each.code, municipality=each.name, standing=stand.get(each.code, "not_valid"))
        for each in places
    )
    return StandingOnDay(
        on=on,
        known_at=at,
        valid=sum(each.standing == "valid" for each in rows),
        possibly_valid=sum(each.standing == "possibly_valid" for each in rows),
        out_of=len(rows),
        items=rows,
    )


async def trend(
    tx: Tx, wanted: PlaceFilter, *, first: date, last: date | None, known_at: datetime | None, now: Now
) -> Trend:
    """How it stood on the last day of each month from the first day to the last, and on the last.

    Raises: PeriodTooLong.
    """
    at = known_at or now(wanted.provenance)
    last = last or danish_day(now(wanted.provenance))
    if not 0 <= (last.year - first.year) * 12 + last.month - first.month < MOST_MONTHS:
        raise PeriodTooLong(f"A trend has {MOST_MONTHS} months at most, the last not before the first.")
    history = await _history(tx, wanted.provenance)
    (known_now,) = domain.known_by(history, [at])
    days, points = _month_ends(first, last), list[TrendPoint]()
    for on, known_then in zip(days, domain.known_by(history, [min(at, domain.end_of(on)) for on in days]), strict=True):
        codes = {each.code for each in _places(wanted, on)}
        now_, then = (
            [standing for code, standing in domain.standings(known, on).items() if code in codes]
            for known in (known_now, known_then)
        )
        points.append(
            TrendPoint(
                on=on,
                valid=now_.count("valid"),
                possibly_valid=now_.count("possibly_valid"),
                valid_as_known_then=then.count("valid"),
                out_of=len(codes),
            )
        )
    return Trend(known_at=at, items=tuple(points))


async def history(tx: Tx, id: UUID) -> PlanHistory:
    """What the register has known of one plan.

    Raises: PreparednessPlanMissing.
    """
    if not await tx.fetchval("select exists (select from preparedness_plans where id = $1)", id):
        raise store.PreparednessPlanMissing("There is no such preparedness plan.")
    rows = await tx.fetch(
        """
        select version, revision, known_at, state, adopted_on, published_on, registered_on
        from preparedness_plan_history where plan_id = $1 order by revision, version
        """,
        id,
    )
    return PlanHistory(items=tuple(KnownView.model_validate(dict(row)) for row in rows))


async def _history(tx: Tx, provenance: Provenance, *, newest_by: datetime | None = None) -> list[domain.Known]:
    """All that was known of the versions, or of each only the newest that was known by that moment."""
    rows = await tx.fetch(
        """
        select municipality_code, known_at, history.revision, version, state, adopted_on, published_on, registered_on
        from preparedness_plan_history as history join preparedness_plans on id = plan_id
        where provenance = $1 and ($2::timestamptz is null or known_at <= $2 and not exists (
            select from preparedness_plan_history as newer
            where newer.plan_id = history.plan_id and newer.version = history.version
                and newer.revision > history.revision and newer.known_at <= $2
        ))
        """,
        provenance,
        newest_by,
    )
    return [_known(dict(row)) for row in rows]


def _known(row: dict[str, Any]) -> domain.Known:
    code, at, revision = (row.pop(name) for name in ("municipality_code", "known_at", "revision"))
    return domain.Known(code, at, revision, store.version_of({**row, "covers": ()}))


def _places(wanted: PlaceFilter, on: date) -> list[Municipality]:
    places = municipalities(on) if wanted.provenance == "actual" else synthetic_municipalities()
    return [
        each
        for each in places
        if (wanted.region is None or region_of(each.code, on) == wanted.region)
        and (wanted.police_district is None or police_district_of(each.code, on) == wanted.police_district)
    ]


def _month_ends(first: date, last: date) -> list[date]:
    days: list[date] = []
    month = first.replace(day=1)
    while month <= last:
        days.append(min(last, month.replace(day=monthrange(month.year, month.month)[1])))
        month = months_later(month, 1)
    return days
