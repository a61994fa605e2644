"""Whom to call now. The one path that needs this service's database and nothing else."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from advisory.domain import calling as domain
from advisory.domain.checklist import NO_INTAKE_DA, NO_INTAKE_EN, RESPONSIBILITY_DA, RESPONSIBILITY_EN
from advisory.domain.consultant_unit import covering
from advisory.domain.days import danish_day
from advisory.domain.directory import Audience, terms_on
from advisory.domain.hours import ALWAYS, DayKind, Opening, Openness, kind_of
from advisory.store import consultant_unit as units
from advisory.store import directory as store
from chassis.database import Tx
from contracts.geography import PoliceDistrictSlug, RegionSlug, police_district_of, provenance_of, region_of

Age = domain.Age
NO_NUMBER = ("Intet nummer er kendt: se siden.", "No number is known: see the page.")
WARNINGS: dict[domain.Certainty, tuple[str, str]] = {
    "unverified": ("Aldrig bekræftet: nummeret kan være forkert.", "Never confirmed: the number may be wrong."),
    "lapsed": (
        "Ikke bekræftet for nylig: nummeret kan være forkert.",
        "Not confirmed lately: the number may be wrong.",
    ),
}


class ContactView(BaseModel):
    """A function to call."""

    actor: str
    title_da: str
    title_en: str | None
    purpose_da: str | None
    phone: str | None
    page_url: str | None
    openness: Openness = Field(description="`unknown` where nobody has stated the hours")
    opens_at: datetime | None = Field(description="When it opens next, where it is closed")
    hours: tuple[Opening, ...] | None
    certainty: domain.Certainty = Field(
        description="`fixed` for 112 and 114; `unverified` and `lapsed` are not certain: a number may be wrong"
    )
    certain: bool
    warning_da: str | None = Field(description="To be shown beside the number, where it is not certain or not known")
    warning_en: str | None
    verified_on: date | None
    min_age: int | None
    max_age: int | None
    anonymous: bool | None = Field(description="Whether one may call without saying who one is; null if not stated")
    languages: tuple[str, ...]
    stands_in_for: str | None = Field(description="The unit that is away")


class WhoToCall(BaseModel):
    """Whom to call, in this order."""

    municipality_code: str
    region: RegionSlug
    police_district: PoliceDistrictSlug
    at: datetime
    day: DayKind = Field(description="In Denmark; `holiday` also on days when offices are closed as on one")
    acute: bool
    age: Age
    consultants: Literal["stated", "not_stated"] = Field(description="Whether it is known which unit covers the region")
    contacts: tuple[ContactView, ...]
    no_intake_da: str | None = Field(
        description="What to do about the municipality's acute intake, where it is acute and no number of it is here"
    )
    no_intake_en: str | None
    for_professionals_count: int = Field(description="Contacts that are left out here and shown after signing in")
    responsibility_da: str = RESPONSIBILITY_DA
    responsibility_en: str = RESPONSIBILITY_EN


async def who_to_call(
    tx: Tx, municipality_code: str, *, at: datetime, age: Age, acute: bool, audience: Audience
) -> WhoToCall:
    """Whom to call about somebody of that age at that moment, from a municipality that there is."""
    day = danish_day(at)
    provenance = provenance_of(municipality_code)
    region, district = region_of(municipality_code, day), police_district_of(municipality_code, day)
    terms = terms_on(await store.terms(tx), day)
    known = await units.units(tx, provenance)
    called = domain.desks(known, region, day)
    found = await tx.fetch(
        """
        select * from directory_entries
        where provenance = $1 and valid_from <= $2 and (valid_until is null or valid_until > $2)
            and (scope = 'nation' or (scope, area) in (('municipality', $3), ('region', $4), ('police_district', $5))
                or (scope = 'unit' and area = any ($6)))
        order by number
        """,
        provenance,
        day,
        municipality_code,
        region,
        district,
        [str(each.unit.id) for each in called],
    )
    entries = [store.entry(each) for each in found]
    shown = [each for each in entries if audience == "professionals" or each.audience == "everybody"]
    contacts = domain.contacts(shown, called, terms, at=at, age=age, acute=acute)
    lacks_intake = acute and not any(each.actor == "municipality_intake" and each.phone for each in contacts)
    return WhoToCall(
        municipality_code=municipality_code,
        region=region,
        police_district=district,
        at=at,
        day=kind_of(day, terms.also_closed),
        acute=acute,
        age=age,
        consultants="stated" if covering(known, region, day) else "not_stated",
        contacts=tuple(_view(each) for each in contacts),
        no_intake_da=NO_INTAKE_DA if lacks_intake else None,
        no_intake_en=NO_INTAKE_EN if lacks_intake else None,
        for_professionals_count=len(entries) - len(shown),
    )


def _view(contact: domain.Contact) -> ContactView:
    entry, certain = contact.entry, contact.certainty in ("fixed", "verified")
    warning_da, warning_en = (None, None) if certain else WARNINGS[contact.certainty]
    if contact.phone is None:
        warning_da, warning_en = NO_NUMBER
    return ContactView(
        **{name: value for name, value in vars(contact).items() if name != "entry"},
        certain=certain,
        warning_da=warning_da,
        warning_en=warning_en,
        purpose_da=entry.purpose_da if entry else None,
        page_url=entry.page_url if entry else None,
        hours=entry.hours if entry else ALWAYS,
        min_age=entry.min_age if entry else None,
        max_age=entry.max_age if entry else None,
        anonymous=entry.anonymous if entry else None,
        languages=entry.languages if entry else (),
    )
