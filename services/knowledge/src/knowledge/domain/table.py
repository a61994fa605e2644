"""A table of statistics: its numbers by region and category, which of them may be shown, and the bytes that go out.

Counts go out with all their totals, and small ones are left out together with whatever would give them away. Shares and
means cannot be added up, so they have no totals; each says how many people it is about, which is shown to nobody.

Source: databeskyttelsesloven § 10; practice of Danmarks Statistik (cells below 5).
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.disclosure import MINIMUM, one_way, two_way
from contracts.geography import municipalities, region_of
from contracts.problems import Invalid
from contracts.values import LARGEST, Figure, Provenance

Unit = Literal["count", "percent", "mean"]
Area = Literal["nation", "nordjylland", "midtjylland", "syddanmark", "sjaelland", "hovedstaden", "oestdanmark"]
CorrectionReason = Literal["source_corrected", "counted_wrongly", "late_reports"]
Key = tuple[str, str]
"""Area and category; `nation` and `all` are the totals of a table of counts."""
NATION: Final = "nation"
ALL: Final = "all"
NEEDED: Final = (
    "definition_version", "definition_da", "as_of", "method_da", "units_reporting", "units_asked", "dark_figure_da",
)  # fmt: skip
"""What must be said before anybody looks at what the table gives away."""
HIDDEN_DA: Final = (
    f"Tal under {MINIMUM} og de tal, som de kunne regnes ud af, vises ikke. Det, der én gang er udeladt, vises heller"
    " ikke i en rettelse."
)


class TableIncomplete(Invalid):
    """A table has one number for each of its areas and categories, and its areas make up the nation."""

    title_da = "Tabellens tal er ikke fuldstændige"


class NumberImpossible(Invalid):
    """A number is not one that the table's unit can have."""

    title_da = "Tallet passer ikke til tabellens enhed"


class CoverageImpossible(Invalid):
    """No more units report than were asked."""

    title_da = "Flere enheder har svaret, end der er spurgt"


class SourceUndated(Invalid):
    """Numbers from elsewhere have an address and the day on which it was read."""

    title_da = "Kilden mangler adresse eller læsedag"


class Category(BaseModel):
    """What a column of a table is about."""

    code: str
    name_da: str


class Cell(BaseModel):
    """A number as it was written, which nobody but its writers sees."""

    area: Area
    category: str
    count: int = Field(description="The number itself; of a share or a mean, how many people it is about")
    number: Figure | None = None


class Content(BaseModel):
    """What a statistic says, as it was written. None where it is not stated."""

    model_config = ConfigDict(frozen=True)

    title_da: str
    title_en: str | None = None
    unit: Unit
    definition_version: int | None = None
    definition_da: str | None = None
    method_da: str | None = None
    as_of: date | None = Field(default=None, description="The day whose knowledge the numbers are")
    units_reporting: int | None = None
    units_asked: int | None = None
    dark_figure_da: str | None = None
    caveat_da: str | None = None
    source_url: str | None = None
    read_on: date | None = None
    categories: tuple[Category, ...]
    headline_category: str | None = Field(default=None, description="None for the total of a table of counts")
    cells: tuple[Cell, ...]

    @property
    def missing(self) -> list[str]:
        """What must be said and is not."""
        return [name for name in NEEDED if getattr(self, name) is None]

    @property
    def keys(self) -> frozenset[Key]:
        """What there are numbers of, totals apart."""
        return frozenset((each.area, each.category) for each in self.cells)


class ShownNumber(BaseModel):
    """A number as everybody may see it."""

    area: Area
    category: str = Field(description="A category's code, or `all` for the total of all categories")
    value: Figure | None = Field(description="None where it is left out")


class ReleasedTable(BaseModel):
    """The numbers of a table with everything that must be said with them. Its bytes never change."""

    statistic_id: UUID
    provenance: Provenance
    table: str
    period: str
    edition: int = Field(description="Counts the sets of numbers; the first one that was released is 1")
    released_at: datetime
    reason: CorrectionReason | None = Field(description="Why it took the place of the one before; none for the first")
    title_da: str
    title_en: str | None
    unit: Unit
    definition_version: int
    definition_da: str
    series_break: bool = Field(description="The release of the table before it counted by another definition")
    method_da: str
    as_of: date
    units_reporting: int
    units_asked: int
    dark_figure_da: str
    caveat_da: str | None
    source_url: str | None
    read_on: date | None
    categories: tuple[Category, ...]
    headline_category: str | None
    headline_value: Annotated[Figure | None, Field(description="The national number; None where it is left out")]
    hidden_count: int = Field(description="How many of the numbers are left out")
    hidden_da: str = Field(description="Why numbers are left out")
    numbers: tuple[ShownNumber, ...]

    @property
    def hidden(self) -> frozenset[Key]:
        """What is left out."""
        return frozenset((each.area, each.category) for each in self.numbers if each.value is None)


def content(said: Mapping[str, Any], *, period: str) -> Content:
    """What was said, when it can be a table of that period.

    Raises: TableIncomplete, NumberImpossible, CoverageImpossible, SourceUndated.
    """
    made = Content.model_validate(said)
    _check_categories(made)
    _check_areas(made, period)
    _check_numbers(made)
    if (made.units_reporting or 0) > (made.units_asked if made.units_asked is not None else LARGEST):
        raise CoverageImpossible("No more units report than were asked.", pointer="/units_reporting")
    if (made.source_url is None) != (made.read_on is None):
        raise SourceUndated("Say both where the numbers were read and on which day.", pointer="/read_on")
    return made


