"""Advice templates: words that advisers use again, in editions, with places for what is known of whoever asks.

The sentence that the municipality keeps the responsibility is no part of a text: it stands under every one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args
from uuid import UUID

from contracts.problems import Conflict, Invalid
from contracts.values import Provenance

Place = Literal["kommune", "region", "politikreds", "dato"]
_PLACE = re.compile(r"\{([^{}]*)\}")


class PlaceUnknown(Invalid):
    """A text has places for nothing but what is known of whoever asks."""

    title_da = "Pladsholderen kendes ikke"


class TemplateUnchanged(Conflict):
    """The newest edition says the same."""

    title_da = "Skabelonen er uændret"


@dataclass(frozen=True)
class AdviceTemplate:
    """The newest edition of words that advisers use again, and what they quote. `version` counts the editions."""

    id: UUID
    provenance: Provenance
    title_da: str
    text_da: str
    reference_ids: tuple[UUID, ...]
    publication_ids: tuple[UUID, ...]
    version: int = 1
    revision: int = 1


def create(template: AdviceTemplate) -> AdviceTemplate:
    """The template stands in its first edition.

    Raises: PlaceUnknown.
    """
    known = get_args(Place)
    unknown = next((each for each in _PLACE.findall(template.text_da) if each not in known), None)
    if unknown is not None or re.search(r"[{}]", _PLACE.sub("", template.text_da)):
        raise PlaceUnknown(
            "A text has places for " + ", ".join(f"{{{each}}}" for each in known) + " only.",
            pointer="/text_da",
            da="En tekst kan kun have pladserne " + ", ".join(f"{{{each}}}" for each in known) + ".",
        )
    return template


def revise(template: AdviceTemplate, **said: Any) -> AdviceTemplate:
    """The template says something else from now on, in its next edition.

    Raises: PlaceUnknown, TemplateUnchanged.
    """
    if replace(template, **said) == template:
        raise TemplateUnchanged("The newest edition says the same.", da="Den nyeste udgave siger det samme.")
    return create(replace(template, **said, version=template.version + 1, revision=template.revision + 1))


def filled(template: AdviceTemplate, known: Mapping[Place, str]) -> str:
    """The text with what is known in its places."""
    return _PLACE.sub(lambda found: known[found[1]], template.text_da)  # pyright: ignore[reportArgumentType]
