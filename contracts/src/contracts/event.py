"""What every event is: its envelope, its type and streams derived from the class, and what its fields may be.

A class that breaks a rule cannot be imported, so that no service can send what must never be sent.
"""

import re
from datetime import UTC, datetime
from functools import cache
from typing import Any, ClassVar, Final, Literal, TypeVar, Unpack, get_type_hints
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, create_model, field_validator

from contracts import fields
from contracts.geography import Provenance
from contracts.topics import Stream
from contracts.values import Classification

E = TypeVar("E", bound="Event")
Coarseness = Literal["month", "quarter"]
ENVELOPE: Final = frozenset({"subject", "revision", "at", "provenance"})
EVENTS: Final[dict[str, type["Event"]]] = {}
"""Every event class that has been imported, by type. `contracts.catalogue` imports them all."""


class Event(BaseModel):
    """Something that has happened to one aggregate. What subclasses add to the envelope is the event's data.

    Class arguments: `public` sends it to partners too; `case_derived` says that it comes from single cases, so that
    its time is only a month or a quarter and its place never a municipality; `aggregate` says that a case-derived event
    is a suppressed count, which alone may be public.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: UUID = Field(description="Id of the aggregate it happened to; key of the message")
    revision: int = Field(ge=1, description="Counts the events of the aggregate")
    at: AwareDatetime = Field(description="When it happened, UTC")
    provenance: Provenance = Field(default="actual", description="Whether it is true or made for a demonstration")

    type: ClassVar[str]
    service: ClassVar[str]
    streams: ClassVar[tuple[Stream, ...]]
    dataschema: ClassVar[str]
    classification: ClassVar[Classification]
    coarseness: ClassVar[Coarseness | None] = None

    def __init_subclass__(
        cls,
        *,
        public: bool = False,
        case_derived: Coarseness | None = None,
        aggregate: bool = False,
        reader: bool = False,
        **config: Unpack[ConfigDict],
    ) -> None:
        """Names the class arguments for type checkers; they are used once the fields are known."""
        super().__init_subclass__(**config)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        if not kwargs.get("reader"):
            _declare(
                cls,
                public=kwargs.get("public", False),
                coarseness=kwargs.get("case_derived"),
                aggregate=kwargs.get("aggregate", False),
            )

    @field_validator("at")
    @classmethod
    def _in_utc(cls, at: datetime) -> datetime:
        try:
            at = at.astimezone(UTC)
        except OverflowError:
            raise ValueError("An event happens in this century or the next.") from None
        if not 2000 <= at.year < 2200:
            raise ValueError("An event happens in this century or the next.")
        if cls.coarseness is None:
            return at
        month = at.month if cls.coarseness == "month" else at.month - (at.month - 1) % 3
        return datetime(at.year, month, 1, tzinfo=UTC)


def data_annotations(cls: type[Event]) -> dict[str, Any]:
    """The fields that the class adds to the envelope, with their annotations as written."""
    hints = get_type_hints(cls, include_extras=True)
    return {name: hints[name] for name in cls.model_fields if name not in ENVELOPE}


@cache
def reader(cls: type[E]) -> type[E]:
    """The tolerant twin of an event class: ignores fields it does not know and takes values that were added later."""
    widened: dict[str, Any] = {}
    for name, annotation in data_annotations(cls).items():
        default = ... if cls.model_fields[name].is_required() else cls.model_fields[name].get_default()
        widened[name] = (fields.widened(annotation), default)
    return create_model(
        cls.__name__,
        __base__=cls,
        __module__=cls.__module__,
        __cls_kwargs__={"extra": "ignore", "reader": True},
        **widened,
    )


def _declare(cls: type[Event], *, public: bool, coarseness: Coarseness | None, aggregate: bool) -> None:
    if not cls.__pydantic_complete__:
        raise TypeError(f"{cls.__name__}: annotations must be known when the class is defined.")
    if cls.__base__ is not Event:
        raise TypeError(f"{cls.__name__}: an event derives from Event itself and adds nothing to another event.")
    data = data_annotations(cls)
    required = {name for name in data if cls.model_fields[name].is_required()}
    classifications = fields.check(
        cls.__name__,
        data,
        required=required,
        public=public,
        case_derived=coarseness is not None,
        aggregate=aggregate,
    )
    stem, version = re.sub(r"V[0-9]+$", "", cls.__name__), re.search(r"V([0-9]+)$", cls.__name__)
    kebab = re.sub(r"(?<!^)(?=[A-Z])", "-", stem).lower()
    cls.service = cls.__module__.removeprefix("contracts.").partition(".")[0].replace("_", "-")
    cls.type = f"dk.maerk.{cls.service}.{kebab}.v{version[1] if version else 1}"
    cls.streams = ("internal", "public") if public else ("internal",)
    cls.dataschema = f"urn:maerk:schema:{cls.type}"
    cls.classification = max(classifications, key=lambda each: each.rank, default=Classification.PUBLIC)
    cls.coarseness = coarseness
    if cls.type in EVENTS:
        raise TypeError(f"{cls.__name__}: the type {cls.type} is taken.")
    EVENTS[cls.type] = cls