def shown(content: Content, before: ReleasedTable | None = None) -> dict[Key, Decimal | None]:
    """The numbers with their totals as everybody may see them, beside those that everybody has seen before.

    What was left out stays left out. Whoever remembers a number that is left out only now could subtract it, and those
    beside it, from a new total: so there is no total then.
    """
    now = _counts(content) if content.unit == "count" else _figures(content)
    hidden = {key for key, value in now.items() if value is None}
    earlier = frozenset[Key]() if before is None else before.hidden
    if before is not None and not hidden <= earlier:
        hidden |= now.keys() - content.keys
    return {key: None if key in hidden | earlier else value for key, value in now.items()}


def released(content: Content, before: ReleasedTable | None, **said: Any) -> ReleasedTable:
    """The table as it goes out; `before` is the edition whose place it takes."""
    numbers = shown(content, before)
    return ReleasedTable(
        **content.model_dump(exclude={"cells"}),
        **said,
        edition=1 if before is None else before.edition + 1,
        headline_value=numbers[NATION, content.headline_category or ALL],
        hidden_count=sum(value is None for value in numbers.values()),
        hidden_da=HIDDEN_DA,
        numbers=listed(numbers),
    )


def listed(numbers: Mapping[Key, Decimal | None]) -> tuple[ShownNumber, ...]:
    """The numbers by area and category."""
    return tuple(
        ShownNumber.model_validate({"area": area, "category": category, "value": value})
        for (area, category), value in sorted(numbers.items())
    )


def written(table: ReleasedTable) -> bytes:
    """The bytes in which the table is served for ever."""
    return table.model_dump_json().encode()


def digest(document: bytes) -> str:
    """SHA-256 of a table's bytes."""
    return sha256(document).hexdigest()


def _counts(content: Content) -> dict[Key, Decimal | None]:
    numbers = {(str(each.area), each.category): each.count for each in content.cells}
    if {area for area, _ in numbers} == {NATION}:
        line = one_way({category: count for (_, category), count in numbers.items()})
        found = {(NATION, category): count for category, count in line.cells.items()} | {(NATION, ALL): line.total}
    else:
        table = two_way(numbers)
        found = {**table.cells, **{(area, ALL): count for area, count in table.rows.items()}}
        found |= {(NATION, category): count for category, count in table.columns.items()} | {(NATION, ALL): table.total}
    return {key: None if count is None else Decimal(count) for key, count in found.items()}


def _figures(content: Content) -> dict[Key, Decimal | None]:
    """Where one number of an area is about too few, none of the area is shown: shares add up to a hundred."""
    few = {each.area for each in content.cells if _is_few(content.unit, each)}
    return {(each.area, each.category): None if each.area in few else each.number for each in content.cells}


def _is_few(unit: Unit, cell: Cell) -> bool:
    if unit == "percent" and cell.number is not None:
        share = round(cell.number * cell.count / 100)
        return min(share, cell.count - share) < MINIMUM
    return cell.count < MINIMUM


def _check_categories(content: Content) -> None:
    codes = [each.code for each in content.categories]
    if len(set(codes)) < len(codes) or ALL in codes:
        raise TableIncomplete("Each category has a code of its own, and none is `all`.", pointer="/categories")
    if content.headline_category not in (*codes, *([None] if content.unit == "count" else [])):
        raise TableIncomplete(
            "The headline is the national number of a category, or of all counts.", pointer="/headline_category"
        )


def _check_areas(content: Content, period: str) -> None:
    areas = {str(each.area) for each in content.cells}
    nation, regions = {NATION}, _regions(period)
    complete = (nation, regions) if content.unit == "count" else (nation, nation | regions)
    if areas not in complete:
        raise TableIncomplete(
            "Counts are of the nation or of all its regions; shares and means of the nation, and of all its regions or"
            " none.",
            pointer="/cells",
        )
    wanted = {(area, each.code) for area in areas for each in content.categories}
    if Counter((str(each.area), each.category) for each in content.cells) != Counter(wanted):
        raise TableIncomplete("Say one number for each area and category.", pointer="/cells")


def _check_numbers(content: Content) -> None:
    for place, each in enumerate(content.cells):
        pointer = f"/cells/{place}/number"
        if (each.number is None) != (content.unit == "count"):
            raise NumberImpossible("A share or a mean has a number, a count has none.", pointer=pointer)
        if content.unit == "percent" and not 0 <= (each.number or 0) <= 100:
            raise NumberImpossible("A share lies between 0 and 100.", pointer=pointer)
    if content.unit == "count" and sum(each.count for each in content.cells) > LARGEST:
        raise NumberImpossible(f"All counts together are at most {LARGEST}.", pointer="/cells")


def _regions(period: str) -> set[str]:
    """Denmark's regions when the period begins."""
    month = int(period[6]) * 3 - 2 if "Q" in period else int(period[5:] or 1)
    on = date(int(period[:4]), month, 1)
    return {region_of(each.code, on) for each in municipalities(on)}
