"""How two published plans differ: what one of them says and the other does not, or says otherwise."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, Field

from planning.domain.series import Series
from planning.domain.snapshot import (
    Snapshot,
    SnapshotDescription,
    SnapshotFigure,
    SnapshotInitiative,
    SnapshotMoney,
    SnapshotReach,
    all_figures,
)

_TITLES = ("title_da", "title_en")


class Difference(BaseModel):
    """Something that the two documents say differently; null is what one of them does not say."""

    what: Literal[
        "text", "focus_area", "initiative", "milestone", "figure", "priority", "money", "definition", "value",
        "municipality",
    ]  # fmt: skip
    name: str
    field: str | None
    earlier: Any
    later: Any
    change: Decimal | None = Field(
        default=None, description="Of two values under one definition; never of values under two"
    )


def compare(earlier: Snapshot, later: Snapshot) -> list[Difference]:
    """What is different, texts first; values under two definitions stand beside each other and are not subtracted.

    Of two plans an initiative is compared with the one that it carries on, and with no other of the same number.
    """
    found: list[Difference] = []
    names, later_names = _names(earlier), _later_names(earlier, later)
    one_plan = earlier.plan_id == later.plan_id
    for name in (*_TITLES, "foreword_da", "children_youth_da"):
        found += _fields("text", name, {name: getattr(earlier, name)}, {name: getattr(later, name)}, (name,))
    found += _things("focus_area", _areas(earlier, one_plan=one_plan), _areas(later, one_plan=one_plan), _TITLES)
    shown = (*_TITLES, "responsible_ministry", "children_youth", "state", "reason_code", "depends_on")
    said = tuple(SnapshotDescription.model_fields)
    found += _things("initiative", _initiatives(earlier, names), _initiatives(later, later_names), (*shown, *said))
    steps = _milestones(earlier, names), _milestones(later, later_names)
    found += _things("milestone", *steps, ("due_on", "state", "met_on"))
    found += _figures(_by_name(earlier), _by_name(later), versions_count=one_plan)
    found += _things(
        "priority", _priorities(earlier), _priorities(later), ("topic", "area", "children_youth", "calls_for")
    )
    if earlier.series is not None and later.series is not None:
        found += _things("value", _values(earlier.series), _values(later.series), ("value", "status"))
    if earlier.reach is not None and later.reach is not None:
        both = (*earlier.reach.municipalities, *later.reach.municipalities)
        said = ("ways",) if any(each.plan is None for each in both) else ("ways", "plan")
        found += _things("municipality", _reached(earlier.reach), _reached(later.reach), said)
    one, two = earlier.money.model_dump(), later.money.model_dump()
    return [*found, *_fields("money", "money", one, two, tuple(SnapshotMoney.model_fields))]


def _priorities(of: Snapshot) -> dict[str, dict[str, Any]]:
    return {each.title_da: each.model_dump() for each in of.priorities or ()}


def _values(of: Sequence[Series]) -> dict[str, dict[str, Any]]:
    """What series say of each period, told apart by the words of the definition too."""
    return {
        f"{each.code} {point.period}: {run.definition_da}": point.model_dump()
        for each in of
        for run in each.runs
        for point in run.points
    }


def _reached(of: SnapshotReach) -> dict[str, dict[str, Any]]:
    return {each.name: each.model_dump() for each in of.municipalities}


def _efforts(of: Snapshot) -> Iterator[SnapshotInitiative]:
    return (each for area in of.focus_areas for each in area.initiatives)


def _names(of: Snapshot) -> dict[int, str]:
    return {each.number: str(each.number) for each in _efforts(of)}


def _later_names(earlier: Snapshot, later: Snapshot) -> dict[int, str]:
    """What the later initiatives are called: as the earlier ones that they are compared with, else with their year."""
    if earlier.plan_id == later.plan_id:
        return _names(later)
    free, names = set(_names(earlier)), dict[int, str]()
    for each in _efforts(later):
        before = each.carried_on_from
        if before is not None and before.plan_year == earlier.year and before.number in free:
            free.remove(before.number)  # of several that carry it on, the first is compared
            names[each.number] = str(before.number)
        else:
            names[each.number] = f"{later.year}/{each.number}"
    return names


def _areas(of: Snapshot, *, one_plan: bool) -> dict[str, dict[str, Any]]:
    """By their numbers; those of two plans by their titles, of which two of one plan may have the same."""
    found: dict[str, dict[str, Any]] = {}
    for each in of.focus_areas:
        name = str(each.number or "-") if one_plan else each.title_da or "-"
        found[name if name not in found else f"{name} ({each.number})"] = each.model_dump(include=set(_TITLES))
    return found


def _initiatives(of: Snapshot, names: Mapping[int, str]) -> dict[str, dict[str, Any]]:
    return {names[each.number]: _flat(each) for each in _efforts(of)}


def _flat(of: SnapshotInitiative) -> dict[str, Any]:
    """The initiative and its description as one, with whatever is not there as none."""
    nothing: dict[str, Any] = dict.fromkeys((*SnapshotInitiative.model_fields, *SnapshotDescription.model_fields))
    return {**nothing, **of.model_dump(), **(of.description.model_dump() if of.description else {})}


def _milestones(of: Snapshot, names: Mapping[int, str]) -> dict[str, dict[str, Any]]:
    """By the initiative's name and their title; those of the same title by their place among them."""
    found: dict[str, dict[str, Any]] = {}
    for initiative in _efforts(of):
        for each in initiative.milestones:
            name, place = f"{names[initiative.number]}: {each.title_da}", 1
            while name in found:
                place += 1
                name = f"{names[initiative.number]}: {each.title_da} ({place})"
            found[name] = each.model_dump()
    return found


