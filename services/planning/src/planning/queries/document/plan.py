"""What a published plan says, section by section: from its document and from nothing else."""

from collections.abc import Iterator, Sequence

from chassis.document.blocks import (
    NOT_STATED,
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
from planning.domain.snapshot import (
    Snapshot,
    SnapshotArea,
    SnapshotInitiative,
    SnapshotMilestone,
    SnapshotReach,
    all_figures,
    digest,
    read,
)
from planning.queries.document import figures, pictures, words

INITIATIVES = (
    Column("Nr.", numbers=True),
    Column("Indsats", share=2),
    Column("Ansvarlig myndighed", share=1.6),
    Column("Status", share=1),
    Column("Milepæle", share=0.8),
    Column("Børn og unge", share=0.8),
)
MILESTONES = (
    Column("Nr.", numbers=True),
    Column("Milepæl", share=2),
    Column("Senest", share=1),
    Column("Status", share=1.6),
)


def told(body: bytes) -> Document:
    """The plan as a document."""
    plan = read(body)
    published = f", offentliggjort {words.day(plan.published_on)}" if plan.published_on else ""
    lead: list[Cell] = [f"Version {plan.version}{published}."]
    if plan.source_url:
        lead.append(Link(f"Kilde: {plan.source_url}", plan.source_url))
    return Document(
        title=words.title(plan.title_da, plan.year),
        short=f"Handlingsplan {plan.year}, version {plan.version}",
        lead=lead,
        notices=list(_notices(plan)),
        sections=list(_sections(plan)),
        foot="Lavet af planens dokument med SHA-256",
        code=digest(body),
    )


def file_name(body: bytes) -> str:
    """What a file of the plan is called, without its ending; its title, which people wrote, is not for headers."""
    plan = read(body)
    synthetic = "syntetisk-" if plan.provenance == "synthetic" else ""
    return f"{synthetic}handlingsplan-{plan.year}-version-{plan.version}"


def municipalities(reach: SnapshotReach) -> list[Block]:
    """The municipalities as a picture, as a table that says the same, and what the letters mean exactly."""
    ways = {way.code: way for way in reach.ways}
    shown = [each for each in words.WAYS if each in ways]
    heads = (
        Column("Kommune", share=1.5),
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
        [Section(_area_title(area), [_initiatives(area)]) for area in plan.focus_areas],
    )
    yield from _milestones(plan)
    descriptions = list(_descriptions(plan))
    if descriptions:
        yield Section("Hvad indsatserne handler om", (), descriptions)
    yield Section("Tal", _figures(plan), [Section(each.name_da, figures.series(each)) for each in plan.series or ()])
    if plan.reach:
        synthetic = "De syntetiske kommuner" if plan.provenance == "synthetic" else "Kommunerne"
        yield Section(synthetic, municipalities(plan.reach))
    yield Section("Børn og unge", [Paragraphs(words.paragraphs(plan.children_youth_da))])
    yield Section("Opfølgning", [_follow_ups(plan)])
    priorities = [each.title_da for each in plan.priorities or ()]
    yield Section("Prioriteter", [Items(priorities) if priorities else Paragraphs(words.paragraphs(None))])
    yield Section("Økonomi", [_money(plan)])
    yield from _hearing(plan)


def _initiatives(area: SnapshotArea) -> Block:
    if not area.initiatives:
        return Paragraphs(["Ingen indsatser."])
    return Table(f"Indsatser: {_area_title(area)}", INITIATIVES, [_cells(each) for each in area.initiatives], names=1)


def _cells(each: SnapshotInitiative) -> Sequence[str]:
    came = f" (af nr. {', '.join(map(str, each.came_from))})" if each.came_from else ""
    became = f" (fortsætter som nr. {', '.join(map(str, each.became))})" if each.became else ""
    standing = [one for one in each.milestones if one.state != "dropped"]
    met = f"{sum(one.state == 'met' for one in standing)} af {len(standing)} nået" if standing else "ingen"
    return (
        str(each.number),
        each.title_da + came + became,
        each.responsible_ministry or NOT_STATED,
        words.state(each.state, each.reason_code),
        met,
        words.youth(each.children_youth),
    )


def _milestones(plan: Snapshot) -> Iterator[Section]:
    """What each initiative was to have reached by which day, and whether it has."""
    rows = [
        (str(effort.number), one.title_da, words.day(one.due_on), _milestone(one))
        for area in plan.focus_areas
        for effort in area.initiatives
        for one in effort.milestones
    ]
    if rows:
        yield Section("Milepæle", [Table("Indsatsernes milepæle", MILESTONES, rows, names=1)])


def _milestone(one: SnapshotMilestone) -> Cell:
    said = words.MILESTONES[one.state] + (f" {words.day(one.met_on)}" if one.met_on else "")
    if one.source_url:
        return Link(f"et dokument hos {words.host(one.source_url)}", one.source_url, before=f"{said}, vist ved ")
    return f"{said}, {words.PROOFS[one.proof]}" if one.state == "met" and one.proof else said


def _descriptions(plan: Snapshot) -> Iterator[Section]:
    """What each initiative is about, where it was stated."""
    for each in (one for area in plan.focus_areas for one in area.initiatives):
        about = each.description
        said = [] if about is None else [
            ("Problem", about.problem_da), ("Indsats", about.description_da),
            ("Forventet ændring", about.expected_change_da),
        ]  # fmt: skip
        terms = [(name, text) for name, text in said if text]
        if terms:
            yield Section(f"{each.number}. {each.title_da}", [Terms(terms)])


def _figures(plan: Snapshot) -> list[Block]:
    found = all_figures(plan)
    others = figures.open_targets(plan.targets or ())
    if not found:
        return [Paragraphs(["Planen har ingen tal."]), *others]
    is_hidden = any(each.value is None and each.step_da is None for each in found)
    is_hidden |= any(point.is_hidden for of in plan.series or () for run in of.runs for point in run.points)
    said = [words.TWO_DEFINITIONS, *([words.FEW_CASES] if is_hidden else [])]
    return [*figures.figures(found), Paragraphs([" ".join(said)]), *others]


def _money(plan: Snapshot) -> Terms:
    """An old plan's source that states nothing that was set aside does not say that it was none."""
    money, entered = plan.money, plan.is_entered and not plan.money.allocated_mio_dkk
    amounts = (
        ("Ramme", money.frame_mio_dkk),
        ("Fordelt", None if entered else money.allocated_mio_dkk),
        ("Ikke fordelt", None if entered else money.difference_mio_dkk),
    )
    return Terms([(name, words.money(amount)) for name, amount in amounts])


def _hearing(plan: Snapshot) -> Iterator[Section]:
    """Who was asked, where each stands, and what it answered."""
    if plan.hearings:
        said = [f"{each.name_da or each.authority}: {words.position(each.position)}" for each in plan.hearings]
        answers = [
            Section(f"Svar fra {each.name_da or each.authority}", [Paragraphs(words.paragraphs(each.text_da))])
            for each in plan.hearings
            if each.text_da
        ]
        yield Section("Høring", [Items(said)], answers)


def _follow_ups(plan: Snapshot) -> Block:
    if plan.follow_ups is None:
        return Paragraphs(words.paragraphs(None))
    if not plan.follow_ups:
        return Paragraphs(["Ingen indsatser er sat i gang eller afsluttet siden sidste plan."])
    return Terms([(f"{each.title_da} ({each.plan_year}, nr. {each.number})", each.text_da) for each in plan.follow_ups])


def _area_title(area: SnapshotArea) -> str:
    return f"{area.number}. {area.title_da}" if area.number else "Uden oplyst indsatsområde"
