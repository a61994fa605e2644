"""What every event is: its envelope, its type and streams derived from the class, and what its fields may be.

A class that breaks a rule cannot be imported, so that no service can send what must never be sent.
"""

import re
from datetime import UTC, datetime
from functools import cache
from typing import Any, ClassVar, Final, Literal, Self, TypeVar, Unpack, cast, get_type_hints
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, create_model, field_validator, model_validator

from contracts import fields
from contracts.geography import Provenance, provenance_of
from contracts.topics import Stream
from contracts.values import Classification

E = TypeVar("E", bound="Event")
Coarseness = Literal["month", "quarter"]
ENVELOPE: Final = frozenset({"subject", "revision", "at", "provenance"})
EVENTS: Final[dict[str, type["Event"]]] = {}
"""Every event class that has been imported, by type. `contracts.catalogue` imports them all."""


class Event(BaseModel):
    """Something that has happened to one aggregate. What subclasses add to the envelope is the event's data.

    Class arguments: `public` sends it to partners too; `case_derived` ("month" or "quarter") says that it comes from
    single cases, so that its time is coarsened and its place is never a municipality; `aggregate` says that a
    case-derived event is a suppressed count, which alone may be public.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

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
    municipality_fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(
        cls,
        *,
        public: bool = False,
        case_derived: Coarseness | None = None,
        aggregate: bool = False,
        reader: bool = False,
        **config: Unpack[ConfigDict],
    ) -> None:
        """Takes the class arguments; they are used once the fields are known."""
        super().__init_subclass__(**config)

    @classmethod
    def __pydantic_init_subclass__(
        cls,
        *,
        public: bool = False,
        case_derived: Coarseness | None = None,
        aggregate: bool = False,
        reader: bool = False,
    ) -> None:
        """Derives what the class says about itself and enters it into the registry."""
        if reader:
            return
        if not cls.__pydantic_complete__:
            message = f"{cls.__name__}: annotations must be known when the class is defined."
            raise TypeError(message)
        data = data_annotations(cls)
        classifications = fields.check(
            cls.__name__, data, public=public, case_derived=case_derived is not None, aggregate=aggregate
        )
        stem, version = re.fullmatch(r"(.+?)(?:V([1-9][0-9]?))?", cls.__name__).groups()  # type: ignore[union-attr]
        cls.service = cls.__module__.rpartition(".")[2].replace("_", "-")
        cls.type = f"dk.maerk.{cls.service}.{re.sub(r'(?<!^)(?=[A-Z])', '-', stem).lower()}.v{version or 1}"
        cls.streams = ("internal", "public") if public else ("internal",)
        cls.dataschema = f"urn:maerk:schema:{cls.type}"
        cls.classification = max(classifications, key=lambda each: each.rank, default=Classification.PUBLIC)
        cls.coarseness = case_derived
        cls.municipality_fields = tuple(name for name, each in data.items() if fields.names_municipality(each))
        if cls.type in EVENTS:
            message = f"{cls.__name__}: the type {cls.type} is taken."
            raise TypeError(message)
        EVENTS[cls.type] = cls

    @field_validator("at")
    @classmethod
    def _in_utc(cls, at: datetime) -> datetime:
        at = at.astimezone(UTC)
        if cls.coarseness is None:
            return at
        month = at.month if cls.coarseness == "month" else at.month - (at.month - 1) % 3
        return datetime(at.year, month, 1, tzinfo=UTC)

    @model_validator(mode="after")
    def _synthetic_kept_apart(self) -> Self:
        for name in self.municipality_fields:
            value = getattr(self, name)
            for code in (value,) if isinstance(value, str) else value or ():
                if provenance_of(code) != self.provenance:
                    message = "Synthetic municipalities appear in synthetic events only, real ones in actual events only."
                    raise ValueError(message)
        return self


def data_annotations(cls: type[Event]) -> dict[str, Any]:
    """The fields that the class adds to the envelope, with their annotations as written."""
    hints = get_type_hints(cls, include_extras=True)
    return {name: hints[name] for name in cls.model_fields if name not in ENVELOPE}


@cache
def reader(cls: type[E]) -> type[E]:
    """The tolerant twin of an event class: ignores fields it does not know and takes values that were added later."""
    widened: dict[str, Any] = {}
    for name, annotation in data_annotations(cls).items():
        declared = cls.model_fields[name]
        wide = fields.widened(annotation)
        widened[name] = wide if declared.is_required() else (wide, declared.default)
    return cast(
        "type[E]",
        create_model(
            cls.__name__,
            __base__=cls,
            __module__=cls.__module__,
            __validators__={"_synthetic_kept_apart": model_validator(mode="after")(lambda self: self)},
            __cls_kwargs__={"extra": "ignore", "reader": True},
            **widened,
        ),
    )
