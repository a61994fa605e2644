"""What an event class may be. A class that breaks a rule cannot be defined."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

import pytest
from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from contracts.advisory import PreparednessPlanPublished, PreparednessPlanVerified
from contracts.catalogue import EVENTS
from contracts.event import Event, reader
from contracts.topics import SERVICES
from contracts.values import (
    Classification,
    Code,
    Count,
    Figure,
    Internal,
    LargePoliceDistrict,
    Month,
    MunicipalityCode,
    Open,
    PartialDate,
    PoliceDistrict,
    Public,
    PublicUrl,
    Region,
    Restricted,
    Text,
)
from support.events import define, own_registry

pytestmark = pytest.mark.rule("a.12/events")


class Colour(StrEnum):
    RED = "red"


class Nested(BaseModel):
    code: MunicipalityCode


@pytest.fixture(autouse=True)
def _registry() -> Iterator[None]:
    with own_registry():
        yield


def happened(cls: type[Event], **data: Any) -> Event:
    return cls(subject=uuid4(), revision=1, **{"at": datetime(2026, 11, 23, 9, tzinfo=UTC), **data})


def test_every_published_class_belongs_to_one_of_the_five_services():
    ours = {type_: cls for type_, cls in EVENTS.items() if cls.__module__.startswith("contracts.")}
    assert {cls.service for cls in ours.values()} <= set(SERVICES)
    assert all(type_ == cls.type for type_, cls in ours.items())


def test_type_streams_and_schema_follow_from_the_class():
    cls = PreparednessPlanPublished
    assert cls.type == "dk.maerk.advisory.preparedness-plan-published.v1"
    assert cls.service == "advisory"
    assert cls.streams == ("internal", "public")
    assert cls.dataschema == "urn:maerk:schema:dk.maerk.advisory.preparedness-plan-published.v1"
    assert PreparednessPlanVerified.streams == ("internal",)
    assert define("PlanDroppedV2").type == "dk.maerk.advisory.plan-dropped.v2"


def test_a_class_is_as_closed_as_its_most_closed_field():
    assert define("A", n=Public[Count]).classification is Classification.PUBLIC
    assert define("B", n=Public[Count], m=Internal[Count]).classification is Classification.INTERNAL
    assert define("C", n=Restricted[Count], m=Internal[Count]).classification is Classification.RESTRICTED


def test_a_type_is_defined_once():
    define("ThingHappened")
    with pytest.raises(TypeError, match="is taken"):
        define("ThingHappened")


@pytest.mark.parametrize(
    "annotation",
    [
        UUID,
        bool,
        date,
        AwareDatetime,
        PartialDate,
        Figure,
        Count,
        MunicipalityCode,
        PublicUrl,
        Region,
        PoliceDistrict,
        Literal["a", "b"],
        Open[Literal["a", "b"]],
        Annotated[tuple[MunicipalityCode, ...], Field(max_length=98)],
        Annotated[list[UUID], Field(max_length=5)],
    ],
)
def test_ids_codes_counts_and_dates_may_be_sent(annotation: Any):
    assert define(thing=Public[annotation]).type in EVENTS
    assert define("OptionalThing", thing=Public[annotation | None], defaults={"thing": None}).type in EVENTS


@pytest.mark.parametrize(
    "annotation",
    [
        str,
        Text,
        bytes,
        Any,
        object,
        dict,
        dict[str, int],
        list,
        list[str],
        tuple[UUID, ...],
        Annotated[tuple[str, ...], Field(max_length=5)],
        float,
        int,
        Annotated[int, Field(ge=0)],
        Annotated[int, Field(ge=0, le=99_999_999)],
        Annotated[int, Field(le=10)],
        Decimal,
        Annotated[Decimal, Field(ge=0, le=1)],
        datetime,
        Colour,
        Nested,
        Literal["two words"],
        Literal["Capital"],
        Literal[1],
        Annotated[str, Field(max_length=10)],
        Annotated[str, Field(pattern="^[0-9]{4}$", max_length=4)],
        Annotated[str, Code(r"^.*$", 20)],
        Annotated[str, Code(r"^[a-z]+$", 20)],
        Annotated[str, Code(r"^[0-9]{10}$", 10)],
        Annotated[str, Code(r"^[0-9]{8}$", 8)],
        UUID | str,
        str | None,
    ],
)
def test_a_field_that_could_carry_free_text_or_identity_cannot_be_defined(annotation: Any):
    with pytest.raises(TypeError, match=r"ThingHappened\.thing "):
        define(thing=Public[annotation], defaults={"thing": None})


@pytest.mark.parametrize(
    "name",
    [
        "name",
        "contact_name",
        "email",
        "phone",
        "street_address",
        "cpr",
        "cpr_hash",
        "free_text",
        "note",
        "comment",
        "title",
        "description",
        "school",
        "workplace_id",
        "shelter_id",
        "religion",
        "nationality",
        "case_id",
        "journal_reference",
    ],
)
def test_a_field_whose_name_invites_identity_cannot_be_defined(name: str):
    with pytest.raises(TypeError, match="invites identity"):
        define(**{name: Public[UUID]})


def test_how_many_took_part_may_be_told():
    assert define(participant_count=Public[Count])


@pytest.mark.parametrize("name", ["age_band", "sex", "risk_level"])
def test_age_sex_and_risk_never_stand_beside_a_municipality(name: str):
    with pytest.raises(TypeError, match="single out a person"):
        define(municipality_code=Internal[MunicipalityCode], **{name: Internal[Literal["a", "b"]]})


def test_a_risk_is_told_only_by_case_derived_events():
    with pytest.raises(TypeError, match="risk"):
        define(risk_level=Restricted[Literal["low", "high"]])
    assert define(risk_level=Restricted[Literal["low", "high"]], case_derived="month")


def test_a_field_without_classification_cannot_be_defined():
    with pytest.raises(TypeError, match=r"ThingHappened\.thing has no classification"):
        define(thing=Count)
    with pytest.raises(TypeError, match=r"ThingHappened\.thing has no classification"):
        define(thing=Public[Internal[Count]])


def test_a_public_event_has_public_fields_only():
    with pytest.raises(TypeError, match=r"ThingHappened\.thing is not public"):
        define(thing=Internal[Count], public=True)


def test_an_optional_field_is_absent_by_default():
    with pytest.raises(TypeError, match="has no default"):
        define(thing=Public[Count | None])


def test_an_event_adds_nothing_to_another_event():
    with pytest.raises(TypeError, match="derives from Event itself"):
        type(Event)("PlanMoved", (PreparednessPlanVerified,), {"__module__": "contracts.advisory"})


@pytest.mark.parametrize(
    ("annotation", "why"),
    [
        (MunicipalityCode, "municipality"),
        (Annotated[tuple[MunicipalityCode, ...], Field(max_length=9)], "municipality"),
        (PoliceDistrict, "fewer than three"),
        (date, "day"),
        (AwareDatetime, "day"),
        (PartialDate, "day"),
        (PublicUrl, "address"),
    ],
)
@pytest.mark.rule("a.12/case-derived")
def test_a_case_derived_event_has_no_exact_place_or_time(annotation: Any, why: str):
    with pytest.raises(TypeError, match=why):
        define(thing=Internal[annotation], case_derived="month")
    with pytest.raises(TypeError, match=why):
        define(thing=Internal[annotation | None], case_derived="quarter", defaults={"thing": None})


def test_a_case_derived_event_may_name_region_large_district_and_month():
    assert define(
        region=Internal[Region], district=Internal[LargePoliceDistrict], month=Internal[Month], case_derived="month"
    )


def test_a_case_derived_event_is_public_only_as_an_aggregate():
    with pytest.raises(TypeError, match="suppressed aggregate"):
        define(count=Public[Count], public=True, case_derived="month")
    assert define(count=Public[Count], public=True, case_derived="month", aggregate=True).streams[1] == "public"


@pytest.mark.parametrize(
    ("coarseness", "first"),
    [("month", datetime(2026, 11, 1, tzinfo=UTC)), ("quarter", datetime(2026, 10, 1, tzinfo=UTC))],
)
@pytest.mark.rule("a.12/case-derived")
def test_the_time_of_a_case_derived_event_is_the_first_day_of_its_month_or_quarter(coarseness: str, first: datetime):
    cls = define(count=Internal[Count], case_derived=coarseness)
    assert happened(cls, count=1, at=datetime(2026, 11, 23, 14, 5, 6, 7, tzinfo=UTC)).at == first
    assert happened(reader(cls), count=1, at=datetime(2026, 11, 23, 14, tzinfo=UTC)).at == first


def test_the_time_of_an_event_is_kept_in_utc():
    danish = datetime(2026, 6, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    event = happened(define(), at=danish)
    assert event.at == danish
    assert event.at.tzinfo is UTC
    with pytest.raises(ValidationError):
        happened(define("Naive"), at=datetime(2026, 6, 1))  # noqa: DTZ001 - that it is naive is the point


@pytest.mark.rule("c.5/synthetic")
def test_synthetic_municipalities_appear_in_synthetic_events_only():
    cls = define(
        municipality_code=Public[MunicipalityCode],
        others=Public[Annotated[tuple[MunicipalityCode, ...], Field(max_length=9)]],
    )
    assert happened(cls, municipality_code="0851", others=("0101",))
    assert happened(cls, municipality_code="9901", others=(), provenance="synthetic")
    for wrong in (
        {"municipality_code": "9901", "others": ()},
        {"municipality_code": "0851", "others": (), "provenance": "synthetic"},
        {"municipality_code": "0851", "others": ("9901",)},
    ):
        with pytest.raises(ValidationError, match="Synthetic municipalities"):
            happened(cls, **wrong)


def test_a_writer_sends_known_fields_and_listed_values_only():
    cls = define(colour=Public[Open[Literal["red", "green"]]])
    assert happened(cls, colour="red")
    for wrong in ({"colour": "blue"}, {"colour": "red", "more": 1}, {}):
        with pytest.raises(ValidationError):
            happened(cls, **wrong)


def test_a_reader_takes_later_fields_and_later_values_but_no_prose():
    cls = define(colour=Public[Open[Literal["red", "green"]]], code=Public[MunicipalityCode])
    read = happened(reader(cls), colour="dark_blue", code="0999", more="x")
    assert isinstance(read, cls)
    assert read.model_dump(include={"colour", "code"}) == {"colour": "dark_blue", "code": "0999"}
    for wrong in ("Dark blue", "", "a" * 41, "b-c", 7):
        with pytest.raises(ValidationError):
            happened(reader(cls), colour=wrong, code="0851")


def test_a_closed_enumeration_stays_closed_for_readers():
    cls = define(colour=Public[Literal["red", "green"]])
    with pytest.raises(ValidationError):
        happened(reader(cls), colour="blue")


def test_making_a_reader_publishes_no_class():
    before = dict(EVENTS)
    assert reader(PreparednessPlanPublished) is reader(PreparednessPlanPublished)
    assert before == EVENTS


def test_an_event_does_not_change():
    with pytest.raises(ValidationError, match="frozen"):
        happened(define()).revision = 2
