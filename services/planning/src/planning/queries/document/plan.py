"""What a published plan says, section by section: from its document and from nothing else."""

from collections.abc import Iterator, Sequence

from planning.domain.series import Series
from planning.domain.snapshot import (
    Snapshot,
    SnapshotArea,
    SnapshotFigure,
    SnapshotInitiative,
    SnapshotReach,
    all_figures,
    digest,
    read,
)
from planning.queries.document import pictures, words
from planning.queries.document.blocks import (
    Block,
    Cell,
    Column,
    Document,
    Items,
    Link,
    Notice,
    Paragraphs,
    Section,
    Table,
    Terms,
)

INITIATIVES = (
    Column("Nr.", numbers=True),
    Column("Indsats", share=2),
    Column("Ansvarligt ministerium", share=1.6),
    Column("Status", share=1),
    Column("Milepæle", share=0.8),
    Column("Børn og unge", share=0.8),
)
FIGURES = (
    Column("Tal", share=1.2),
    Column("Værdi", numbers=True),
    Column("Periode"),
    Column("Opgjort", share=1),
    Column("Definition", share=2),
)
POINTS = (
    Column("Periode", share=1),
    Column("Værdi", numbers=True),
    Column("Status", share=1),
    Column("Opgjort", share=2),
)


def told(body: bytes) -> Document:
    """The plan as a document."""
    plan = read(body)
    published = f", offentliggjort {words.day(plan.published_on)}" if plan.published_on else ""
    lead: list[Cell] = [f"Version {plan.version}{published}."]
    if plan.source_url:
        lead.append(Link(f"Kilde: {plan.source_url}", plan.source_url))
    return Document(
        title=f"{plan.title_da} {plan.year}",
        lead=lead,
        notices=list(_notices(plan)),
        sections=list(_sections(plan)),
        foot="Lavet af planens dokument med SHA-256",
        digest=digest(body),
    )


def municipalities(reach: SnapshotReach) -> list[Block]:
    """The municipalities as a picture, as a table that says the same, and what the letters mean exactly."""
    ways = {way.code: way for way in reach.ways}
    shown = [each for each in words.WAYS if each in ways]
    heads = (
        Column("Kommune", share=1.3),
        Column("Region", share=1.15),
        *(Column(words.WAYS[each][1], share=1.9 if each in ("plan", "agreement") else 1) for each in shown),
    )
    rows = [
        (each.name, each.region.removeprefix("Region "), *(words.known(way, each.ways, each.plan) for way in shown))
        for each in reach.municipalities
    ]
    meant = [(f"{words.WAYS[each][0]} · {words.WAYS[each][1]}", f"{ways[each].definition_da}.") for each in shown]
    regions = f"Regionerne er dem, der gælder den {words.day(reach.regions_on)}."
    return [
        Paragraphs([f"Opgjort {words.moment(reach.as_of)}. {regions}"]),
        *pictures.municipalities(reach),
        Terms(meant),
        Table("Kommunerne, og hvad der er kendt af hver", heads, rows),
    ]


def series(of: Series) -> list[Block]:
    """A figure over time as a picture, with a table for each definition."""
    tables = [
        Table(
            f"{words.named(of.name_da, of.unit_da)}, definition {run.definition_version}: {run.definition_da}",
            POINTS,
            [
                (
                    words.period(point.period),
                    words.value(point.value, step=point.step_da, said=point.words_da),
                    words.STATUSES[point.status],
                    words.moment(point.as_of),
                )
                for point in run.points
            ],
        )
        for run in of.runs
    ]
    broken = [Paragraphs([f"Serien er brudt {_times(len(of.runs) - 1)}. {words.TWO_DEFINITIONS}"])]
    has_values = any(point.value is not None for run in of.runs for point in run.points)
    return [*([pictures.over_time(of)] if has_values else []), *(broken if len(of.runs) > 1 else []), *tables]


def _times(count: int) -> str:
    return "én gang" if count == 1 else f"{count} gange"