def _by_name(of: Snapshot) -> dict[str, SnapshotFigure]:
    return {f"{each.code} {each.period} {each.provenance}": each for each in all_figures(of)}


def _things(
    what: Any, earlier: Mapping[str, Mapping[str, Any]], later: Mapping[str, Mapping[str, Any]], names: Sequence[str]
) -> Iterator[Difference]:
    for name in dict.fromkeys((*earlier, *later)):
        one, two = earlier.get(name), later.get(name)
        if one is None or two is None:
            titles = [each and (each.get("title_da") or name) for each in (one, two)]
            yield Difference(what=what, name=name, field=None, earlier=titles[0], later=titles[1])
        else:
            yield from _fields(what, name, one, two, names)


def _fields(
    what: Any, name: str, one: Mapping[str, Any], two: Mapping[str, Any], names: Sequence[str]
) -> Iterator[Difference]:
    for field in names:
        if one[field] != two[field]:
            change = two[field] - one[field] if all(isinstance(each[field], Decimal) for each in (one, two)) else None
            yield Difference(what=what, name=name, field=field, earlier=one[field], later=two[field], change=change)


def _figures(
    earlier: Mapping[str, SnapshotFigure], later: Mapping[str, SnapshotFigure], *, versions_count: bool
) -> Iterator[Difference]:
    for name in dict.fromkeys((*earlier, *later)):
        one, two = earlier.get(name), later.get(name)
        if one is not None and two is not None and _defined_otherwise(one, two, versions_count=versions_count):
            both = [f"{each.value}: {each.definition_da}" for each in (one, two)]
            yield Difference(what="definition", name=name, field="value", earlier=both[0], later=both[1])
        elif one is None or two is None:
            values = [None if each is None else each.value for each in (one, two)]
            yield Difference(what="figure", name=name, field=None, earlier=values[0], later=values[1])
        else:
            yield from _fields("figure", name, one.model_dump(), two.model_dump(), ("value",))


def _defined_otherwise(one: SnapshotFigure, two: SnapshotFigure, *, versions_count: bool) -> bool:
    """Of one plan's figure the version says it, also where a new binding has kept its words; two plans count apart."""
    return one.definition_da != two.definition_da or (
        versions_count and one.definition_version != two.definition_version
    )
