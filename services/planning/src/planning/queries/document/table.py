"""A published plan as open data: tables for a spreadsheet, codes as in the document, and what each column holds."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from chassis.table import as_csv
from planning.domain.snapshot import Snapshot, SnapshotFigure, SnapshotTarget, digest, read
from planning.queries.document import words

Row = Mapping[str, object]


@dataclass(frozen=True)
class Column:
    """A column of a table: what it holds, and as which kind of value (XML Schema's names)."""

    name: str
    said_da: str
    datatype: str = "string"


@dataclass(frozen=True)
class OpenTable:
    """A table of the plan."""

    title_da: str
    columns: Sequence[Column]
    rows: Callable[[Snapshot], Iterator[Row]]

    def made(self, body: bytes) -> str:
        """The table, the same for the same document."""
        names = [each.name for each in self.columns]
        return as_csv(names, ({name: row.get(name) for name in names} for row in self.rows(read(body))))


def _initiatives(plan: Snapshot) -> Iterator[Row]:
    for area in plan.focus_areas:
        for each in area.initiatives:
            yield {"kind": "initiative", "focus_area": area.number, **each.model_dump()}
            yield from (_figure(own, each.number) for own in each.figures)
    yield from (_figure(each, None) for each in plan.figures)
    for each in plan.targets or ():
        own = {"kind": "target", "number": each.initiative_number, "title_da": each.name_da, "code": each.code}
        own |= {"period": each.target.period, "provenance": plan.provenance, "unit_da": each.unit_da}
        yield own | _target(each.target)


def _figure(figure: SnapshotFigure, number: int | None) -> Row:
    own = {"kind": "figure", "number": number, "title_da": figure.name_da, **figure.model_dump()}
    return own | (_target(figure.target) if figure.target else {"target": None})


def _target(of: SnapshotTarget) -> dict[str, object]:
    reached = None if of.reached is None else _yes(of.reached)
    return {"target": of.target, "target_bound": of.bound, "target_reached": reached}


def _milestones(plan: Snapshot) -> Iterator[Row]:
    for area in plan.focus_areas:
        for each in area.initiatives:
            for one in each.milestones:
                said = {"number": each.number, "initiative_da": each.title_da, "provenance": plan.provenance}
                yield {**one.model_dump(), **said}


def _series(plan: Snapshot) -> Iterator[Row]:
    for each in plan.series or ():
        for run in each.runs:
            for point in run.points:
                yield {**each.model_dump(exclude={"runs"}), **run.model_dump(exclude={"points"}), **point.model_dump()}


def _municipalities(plan: Snapshot) -> Iterator[Row]:
    if plan.reach is not None:
        for each in plan.reach.municipalities:
            known = {way.code: way.code in each.ways for way in plan.reach.ways}
            said = {"as_of": plan.reach.as_of, "provenance": plan.provenance, "plan_known": each.plan}
            own = each.model_dump(exclude={"ways", "plan"})
            yield {**said, **own, **{way: _yes(is_so) for way, is_so in known.items()}}


def _yes(is_so: bool) -> str:  # noqa: FBT001  # what it says is what it is called with
    return "true" if is_so else "false"


_DEFINITION = (
    Column("definition_version", "Definitionens nummer; tal under to numre kan ikke sammenlignes", "integer"),
    Column("definition_da", "Hvad tallet tæller"),
)
_READ = (
    Column("value", "Tallet; tomt hvor der er under fem enkeltsager bag", "decimal"),
    Column("status", "preliminary: foreløbigt, final: endeligt, corrected: rettet"),
    Column("as_of", "Hvornår tallet er opgjort (UTC)", "dateTime"),
)
TABLES: Final[Mapping[str, OpenTable]] = {
    "initiatives.csv": OpenTable(
        "Planens indsatser og tal",
        (
            Column("kind", "initiative: en indsats, figure: et tal, target: et mål for en periode uden tal her"),
            Column("focus_area", "Indsatsområdets nummer", "integer"),
            Column("number", "Indsatsens nummer", "integer"),
            Column("title_da", "Indsatsens eller tallets navn"),
            Column("responsible_ministry", "Ansvarlig myndighed; tomt hvor den ikke er oplyst"),
            Column("state", "Indsatsens status"),
            Column("reason_code", "Hvorfor den er opgivet eller aflyst"),
            Column("children_youth", "primary, partly eller no: om den handler om børn og unge"),
            Column("code", "Tallets kode"),
            Column("period", "År, kvartal (2026-Q1) eller måned (2026-01)"),
            Column("provenance", "actual: virkelige hændelser, synthetic: opdigtede til en demonstration"),
            _READ[0],
            Column("unit_da", "Hvad tallet er et antal af"),
            *_DEFINITION,
            *_READ[1:],
            Column("proof", "event_proved: hændelser, document_proved: et dokument, claimed: oplyst, none: intet"),
            Column("target", "Målet for perioden; tomt hvor der intet er", "decimal"),
            Column("target_bound", "at_least: mindst målet, at_most: højst målet"),
            Column("target_reached", "Om målet er nået; tomt hvor tallet ikke vises", "boolean"),
        ),
        _initiatives,
    ),
    "milestones.csv": OpenTable(
        "Indsatsernes milepæle",
        (
            Column("number", "Indsatsens nummer", "integer"),
            Column("initiative_da", "Indsatsens navn"),
            Column("title_da", "Hvad der skal være nået"),
            Column("due_on", "Den sidste dag", "date"),
            Column("state", "open, due_soon: snart, overdue: for sent, met: nået, dropped: frafaldet"),
            Column("met_on", "Hvornår den blev nået", "date"),
            Column("source_url", "Hvad der viser, at den er nået", "anyURI"),
            Column("proof", "event_proved: hændelser, document_proved: et dokument, claimed: oplyst, none: intet"),
            Column("provenance", "actual: virkelige hændelser, synthetic: opdigtede til en demonstration"),
        ),
        _milestones,
    ),
    "series.csv": OpenTable(
        "Planens tal over tid",
        (
            Column("code", "Tallets kode"),
            Column("name_da", "Tallets navn"),
            Column("unit_da", "Hvad tallet er et antal af"),
            Column("frequency", "year, quarter eller month: hvor ofte det opgøres"),
            Column("provenance", "actual: virkelige hændelser, synthetic: opdigtede til en demonstration"),
            *_DEFINITION,
            Column("defined_at", "Siden hvornår definitionen gælder (UTC)", "dateTime"),
            Column("period", "År, kvartal (2026-Q1) eller måned (2026-01)"),
            *_READ,
            Column("step_da", "Trinnet på skalaen, hvor der er vurderet i ord"),
            Column("words_da", "Hvad der er sagt om trinnet"),
            Column("source_url", "Hvor et aflæst tal kommer fra", "anyURI"),
        ),
        _series,
    ),
    "municipalities.csv": OpenTable(
        "Kommunerne, og hvad der er kendt af hver",
        (
            Column("code", "Kommunekode, fire cifre"),
            Column("name", "Kommunens navn"),
            Column("region", "Regionen på planens dag"),
            Column("plan", "Gyldig beredskabsplan kendt; false siger ikke, at der ingen er", "boolean"),
            Column("agreement", "Gældende samarbejdsaftale kendt", "boolean"),
            Column("advised", "Rådgivningsforløb aftalt eller afsluttet", "boolean"),
            Column("visited", "Besøgt af Rejseholdet", "boolean"),
            Column("as_of", "Hvornår det er opgjort (UTC)", "dateTime"),
            Column("provenance", "actual: virkelige hændelser, synthetic: opdigtede til en demonstration"),
            Column(
                "plan_known",
                "valid: gyldig beredskabsplan, too_old: for gammel, withdrawn: trukket tilbage, adopted: vedtaget og"
                " ikke offentliggjort, none_known: ingen gældende plan kendt; tomt i ældre dokumenter",
            ),
        ),
        _municipalities,
    ),
}
"""By the name of the file."""


def described(body: bytes) -> dict[str, Any]:
    """What the tables hold, column by column, for programs and people.

    Source: W3C, Metadata Vocabulary for Tabular Data (2015).
    """
    plan = read(body)
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "da"}],
        "dc:title": words.title(plan.title_da, plan.year),
        "dc:identifier": f"sha256:{digest(body)}",
        "dc:source": "document",
        "dialect": {"delimiter": ";", "header": True, "encoding": "utf-8"},
        "tables": [_described(name, table) for name, table in TABLES.items()],
    }


def _described(name: str, table: OpenTable) -> dict[str, Any]:
    return {
        "url": name,
        "dc:title": table.title_da,
        "tableSchema": {"columns": list(_columns(table.columns))},
    }


def _columns(columns: Iterable[Column]) -> Iterator[dict[str, str]]:
    for each in columns:
        yield {"name": each.name, "titles": each.name, "dc:description": each.said_da, "datatype": each.datatype}
