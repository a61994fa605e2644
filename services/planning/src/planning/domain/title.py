"""What a plan, a focus area or an initiative is called, and that it can be said better. No event has a title."""

from dataclasses import replace
from typing import Any, ClassVar, Protocol, TypeVar

from contracts.problems import Conflict


class Titled(Protocol):
    """Anything of a plan that has a title."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def title_da(self) -> str:
        """What it is called."""
        ...

    @property
    def title_en(self) -> str | None:
        """The same in English, if it is said."""
        ...


T = TypeVar("T", bound=Titled)


class TitleUnchanged(Conflict):
    """It is called that already."""

    title_da = "Titlen er uændret"


def retitled(thing: T, *, title_da: str, title_en: str | None) -> T:
    """The thing is called so in both languages, whatever has become of it.

    Raises: TitleUnchanged.
    """
    if (thing.title_da, thing.title_en) == (title_da, title_en):
        raise TitleUnchanged("It is called that already.", da="Den hedder sådan i forvejen.")
    return replace(thing, title_da=title_da, title_en=title_en)
