"""Suggestions for the next plan, each with its rule, its figures and the way to what is behind them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, get_args
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.taxonomy import NetworkArea, TopicCode
from contracts.values import ChildrenYouth, Provenance
from planning.domain import suggestion as domain
from planning.domain.period import DENMARK
from planning.domain.priority import CallsFor
from planning.domain.suggestion import RULES, Audience, Found, Oversubscribed, RuleCode, Suggestion, Theme
from planning.queries.audience import WHO
from planning.queries.priority import HintView, Priorities, hints, priorities
from planning.queries.reach import WAYS, Known, all_municipalities, known_reach, police_district_of
from planning.queries.theme import AtLeastView, Themes, ThemeView, offers, themes

AUDIENCES: tuple[Audience, ...] = get_args(Audience)


class RuleView(BaseModel):
    """The rule that made a suggestion."""

    code: RuleCode
    text_da: str
    text_en: str
    valid_from: date


class FigureUsed(BaseModel):
    """A figure that a rule looked at; what is listed instead of counted is behind the link."""

    name_da: str
    name_en: str
    definition_da: str
    period: str
    value: AtLeastView | None = Field(description="None where the answer is a list, which is behind the link")
    link: str = Field(description="Where it can be seen with what is behind it", examples=["/v1/themes?year=2026"])


class ProposedPriority(BaseModel):
    """What may be sent to `/v1/priorities` once it has a title, and a topic where it has none."""

    year: int
    topic: TopicCode | None
    area: NetworkArea | None
    children_youth: ChildrenYouth
    calls_for: tuple[CallsFor, ...]
    provenance: Provenance
    hint_id: UUID | None


class SuggestionView(BaseModel):
    """Something that the next plan might put first, and why."""

    code: str = Field(description="The same for the same suggestion, whenever it is made")
    rule: RuleView
    because_da: str
    because_en: str
    figures: tuple[FigureUsed, ...]
    municipality_codes: tuple[str, ...] = Field(description="Whom it is about, where it is about municipalities")
    proposed: ProposedPriority
    priority_ids: tuple[UUID, ...] = Field(description="Priorities that answer it already")


class Suggestions(BaseModel):
    """What the year's events suggest for the plan of the next. The editor decides; nothing is done by itself."""

    provenance: Provenance
    year: int
    as_of: datetime
    items: tuple[SuggestionView, ...]


async def suggestions(tx: Tx, *, provenance: Provenance, year: int, at: datetime) -> Suggestions:
    """What the rules make of the events that have been heard."""
    table = await themes(tx, provenance=provenance, year=year, at=at)
    reach = await known_reach(tx, provenance=provenance, year=None, at=at)
    waiting = [each for each in (await hints(tx)).items if each.provenance == provenance and each.priority_id is None]
    offered = [each for _, each in await offers(tx, provenance=provenance, year=year)]
    found = Found(
        themes=tuple(_theme(each) for each in table.themes),
        oversubscribed=tuple(_oversubscribed(each) for each in waiting),
        never_reached=reach.unreached(*WAYS),
        without_agreement=_without_agreement(reach, provenance, at),
        without_offer=tuple(each for each in AUDIENCES if not any(WHO[each].is_for(one) for one in offered)),
    )
    set_already = await priorities(tx)
    shown = _Shown(provenance, year, table, set_already)
    on = at.astimezone(DENMARK).date()
    return Suggestions(
        provenance=provenance,
        year=year,
        as_of=at,
        items=tuple(shown.view(each) for each in domain.suggestions(found, on=on)),
    )


