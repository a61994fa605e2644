"""The small values that events and requests are made of, each with the rule that keeps identity and free text out."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from contracts.characters import is_blank, is_readable
from contracts.geography import (
    LargePoliceDistrictSlug,
    PoliceDistrictSlug,
    Provenance,
    RegionSlug,
    is_known,
    provenance_of,
)
from contracts.identities import address_identifies, identifies

__all__ = ["Provenance"]

T = TypeVar("T")
OPEN_CODE: Final = r"^[a-z][a-z0-9_]{0,39}$"
LARGEST: Final = 9_999_999
"""No number in an event reaches eight digits, so that none can be a telephone or CPR number."""
FIRST_MOMENT: Final = datetime(2000, 1, 1, tzinfo=UTC)
END_OF_TIME: Final = datetime(2200, 1, 1, tzinfo=UTC)


class Classification(StrEnum):
    """Who may read a field: partners too, the five services, or those with a need to know."""

    PUBLIC = "public"
    INTERNAL = "internal"
    RESTRICTED = "restricted"

    @property
    def rank(self) -> int:
        """Position from open to closed."""
        return list(Classification).index(self)


Public = Annotated[T, Classification.PUBLIC]
Internal = Annotated[T, Classification.INTERNAL]
Restricted = Annotated[T, Classification.RESTRICTED]


@dataclass(frozen=True, slots=True)
class Openness:
    """Marks an enumeration that may grow: writers keep to the list, readers take any short code."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        listed = handler(schema)
        if handler.mode == "validation":
            return listed
        values = listed.pop("enum", None) or [listed.pop("const")]
        return {**listed, "type": "string", "pattern": OPEN_CODE, "x-extensible-enum": values}


Open = Annotated[T, Openness()]


@dataclass(frozen=True, slots=True)
class Code:
    """Marks text that can carry neither identity nor prose, because its pattern leaves no room for them."""

    pattern: str
    max_length: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.str_schema(pattern=self.pattern, max_length=self.max_length, strict=True)


@dataclass(frozen=True, slots=True)
class WriterCheck:
    """A check that only writers make: a reader must not fail because its own list is the older one."""

    check: Callable[[str, ValidationInfo], str]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self.check, handler(source))


def _known(code: str, info: ValidationInfo) -> str:
    if not is_known(code):
        raise ValueError("No Danish municipality has this code.")
    # In events and records alike, where `provenance` stands before the code; a code on its own has nothing beside it.
    beside: dict[str, object] = getattr(info, "data", None) or {}
    if beside.get("provenance", provenance_of(code)) != provenance_of(code):
        raise ValueError("Synthetic municipalities appear in synthetic records only, and real ones in actual records.")
    return code


def _in_our_time(moment: datetime) -> datetime:
    if not FIRST_MOMENT <= moment < END_OF_TIME:
        raise ValueError("A moment is in this century or the next.")
    return moment


def _page(url: str, _: ValidationInfo) -> str:
    host = url.removeprefix("https://").partition("/")[0]
    if not re.fullmatch(r"([a-z0-9æøå-]+\.)+[a-zæøå]{2,}", host):
        raise ValueError("A public address names its host by a domain.")
    if address_identifies(url):
        raise ValueError(
            "A public address must not contain what could be a CPR number, a phone number or a mail address."
        )
    return url


