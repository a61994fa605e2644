"""What the events suggest for the next plan. Each suggestion says which rule made it and of which figures.

Rules are given nothing but what may be shown, so no suggestion gives away a number that is left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from contracts.taxonomy import NetworkAreaCode, TopicCode
from planning.domain.priority import CallsFor

RuleCode = Literal[
    "theme-without-offer",
    "theme-without-material",
    "training-missed",
    "material-missed",
    "oversubscribed",
    "never-reached",
    "district-without-agreement",
    "audience-without-offer",
]
Audience = Literal["children_youth", "school", "youth_education"]


@dataclass(frozen=True)
class Rule:
    """When something is suggested, and since when this is the rule."""

    text_da: str
    text_en: str
    calls_for: CallsFor
    valid_from: date = date(2026, 1, 1)


RULES: Final[Mapping[RuleCode, Rule]] = {
    "theme-without-offer": Rule(
        "Der spørges om emnet, men ingen arrangementer om det er holdt eller annonceret",
        "The topic is asked about, and no event on it was held or announced",
        "training_event",
    ),
    "theme-without-material": Rule(
        "Der spørges om emnet, men ingen gældende udgivelse handler om det",
        "The topic is asked about, and no publication in force is about it",
        "study",
    ),
    "training-missed": Rule(
        "Rådgivningen har vist behov for kurser om emnet, men ingen er holdt eller annonceret",
        "Advice has shown that training on the topic is missed, and none was held or announced",
        "training_event",
    ),
    "material-missed": Rule(
        "Rådgivningen har vist behov for materiale om emnet, men ingen gældende udgivelse handler om det",
        "Advice has shown that material on the topic is missed, and no publication in force is about it",
        "study",
    ),
    "oversubscribed": Rule(
        "Flere vil deltage i et arrangement, end der er pladser til, og ingen prioritet svarer på det",
        "More want to come to an event than there are seats, and no priority answers it",
        "training_event",
    ),
    "never-reached": Rule(
        "Ingen af de talte kontaktformer har nogensinde nået kommunen",
        "None of the counted ways has ever reached the municipality",
        "outreach",
    ),
    "district-without-agreement": Rule(
        "Ingen kommune i politikredsen er med i en gældende samarbejdsaftale",
        "No municipality of the police district is part of an agreement in force",
        "cooperation",
    ),
    "audience-without-offer": Rule(
        "Ingen arrangementer for målgruppen er holdt eller annonceret",
        "No event for the audience was held or announced",
        "training_event",
    ),
}


@dataclass(frozen=True)
class Theme:
    """A topic as it may be shown: counts are None where none may be."""

    topic: TopicCode
    enquiries: int | None
    training_needs: int | None
    material_needs: int | None
    is_offered: bool
    is_readable: bool


@dataclass(frozen=True)
class Oversubscribed:
    """An event with too few seats that nobody has answered."""

    id: UUID
    topic: TopicCode
    area: NetworkAreaCode | None
    for_children_youth: bool


@dataclass(frozen=True)
class Found:
    """Everything that the rules look at."""

    themes: tuple[Theme, ...]
    oversubscribed: tuple[Oversubscribed, ...]
    never_reached: tuple[str, ...]
    without_agreement: Mapping[str, tuple[str, ...]]
    without_offer: tuple[Audience, ...]


@dataclass(frozen=True)
class Suggestion:
    """Something that the next plan might put first; `municipality_codes` are those whom it is about."""

    rule: RuleCode
    about: str
    topic: TopicCode | None = None
    municipality_codes: tuple[str, ...] = ()
    area: NetworkAreaCode | None = None
    audience: Audience | None = None
    hint_id: UUID | None = None

    @property
    def code(self) -> str:
        """The same for the same suggestion, whenever it is made."""
        return f"{self.rule}:{self.about}"

    @property
    def calls_for(self) -> CallsFor:
        """What a priority made of it would ask the others to begin."""
        return RULES[self.rule].calls_for


def suggestions(found: Found, *, on: date) -> tuple[Suggestion, ...]:
    """What the rules that hold on that day suggest: what is asked most comes first of each rule."""
    return tuple(each for each in _all(found) if RULES[each.rule].valid_from <= on)


def _all(found: Found) -> Iterator[Suggestion]:
    for each in found.oversubscribed:
        audience: Audience | None = "children_youth" if each.for_children_youth else None
        yield Suggestion(
            "oversubscribed", str(each.id), topic=each.topic, area=each.area, audience=audience, hint_id=each.id
        )
    yield from _lacking("theme-without-offer", ((t, t.enquiries) for t in found.themes if not t.is_offered))
    yield from _lacking("training-missed", ((t, t.training_needs) for t in found.themes if not t.is_offered))
    yield from _lacking("theme-without-material", ((t, t.enquiries) for t in found.themes if not t.is_readable))
    yield from _lacking("material-missed", ((t, t.material_needs) for t in found.themes if not t.is_readable))
    if found.never_reached:
        yield Suggestion("never-reached", "municipalities", municipality_codes=found.never_reached)
    for district, codes in sorted(found.without_agreement.items()):
        yield Suggestion("district-without-agreement", district, topic="police_cooperation", municipality_codes=codes)
    for audience in found.without_offer:
        yield Suggestion("audience-without-offer", audience, audience=audience)


def _lacking(rule: RuleCode, themes: Iterable[tuple[Theme, int | None]]) -> Iterator[Suggestion]:
    asked = [(-count, each.topic, each) for each, count in themes if count is not None]
    for _, about, theme in sorted(asked, key=lambda each: each[:2]):
        yield Suggestion(rule, about, topic=theme.topic)