class _Shown:
    """Suggestions in words, with the figures that their rules looked at."""

    def __init__(self, provenance: Provenance, year: int, table: Themes, known: Priorities) -> None:
        self._provenance: Provenance = provenance
        self._year, self._known, self._table = year, known, table
        self._themes = {each.topic: each for each in table.themes}

    def view(self, each: Suggestion) -> SuggestionView:
        rule = RULES[each.rule]
        figures = tuple(self._figures(each))
        proposed = ProposedPriority(
            year=self._year + 1,
            topic=each.topic,
            area=each.area,
            children_youth="primary" if each.audience else "no",
            calls_for=(rule.calls_for,),
            provenance=self._provenance,
            hint_id=each.hint_id,
        )
        about = f" ({each.about})" if each.rule != "never-reached" else ""
        return SuggestionView(
            code=each.code,
            rule=RuleView(code=each.rule, text_da=rule.text_da, text_en=rule.text_en, valid_from=rule.valid_from),
            because_da=_sentence(f"{rule.text_da}{about}", [_said(one, "mindst") for one in figures]),
            because_en=_sentence(f"{rule.text_en}{about}", [_said(one, "at least") for one in figures]),
            figures=figures,
            municipality_codes=each.municipality_codes,
            proposed=proposed,
            priority_ids=tuple(one.id for one in self._known.items if _answers(one, proposed, each)),
        )

    def _figures(self, each: Suggestion) -> Sequence[FigureUsed]:
        if each.rule in _COUNTED and each.topic:
            name_da, name_en, field, listed_da, listed_en = _COUNTED[each.rule]
            theme = self._themes[each.topic]
            link = f"{self._themes_link}#{each.topic}"
            return (
                self._figure(name_da, name_en, self._table.definition_da, link, getattr(theme, field)),
                self._figure(listed_da, listed_en, RULES[each.rule].text_da, link),
            )
        if each.rule == "oversubscribed":
            return (self._figure("Venteliste", "Waiting list", RULES[each.rule].text_da, "/v1/hints"),)
        if each.audience:
            link = f"/v1/audiences/{each.audience}?year={self._year}&provenance={self._provenance}"
            return (self._figure("Arrangementer", "Events", WHO[each.audience].definition_da, link),)
        link = f"/v1/reach?provenance={self._provenance}"
        return (self._figure("Kommuner", "Municipalities", RULES[each.rule].text_da, link, ever=True),)

    @property
    def _themes_link(self) -> str:
        return f"/v1/themes?year={self._year}&provenance={self._provenance}"

    def _figure(
        self,
        name_da: str,
        name_en: str,
        definition_da: str,
        link: str,
        value: AtLeastView | None = None,
        *,
        ever: bool = False,
    ) -> FigureUsed:
        return FigureUsed(
            name_da=name_da,
            name_en=name_en,
            definition_da=definition_da,
            period="ever" if ever else f"{self._year}",
            value=value,
            link=link,
        )


_OFFERS, _MATERIALS = ("Arrangementer", "Events"), ("Gældende udgivelser", "Publications in force")
_COUNTED: Mapping[RuleCode, tuple[str, str, str, str, str]] = {
    "theme-without-offer": ("Henvendelser", "Enquiries", "enquiries", *_OFFERS),
    "training-missed": ("Behov for kurser", "Needs for training", "training_needs", *_OFFERS),
    "theme-without-material": ("Henvendelser", "Enquiries", "enquiries", *_MATERIALS),
    "material-missed": ("Behov for materiale", "Needs for material", "material_needs", *_MATERIALS),
}


def _theme(shown: ThemeView) -> Theme:
    return Theme(
        topic=shown.topic,
        enquiries=shown.enquiries.at_least,
        training_needs=shown.training_needs.at_least,
        material_needs=shown.material_needs.at_least,
        is_offered=bool(shown.offers),
        is_readable=bool(shown.materials),
    )


def _oversubscribed(hint: HintView) -> Oversubscribed:
    topic: Any = hint.topics[0]  # open codes: one that is not known yet is shown as it is
    area: Any = hint.area
    return Oversubscribed(
        id=hint.id, topic=topic, area=area, for_children_youth=hint.children_youth in ("primary", "partly")
    )


def _without_agreement(reach: Known, provenance: Provenance, at: datetime) -> dict[str, tuple[str, ...]]:
    """The districts none of whose municipalities has an agreement in force."""
    on = at.astimezone(DENMARK).date()
    lacking = set(reach.unreached("agreement"))
    districts: dict[str, list[str]] = {}
    for each in all_municipalities(provenance, on):
        districts.setdefault(police_district_of(each.code, on), []).append(each.code)
    return {district: tuple(codes) for district, codes in districts.items() if lacking.issuperset(codes)}


def _answers(one: Any, proposed: ProposedPriority, each: Suggestion) -> bool:
    """The priority is of the plan that the suggestion is for, asks for the same, and is on the same topic, if any."""
    return (
        (one.year, one.provenance) == (proposed.year, proposed.provenance)
        and each.calls_for in one.calls_for
        and each.topic in (None, one.topic)
        and (each.audience is None or one.children_youth != "no")
    )


def _said(figure: FigureUsed, at_least: str) -> str:
    name = figure.name_da if at_least == "mindst" else figure.name_en
    if figure.value is None:
        return ""
    return f"{name.lower()} {figure.period}: {'' if figure.value.whole else at_least + ' '}{figure.value.at_least}"


def _sentence(rule: str, figures: Sequence[str]) -> str:
    said = "; ".join(each for each in figures if each)
    return f"{rule}{': ' + said if said else ''}."
