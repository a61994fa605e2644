"""How a refusal is said: four kinds of it as exceptions, and the document (RFC 9457) that a client reads."""

import re
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field


class Refusal(Exception):
    """Why a request is not carried out, in one sentence that the caller may read."""

    slug: ClassVar[str] = "refusal"
    title: ClassVar[str] = "Refusal"
    title_da: ClassVar[str | None] = None

    def __init__(self, detail: str, *, pointer: str | None = None, da: str | None = None) -> None:
        """`pointer` is the JSON pointer of the offending field; `da` says the same in Danish."""
        super().__init__(detail)
        self.detail = detail
        self.pointer = pointer
        self.da = da

    def __init_subclass__(cls) -> None:
        """Slug and title follow from the class: `AdviceAlreadyClosed` is `advice-already-closed`."""
        words = re.sub(r"(?<!^)(?=[A-Z])", " ", cls.__name__)
        cls.slug = words.lower().replace(" ", "-")
        cls.title = words.capitalize()


class Invalid(Refusal):
    """What was sent cannot be right, whatever the state of things."""


class Missing(Refusal):
    """There is no such thing, or the caller may not know that there is."""


class Conflict(Refusal):
    """What was asked does not fit the present state."""


class Forbidden(Refusal):
    """The caller lacks the role or the data scope."""


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    model_config = ConfigDict(frozen=True)

    pointer: str = Field(description="JSON pointer into the body; for a field that nobody asked for, to what holds it")
    detail: str = Field(description="What is wrong with it, in one sentence")


class Danish(BaseModel):
    """The problem in Danish, for those who show it to people."""

    model_config = ConfigDict(frozen=True)

    title: str | None = None
    detail: str | None = None


class Problem(BaseModel):
    """A refusal or fault as clients read it, media type `application/problem+json`.

    Source: RFC 9457.
    """

    model_config = ConfigDict(frozen=True)

    type: str = Field(description="`urn:maerk:problem:` and the slug")
    title: str = Field(description="The kind of problem, the same at every occurrence")
    status: int = Field(ge=400, le=599)
    detail: str = Field(description="What is wrong this time, in one sentence")
    instance: str | None = Field(
        default=None, description="The path that was asked for: of it ids, codes and days, else the names"
    )
    slug: str = Field(description="Stable name of the problem, for programs")
    errors: tuple[FieldProblem, ...] = ()
    da: Danish | None = None

    @classmethod
    def of(cls, refusal: Refusal, *, status: int, instance: str | None = None) -> Self:
        """The document that says this refusal."""
        errors = (FieldProblem(pointer=refusal.pointer, detail=refusal.detail),) if refusal.pointer is not None else ()
        danish = Danish(title=refusal.title_da, detail=refusal.da) if refusal.title_da or refusal.da else None
        return cls(
            type=f"urn:maerk:problem:{refusal.slug}",
            title=refusal.title,
            status=status,
            detail=refusal.detail,
            instance=instance,
            slug=refusal.slug,
            errors=errors,
            da=danish,
        )
