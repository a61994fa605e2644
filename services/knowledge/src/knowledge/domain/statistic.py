"""Statistics: who may see which numbers when, and how what was said once stays readable.

RULES.md gives each rule its id.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from contracts.event import Event
from contracts.knowledge import StatisticCorrected, StatisticReleased, StatisticRetracted
from contracts.problems import Conflict, Invalid
from contracts.values import Provenance
from knowledge.domain.table import Content, CorrectionReason, ReleasedTable, content, digest, released, written

State = Literal["draft", "disclosure_checked", "approved", "released", "corrected", "retracted"]
RetractionReason = Literal["wrong", "disclosive", "source_retracted"]
BEFORE_RELEASE: tuple[State, ...] = ("draft", "disclosure_checked", "approved")
STANDING: tuple[State, ...] = ("released", "corrected")


class PeriodUnlikeTable(Invalid):
    """A table is released for periods of one length: a year less three of its quarters would be the fourth."""

    title_da = "Tabellen udgives for perioder af en anden længde"


class StatisticWasReleased(Conflict):
    """What everybody has read is corrected, not written anew."""

    title_da = "Statistikken er udgivet"


class StatisticNotDraft(Conflict):
    """Only a draft is checked."""

    title_da = "Statistikken er ikke en kladde"


class StatisticIncomplete(Conflict):
    """Something must be stated before anybody looks at what the table gives away."""

    title_da = "Statistikken mangler oplysninger"


class StatisticNotChecked(Conflict):
    """Nobody has looked at what the table gives away, or it was written anew since."""

    title_da = "Statistikken er ikke diskretionskontrolleret"


class StatisticNotApproved(Conflict):
    """Nobody has approved it."""

    title_da = "Statistikken er ikke godkendt"


class StatisticNotReleased(Conflict):
    """Only what everybody can read is corrected or retracted."""

    title_da = "Statistikken er ikke udgivet"


class TableUnlike(Conflict):
    """A correction says other numbers of the same things."""

    title_da = "Rettelsen har andre områder eller kategorier"


@dataclass(frozen=True)
class Statistic:
    """The statistic of one table and period; `told` is the newest set of numbers that went out, if any did."""

    id: UUID
    provenance: Provenance
    table: str
    period: str
    content: Content
    state: State = "draft"
    revision: int = 1
    told: ReleasedTable | None = None
    retracted_because: RetractionReason | None = None
    retracted_at: datetime | None = None


def frequency(period: str) -> Literal["year", "quarter", "month"]:
    """How long the period is."""
    return "year" if len(period) == 4 else "quarter" if "Q" in period else "month"


def redraft(statistic: Statistic, content: Content) -> Statistic:
    """It is as given, and whatever was checked or approved was something else.

    Raises: StatisticWasReleased.
    """
    if statistic.state not in BEFORE_RELEASE:
        raise StatisticWasReleased("This statistic was released: correct it instead.")
    return _changed(statistic, content=content, state="draft")


def check(statistic: Statistic) -> Statistic:
    """Somebody has looked at what the table gives away, also beside other tables.

    Raises: StatisticNotDraft, StatisticIncomplete.
    """
    if statistic.state != "draft":
        raise StatisticNotDraft("This statistic is not a draft any more.")
    if missing := statistic.content.missing:
        raise StatisticIncomplete("Before it is checked it must state: " + ", ".join(missing) + ".")
    return _changed(statistic, state="disclosure_checked")


def approve(statistic: Statistic) -> Statistic:
    """It may be released as it is.

    Raises: StatisticNotChecked.
    """
    if statistic.state != "disclosure_checked":
        raise StatisticNotChecked("This statistic does not wait for approval.")
    return _changed(statistic, state="approved")


def release(statistic: Statistic, previous: ReleasedTable | None, *, at: datetime) -> tuple[Statistic, Event]:
    """Everybody can read the table. `previous` is the table as it was released for the period before.

    Raises: StatisticNotApproved.
    """
    if statistic.state != "approved":
        raise StatisticNotApproved("This statistic is not approved.")
    breaks = previous is not None and (previous.definition_version, previous.definition_da) != (
        statistic.content.definition_version,
        statistic.content.definition_da,
    )
    statistic = _out(statistic, statistic.content, "released", at, reason=None, series_break=breaks)
    return statistic, StatisticReleased(**_envelope(statistic, at), **_facts(statistic))


def correct(
    statistic: Statistic, said: Mapping[str, Any], *, reason: CorrectionReason, at: datetime
) -> tuple[Statistic, Event]:
    """Other numbers of the same things take the place of those before, which stay readable.

    Raises: StatisticNotReleased, TableUnlike, and what `content` raises.
    """
    told = _standing(statistic)
    corrected = content({**statistic.content.model_dump(), **said}, period=statistic.period)
    if corrected.keys != statistic.content.keys:
        raise TableUnlike("A correction has the areas and categories of what it corrects.")
    statistic = _out(statistic, corrected, "corrected", at, reason=reason, series_break=told.series_break)
    return statistic, StatisticCorrected(
        **_envelope(statistic, at), **_facts(statistic), edition=told.edition + 1, reason=reason
    )


def retract(statistic: Statistic, *, reason: RetractionReason, at: datetime) -> tuple[Statistic, Event]:
    """No number of it stands any more.

    Raises: StatisticNotReleased.
    """
    _standing(statistic)
    statistic = _changed(statistic, state="retracted", retracted_because=reason, retracted_at=at)
    return statistic, StatisticRetracted(
        **_envelope(statistic, at), table=statistic.table, period=statistic.period, reason=reason
    )


def _standing(statistic: Statistic) -> ReleasedTable:
    if statistic.state not in STANDING or statistic.told is None:
        raise StatisticNotReleased("This statistic is not released, or not any more.")
    return statistic.told


def _out(
    statistic: Statistic,
    content: Content,
    state: State,
    at: datetime,
    *,
    reason: CorrectionReason | None,
    series_break: bool,
) -> Statistic:
    told = released(
        content,
        statistic.told,
        statistic_id=statistic.id,
        provenance=statistic.provenance,
        table=statistic.table,
        period=statistic.period,
        released_at=at,
        reason=reason,
        series_break=series_break,
    )
    return _changed(statistic, content=content, state=state, told=told)


def _changed(statistic: Statistic, **changes: Any) -> Statistic:
    return replace(statistic, revision=statistic.revision + 1, **changes)


def _envelope(statistic: Statistic, at: datetime) -> dict[str, Any]:
    return {"subject": statistic.id, "revision": statistic.revision, "at": at, "provenance": statistic.provenance}


def _facts(statistic: Statistic) -> dict[str, Any]:
    told = statistic.told
    assert told is not None, "it has just gone out"
    names = ("table", "period", "definition_version", "series_break", "as_of", "unit", "headline_value", "hidden_count")
    return {name: getattr(told, name) for name in names} | {"table_digest": digest(written(told))}
