"""What an answer for a committee says, section by section."""

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
from planning.domain.pack import Pack, PackAsked, PackFigure, PackInitiative, PackSource, SealedPack
from planning.queries.document import words
from planning.queries.document.figures import FIGURES, how_many, series, taken
from planning.queries.document.plan import municipalities

COUNTS = (Column("Hvad", share=2), Column("Mindst", numbers=True), Column("Måneder talt med", numbers=True))
INITIATIVES = (
    Column("Indsats", share=2),
    Column("Plan", share=2),
    Column("Ansvarlig myndighed", share=1.6),
    Column("Status", share=1.2),
    Column("Milepæle", share=1),
)
SOURCES = (Column("Udgivelse", share=1.2), Column("År"), Column("ISBN", share=1.4), Column("Findes på", share=3))


def told(pack: SealedPack) -> Document:
    """The answer as a document."""
    about = pack.topic_da or "udvalgte tal"
    known = "Intet er hørt endnu." if pack.as_of is None else f"Opgjort {words.moment(pack.as_of)}."
    return Document(
        title=f"Svar om {about}",
        short=f"Svar om {about}",
        lead=[f"Perioden {words.day(pack.first_month)} til {words.day(pack.last_month)}. {known}"],
        notices=list(_notices(pack)),
        sections=list(_sections(pack)),
        foot="Samme stand giver samme svar. Svarets SHA-256 er",
        code=pack.hash,
    )


def file_name(pack: Pack) -> str:
    """What a file of the answer is called, without its ending: what it is about, and its months."""
    about = pack.topic_da or "udvalgte tal"
    return words.file_name(f"Svar om {about}", f"{pack.first_month} til {pack.last_month}")


def _notices(pack: Pack) -> Iterator[Notice]:
    if pack.provenance == "synthetic":
        yield Notice("Syntetiske tal", "Intet heri handler om virkelige indsatser, kommuner eller personer.")
    mixed = [each for each in pack.figures if each.plan_provenance == "synthetic" != pack.provenance]
    if mixed:
        names = ", ".join(f"»{name}«" for name in dict.fromkeys(each.series.name_da for each in mixed))
        yield Notice(
            "Virkelige tal i en syntetisk plan",
            f"{names} tæller virkelige hændelser, men hører til en opdigtet plan. Tallets navn, definition og plan må"
            " ikke gengives som en virkelig plans.",
        )


def _sections(pack: Pack) -> Iterator[Section]:
    yield Section("Sådan skal tallene læses", [Items(pack.said_da)])
    nothing = "Intet er udeladt."
    yield Section("Hvad der ikke kan siges", [Items(pack.not_said_da) if pack.not_said_da else Paragraphs([nothing])])
    if pack.figures:
        yield Section("Tal", [_overview(pack.figures)], [_figure(each) for each in pack.figures])
    if pack.asked is not None:
        yield Section("Henvendelser og behov", list(_asked(pack.asked)))
    if pack.offers is not None:
        held = words.count(pack.offers.held, "arrangement er holdt", "arrangementer er holdt")
        announced = words.count(pack.offers.announced, "er annonceret", "er annonceret")
        yield Section("Arrangementer om emnet", [Paragraphs([f"{held}, og {announced} i perioden."])])
    if pack.reach is not None:
        yield Section("Kommunerne", municipalities(pack.reach))
    if pack.initiatives:
        rows = [_initiative(each) for each in pack.initiatives]
        yield Section("Indsatser", [Table("Indsatser, som tallene hører til", INITIATIVES, rows)])
    if pack.priorities:
        yield Section("Prioriteter", [Items([f"{each.year}: {each.title_da}" for each in pack.priorities])])
    yield Section("Kilder", list(_sources(pack)))