MunicipalityCode = Annotated[str, Code(r"^[0-9]{4}$", 4), WriterCheck(_known)]
"""Four digits with leading zero: one of the 98, or one of the synthetic ones."""
Region = Open[RegionSlug]
PoliceDistrict = Open[PoliceDistrictSlug]
LargePoliceDistrict = Open[LargePoliceDistrictSlug]
"""A police district with at least three municipalities: the only kind that a case-derived event may name."""
Month = Annotated[str, Code(r"^[0-9]{4}-(0[1-9]|1[0-2])$", 7)]
Quarter = Annotated[str, Code(r"^[0-9]{4}-Q[1-4]$", 7)]
Period = Annotated[str, Code(r"^[0-9]{4}(-(Q[1-4]|0[1-9]|1[0-2]))?$", 7)]
"""A year, a quarter or a month: `2026`, `2026-Q1`, `2026-04`."""
Digest = Annotated[str, Code(r"^[0-9a-f]{64}$", 64)]
"""SHA-256 in hexadecimal."""
EventType = Annotated[str, Code(r"^dk\.maerk\.[a-z]+\.[a-z]+(-[a-z]+)*\.v[1-9][0-9]?$", 120)]
PublicUrl = Annotated[
    str, Code(r"^https://[a-z0-9æøå.-]+(/[A-Za-z0-9æøåÆØÅ._~!$&'()*+,;=:/%-]*)?$", 500), WriterCheck(_page)
]
"""The address of a page that anybody may open: https, no user, port, query or fragment."""
Count = Annotated[int, Field(ge=0, le=LARGEST)]
Ordinal = Annotated[int, Field(ge=1, le=LARGEST)]
Year = Annotated[int, Field(ge=2000, le=2100)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
"""A day of this century or the next, as events have them; near the ends of the calendar nothing can be computed."""
Moment = Annotated[AwareDatetime, AfterValidator(_in_our_time)]
"""A moment of the same centuries."""
Figure = Annotated[
    Decimal,
    Field(ge=-LARGEST, le=LARGEST, decimal_places=3),
    PlainSerializer(lambda figure: f"{figure.normalize():f}", return_type=str),
    WithJsonSchema({"type": "string", "format": "decimal", "pattern": r"^-?[0-9]{1,7}(\.[0-9]{1,3})?$"}),
]
"""The one kind of fraction that events have, written as text so that no reader rounds it."""
ChildrenYouth = Open[Literal["primary", "partly", "no"]]
"""How far an offer or activity concerns children and young people."""
Setting = Open[Literal["family", "school", "youth_education", "leisure", "workplace", "job_centre", "online"]]


@dataclass(frozen=True, slots=True)
class HumanText:
    """Marks text that people wrote. It belongs in requests and answers, and no event may have it."""

    many_lines: bool = True

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._read, handler(source))

    def _read(self, text: str) -> str:
        if re.search("[\0\ud800-\udfff]", text):  # what PostgreSQL cannot keep
            raise ValueError("Text must not contain the NUL character or half a surrogate pair.")
        if text and is_blank(text):
            raise ValueError("Text must have something that can be seen.")
        if not is_readable(text, many_lines=self.many_lines):
            raise ValueError(
                "Text must not contain control characters, noncharacters or a direction that is not turned back"
                + ("." if self.many_lines else ", and it has one line.")
            )
        return text


def _neutral(text: str) -> str:
    if identifies(text):
        raise ValueError("This text must not contain a CPR number, a phone number or a mail address.")
    return text


NEUTRAL: Final = AfterValidator(_neutral)
"""Beside a matter of somebody's life no CPR number, phone number or mail address is found."""
Text = Annotated[str, HumanText()]
Line = Annotated[str, HumanText(many_lines=False)]
NeutralText = Annotated[Text, NEUTRAL]
"""The text of every request; a field without it says why in the test that looks at them all."""
NeutralLine = Annotated[Line, NEUTRAL]
"""The same on one line: a title, a name, a label."""

_PARTIAL: Final = r"^[0-9]{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?$"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as exactly as its source states it: a day, or only a month."""

    year: int
    month: int
    day: int | None = None

    def __post_init__(self) -> None:
        """Refuses a day that the calendar does not have."""
        date(self.year, self.month, self.day or 1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The date that `2024-04` or `2024-06-24` states.

        Raises: ValueError for any other form.
        """
        if not re.fullmatch(_PARTIAL, text, re.ASCII):
            raise ValueError("A date is written as 2024-04 or 2024-06-24.")
        return cls(*map(int, text.split("-")))

    @classmethod
    def of(cls, day: date) -> Self:
        """The same date, exact to the day."""
        return cls(day.year, day.month, day.day)

    @property
    def precision(self) -> Literal["month", "day"]:
        """How exactly the date is known."""
        return "month" if self.day is None else "day"

    def earliest(self) -> date:
        """The first day that it can mean."""
        return date(self.year, self.month, self.day or 1)

    def latest(self) -> date:
        """The last day that it can mean."""
        return date(self.year, self.month, self.day or monthrange(self.year, self.month)[1])

    def __str__(self) -> str:
        """The text that `parse` reads back."""
        month = f"{self.year:04}-{self.month:02}"
        return month if self.day is None else f"{month}-{self.day:02}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        parsed = core_schema.no_info_after_validator_function(cls.parse, core_schema.str_schema(strict=True))
        return core_schema.json_or_python_schema(
            json_schema=parsed,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), parsed]),
            serialization=core_schema.to_string_ser_schema(),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "pattern": _PARTIAL, "format": "partial-date"}
