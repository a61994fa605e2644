"""The two kinds of organisation that cooperate, by their codes: `municipality:0851` and `police:fyn`."""

from collections.abc import Set as AbstractSet
from datetime import date
from typing import cast

from contracts.geography import PoliceDistrictSlug, police_district_of, provenance_of
from contracts.problems import Forbidden
from contracts.values import Provenance


class OutsideYourOrganisation(Forbidden):
    """A key person acts for their municipality and a police contact for their district."""

    title_da = "Uden for din organisation"


def municipality_of(organisation: str) -> str | None:
    """The code of the municipality that it is; None for a police district."""
    kind, _, code = organisation.partition(":")
    return code if kind == "municipality" else None


def district_of(organisation: str, on: date) -> PoliceDistrictSlug:
    """The police district that it is, or to which it belongs on that day."""
    kind, _, code = organisation.partition(":")
    return police_district_of(code, on) if kind == "municipality" else cast("PoliceDistrictSlug", code)


def provenance_of_organisation(organisation: str) -> Provenance:
    """`synthetic` for those that demonstrations play with and `actual` for the real ones; the two never mix."""
    kind, _, code = organisation.partition(":")
    if kind == "municipality":
        return provenance_of(code)
    return "synthetic" if code == "synthetic" else "actual"


def check_acts_for(organisations: AbstractSet[str], *, adviser: bool, own: AbstractSet[str]) -> None:
    """An adviser acts for every organisation, all others for one of theirs.

    Raises: OutsideYourOrganisation.
    """
    if not adviser and organisations.isdisjoint(own):
        raise OutsideYourOrganisation("You may do this for your own organisation only.")