def _notices(plan: Snapshot) -> Iterator[Notice]:
    if plan.provenance == "synthetic":
        yield Notice("Syntetisk plan", "Intet heri handler om virkelige indsatser, kommuner eller personer.")
    if plan.corrects is not None:
        yield Notice(f"Rettelse af version {plan.corrects}", plan.correction_da or "")


def _sections(plan: Snapshot) -> Iterator[Section]:
    yield Section("Forord", [Paragraphs(words.paragraphs(plan.foreword_da))])
    picture = pictures.progress(plan.focus_areas, _area_title)
    yield Section(
        "Hvor langt er indsatserne?",
        [picture] if picture else [Paragraphs(["Planen har ingen indsatser."])],
        [Section(_area_title(area), [_initiatives(area)]) for area in plan.focus_areas if area.initiatives],
    )
    yield Section("Tal", _figures(plan), [Section(each.name_da, series(each)) for each in plan.series or ()])
    if plan.reach:
        synthetic = "De syntetiske kommuner" if plan.provenance == "synthetic" else "Kommunerne"
        yield Section(synthetic, municipalities(plan.reach))
    yield Section("Børn og unge", [Paragraphs(words.paragraphs(plan.children_youth_da))])
    yield Section("Opfølgning", [_follow_ups(plan)])
    priorities = [each.title_da for each in plan.priorities or ()]
    yield Section("Prioriteter", [Items(priorities) if priorities else Paragraphs(words.paragraphs(None))])
    money = plan.money
    amounts = (
        ("Ramme", money.frame_mio_dkk), ("Fordelt", money.allocated_mio_dkk), ("Forskel", money.difference_mio_dkk)
    )  # fmt: skip
    yield Section("Økonomi", [Terms([(name, words.money(amount)) for name, amount in amounts])])
    if plan.hearings:
        yield Section(
            "Høring", [Items([f"{each.authority}: {words.position(each.position)}" for each in plan.hearings])]
        )


def _initiatives(area: SnapshotArea) -> Table:
    return Table(f"Indsatser: {_area_title(area)}", INITIATIVES, [_cells(each) for each in area.initiatives], names=1)


def _cells(each: SnapshotInitiative) -> Sequence[str]:
    came = f" (af nr. {', '.join(map(str, each.came_from))})" if each.came_from else ""
    became = f" (fortsætter som nr. {', '.join(map(str, each.became))})" if each.became else ""
    standing = [one for one in each.milestones if one.state != "dropped"]
    met = f"{sum(one.state == 'met' for one in standing)} af {len(standing)} nået" if standing else "ingen"
    return (
        str(each.number),
        each.title_da + came + became,
        each.responsible_ministry or words.NOT_STATED,
        words.state(each.state, each.reason_code),
        met,
        words.youth(each.children_youth),
    )


def _figures(plan: Snapshot) -> list[Block]:
    found = all_figures(plan)
    if not found:
        return [Paragraphs(["Planen har ingen tal."])]
    rows = [
        (
            words.named(each.name_da, each.unit_da),
            words.value(each.value, each.out_of, step=each.step_da, said=each.words_da),
            words.period(each.period),
            f"{words.moment(each.as_of)}, {words.STATUSES[each.status]}{_proof(each)}",
            f"{each.definition_da} (definition {each.definition_version})",
        )
        for each in found
    ]
    said = Paragraphs([f"{words.TWO_DEFINITIONS} {words.FEW_CASES}"])
    return [Table("Hvert tal med sin definition og sit tidspunkt", FIGURES, rows), said]


def _proof(each: SnapshotFigure) -> str:
    return f", {words.PROOFS[each.proof]}" if each.proof else ""


def _follow_ups(plan: Snapshot) -> Block:
    if plan.follow_ups is None:
        return Paragraphs(words.paragraphs(None))
    if not plan.follow_ups:
        return Paragraphs(["Ingen indsatser er sat i gang eller afsluttet siden sidste plan."])
    return Terms([(f"{each.title_da} ({each.plan_year}, nr. {each.number})", each.text_da) for each in plan.follow_ups])


def _area_title(area: SnapshotArea) -> str:
    return f"{area.number}. {area.title_da}" if area.number else "Uden oplyst indsatsområde"