def _overview(figures: Sequence[PackFigure]) -> Table:
    rows = [
        (
            words.named(each.series.name_da, each.series.unit_da),
            words.value(each.newest.value, _of_how_many(each), step=each.newest.step_da, said=each.newest.words_da),
            words.period(each.newest.period),
            taken(each.newest.period, each.newest.status, each.newest.as_of, each.newest.source_url),
            f"{each.series.runs[-1].definition_da} (definition {each.newest.definition_version})",
        )
        if each.newest
        else (each.series.name_da, "ingen måling", "-", "-", each.definition_da)
        for each in figures
    ]
    return Table("Hvert tal med sin definition og sit tidspunkt", FIGURES, rows)


def _of_how_many(each: PackFigure) -> int | None:
    return how_many(each.out_of, each.series.provenance)


def _figure(each: PackFigure) -> Section:
    newest, of = each.newest, f" nr. {each.initiative_number}" if each.initiative_number else ""
    synthetic = ", en syntetisk plan" if each.plan_provenance == "synthetic" else ""
    said: list[tuple[str, Cell]] = [
        ("Definition", each.definition_da),
        ("Sådan tælles der", each.counts_da),
        ("Hører til", f"{each.plan_title_da} ({each.plan_year}){', indsats' + of if of else ''}{synthetic}"),
    ]
    if newest and newest.event_count is not None:
        said.append(("Bag tallet", words.count(newest.event_count, "hændelse", "hændelser")))
    if newest and newest.counted_hash and newest.event_count:
        said.append(("Hændelsernes SHA-256", newest.counted_hash))
    if newest and newest.source_url:
        said.append(("Aflæst fra", Link(newest.source_url, newest.source_url)))
    if newest and newest.watermark:
        marks = (
            f"{topic}/{partition}: {offset}"
            for topic, partitions in sorted(newest.watermark.items())
            for partition, offset in sorted(partitions.items(), key=lambda one: int(one[0]))
        )
        said.append(("Talt til", "; ".join(marks)))
    blocks: list[Block] = [Terms(said)]
    return Section(each.series.name_da, blocks + (series(each.series) if each.series.has_history else []))


def _asked(asked: PackAsked) -> Iterator[Block]:
    counts = (
        ("Henvendelser om emnet", asked.enquiries),
        ("Behov for undervisning", asked.training_needs),
        ("Behov for materiale", asked.material_needs),
    )
    rows = [
        (
            name,
            words.NOT_SHOWN if each.at_least is None else words.number(each.at_least),
            f"{each.months_shown} af {each.months}",
        )
        for name, each in counts
    ]
    yield Table("Talt i periodens afsluttede måneder", COUNTS, rows)
    yield Paragraphs([f"{asked.definition_da}.", "Måneder, der ville røbe et tal under fem, er ikke talt med."])


def _initiative(each: PackInitiative) -> Sequence[str]:
    return (
        f"{each.number}. {each.title_da}",
        f"{each.plan_title_da} ({each.plan_year})",
        each.responsible_ministry or NOT_STATED,
        words.state(each.state, each.reason_code),
        f"{each.milestones_met} af {each.milestones} nået" if each.milestones else "ingen",
    )


def _sources(pack: Pack) -> Iterator[Block]:
    read = list(
        dict.fromkeys(each.newest.source_url for each in pack.figures if each.newest and each.newest.source_url)
    )
    if pack.sources:
        yield Table("Gældende udgivelser om emnet", SOURCES, [_source(each) for each in pack.sources])
    if read:
        yield Paragraphs(["Tal, der er aflæst:", *(Link(each, each) for each in read)])
    counted = sum(each.newest is not None and each.newest.source_url is None for each in pack.figures)
    if counted:
        yield Paragraphs(
            [f"{words.count(counted, 'tal er talt', 'tal er talt')} i MÆRKs hændelser og kan tælles igen."]
        )
    if not pack.sources and not read and not counted:
        yield Paragraphs(["Der er ingen kilder."])


def _source(each: PackSource) -> Sequence[Cell]:
    where = Link(each.url, each.url) if each.url else NOT_STATED
    return words.PUBLICATIONS.get(each.kind, each.kind), str(each.year), each.isbn or NOT_STATED, where
