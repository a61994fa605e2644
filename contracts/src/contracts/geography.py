"""Denmark's 98 municipalities, and the region and police district each belongs to on a given day.

Source: see `data/README.md`.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final, Literal, cast, get_args

Provenance = Literal["actual", "synthetic"]
RegionSlug = Literal["nordjylland", "midtjylland", "syddanmark", "sjaelland", "hovedstaden", "oestdanmark", "synthetic"]
PoliceDistrictSlug = Literal[
    "nordjylland",
    "oestjylland",
    "midt_og_vestjylland",
    "sydoestjylland",
    "syd_og_soenderjylland",
    "fyn",
    "sydsjaelland_og_lolland_falster",
    "midt_og_vestsjaelland",
    "nordsjaelland",
    "koebenhavns_vestegn",
    "koebenhavn",
    "bornholm",
    "synthetic",
]
LargePoliceDistrictSlug = Literal[
    "nordjylland",
    "oestjylland",
    "midt_og_vestjylland",
    "sydoestjylland",
    "syd_og_soenderjylland",
    "fyn",
    "sydsjaelland_og_lolland_falster",
    "midt_og_vestsjaelland",
    "nordsjaelland",
    "koebenhavns_vestegn",
    "koebenhavn",
    "synthetic",
]
FurtherEvidence = Literal["all_named", "some_named", "counted", "not_stated"]
"""Whether another source names all of a district's municipalities, some, says how many there are, or none was found."""

REGION_NAMES: Final[dict[RegionSlug, str]] = {
    "nordjylland": "Region Nordjylland",
    "midtjylland": "Region Midtjylland",
    "syddanmark": "Region Syddanmark",
    "sjaelland": "Region Sjælland",
    "hovedstaden": "Region Hovedstaden",
    "oestdanmark": "Region Østdanmark",
    "synthetic": "Syntetisk Region",
}
FEWEST_MUNICIPALITIES: Final = 3


@dataclass(frozen=True, slots=True)
class Municipality:
    """One of the 98, or a synthetic one that exists for demonstrations and is never counted among them."""

    code: str
    name: str
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class PoliceDistrict:
    """One of the twelve, with the source that says which municipalities it has, and what else confirms them."""

    slug: PoliceDistrictSlug
    number: int
    name: str
    source_url: str
    dated: date
    read_on: date
    further_evidence: FurtherEvidence
    further_urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Membership:
    area: str
    valid_from: date
    valid_until: date


def _rows(name: str) -> Iterator[dict[str, str]]:
    with files("contracts").joinpath("data", name).open("r", encoding="utf-8") as file:
        yield from csv.DictReader(file)


_ACTUAL: Final = tuple(Municipality(row["code"], row["name"]) for row in _rows("municipalities.csv"))
_SYNTHETIC: Final = tuple(Municipality(f"990{n}", f"Syntetisk Kommune {n}", synthetic=True) for n in range(1, 5))
_BY_CODE: Final = {each.code: each for each in (*_ACTUAL, *_SYNTHETIC)}
_DISTRICTS: Final = tuple(
    PoliceDistrict(
        slug=cast("PoliceDistrictSlug", row["area"]),
        number=int(row["number"]),
        name=row["name"],
        source_url=row["source_url"],
        dated=date.fromisoformat(row["dated"]),
        read_on=date.fromisoformat(row["read_on"]),
        further_evidence=cast("FurtherEvidence", row["further_evidence"]),
        further_urls=tuple(row["further_urls"].split()),
    )
    for row in _rows("police_districts.csv")
)
POLICE_DISTRICT_NAMES: Final[dict[PoliceDistrictSlug, str]] = {
    **{each.slug: each.name for each in _DISTRICTS},
    "synthetic": "Syntetisk Politikreds",
}


@cache
def _memberships(kind: str) -> dict[str, list[_Membership]]:
    found: dict[str, list[_Membership]] = {
        each.code: [_Membership("synthetic", date.min, date.max)] for each in _SYNTHETIC
    }
    for row in _rows("memberships.csv"):
        if row["kind"] == kind:
            start = date.fromisoformat(row["valid_from"]) if row["valid_from"] else date.min
            end = date.fromisoformat(row["valid_until"]) if row["valid_until"] else date.max
            found.setdefault(row["code"], []).append(_Membership(row["area"], start, end))
    return found


def _area(kind: str, code: str, on: date) -> str:
    return next(m.area for m in _memberships(kind)[code] if m.valid_from <= on < m.valid_until)


def is_known(code: str) -> bool:
    """Whether the code is one of the 98 or one of the synthetic ones."""
    return code in _BY_CODE


def municipality(code: str) -> Municipality:
    """The municipality with this code.

    Raises: KeyError when no municipality, real or synthetic, has it.
    """
    return _BY_CODE[code]


def municipalities(on: date) -> tuple[Municipality, ...]:
    """Denmark's municipalities on that day, synthetic ones left out.

    Shape: 98, ascending by code.
    """
    regions = _memberships("region")
    return tuple(each for each in _ACTUAL if any(m.valid_from <= on < m.valid_until for m in regions[each.code]))


def synthetic_municipalities() -> tuple[Municipality, ...]:
    """The municipalities that demonstrations may play with, ascending by code."""
    return _SYNTHETIC


def provenance_of(code: str) -> Provenance:
    """`synthetic` for a synthetic municipality and `actual` for one of the 98: records of the two never mix.

    Raises: KeyError when no municipality has the code.
    """
    return "synthetic" if _BY_CODE[code].synthetic else "actual"


def region_of(code: str, on: date) -> RegionSlug:
    """The region that the municipality belongs to on that day.

    Raises: KeyError when no municipality has the code.
    """
    return cast("RegionSlug", _area("region", code, on))


def police_district_of(code: str, on: date) -> PoliceDistrictSlug:
    """The police district that the municipality belongs to on that day.

    Raises: KeyError when no municipality has the code.
    """
    return cast("PoliceDistrictSlug", _area("police_district", code, on))


def police_districts() -> tuple[PoliceDistrict, ...]:
    """Denmark's police districts, the synthetic one left out.

    Shape: twelve, ascending by number.
    """
    return _DISTRICTS


def municipalities_of(district: PoliceDistrictSlug, on: date) -> tuple[Municipality, ...]:
    """The real municipalities of a police district on that day, ascending by code."""
    return tuple(each for each in municipalities(on) if police_district_of(each.code, on) == district)


@cache
def small_police_districts(on: date) -> frozenset[PoliceDistrictSlug]:
    """Districts with so few municipalities that naming the district nearly names the municipality."""
    actual: tuple[PoliceDistrictSlug, ...] = get_args(PoliceDistrictSlug)
    return frozenset(
        each for each in actual if each != "synthetic" and len(municipalities_of(each, on)) < FEWEST_MUNICIPALITIES
    )
