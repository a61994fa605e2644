"""A process on paper, section by section: what the municipality is given of it."""

from collections.abc import Iterator
from datetime import datetime

from advisory.domain.process import OVER, STATES_DA
from advisory.queries.document import words
from advisory.queries.process import AdviceNote, MilestoneView, PlannedVisitView, ProcessView, ScopeView, VisitView
from chassis.document.blocks import (
    NOT_STATED,
    Block,
    Column,
    Document,
    Items,
    Notice,
    Paragraphs,
    Section,
    Table,
    Terms,
)
from contracts.taxonomy import CHILDREN_YOUTH_NAMES_DA, TOPIC_NAMES_DA

PLANNED = (Column("Dag"), Column("Form"), Column("Status"), Column("Begrundelse"))
HELD = (
    Column("Dag"),
    Column("Form"),
    Column("Deltagere", numbers=True),
    Column("Varighed", numbers=True),
    Column("Rejsetid", numbers=True),
)
MILESTONES = (Column("Nr."), Column("Milepæl"), Column("Skal være nået"), Column("Status"))
DELIVERABLES = (Column("Nr."), Column("Leverance"), Column("Beskrivelse"), Column("Leveret"), Column("Gennemgås igen"))
NEEDS = (Column("Behov"), Column("Emne"))


def told(note: AdviceNote, *, at: datetime) -> Document:
    """The note as a document, as of that moment."""
    process = note.process
    notices = words.notices(process.provenance)
    if process.is_confidential:
        said = "Andre får kun region og kvartal at vide om dette forløb, og samarbejdspartnere intet."
        notices.append(Notice("Fortroligt", said))
    return Document(
        title=f"Notat om rådgivningsforløb: {note.municipality}",
        short=f"Rådgivningsforløb: {note.municipality}",
        lead=[note.non_binding.da],
        notices=notices,
        sections=[
            Section("Forløbet", [Terms(list(_what(note)))]),
            Section("Hvad der er aftalt", [Terms(list(_agreed(process)))], list(_scopes(process.scopes))),
            Section("Besøg", list(_visits(process)), [_visit(each) for each in process.visits]),
            Section("Milepæle", [_milestones(process)]),
            Section("Leverancer", [_deliverables(process)]),
            Section("Opfølgning", [Terms(list(_followed_up(process)))]),
            Section("Behov, som forløbet har vist", [_needs(process)]),
            Section("Hvad der er tilbage", [Items(list(_left(process)) or ["Intet står åbent."])]),
            Section("Ansvar", [Paragraphs([note.responsibility.da])]),
        ],
        foot=f"Forløbet, som det stod den {words.today(at)} (udgave {process.revision}). Forløbets nummer er",
        code=str(process.id),
    )


def _what(note: AdviceNote) -> Iterator[tuple[str, str]]:
    process = note.process
    yield "Kommune", f"{note.municipality} (kommunekode {process.municipality_code})"
    yield "Hvad hjælpen drejer sig om", words.named(words.KINDS, process.kind)
    yield "Institutionstype", words.named(words.INSTITUTIONS, process.institution_type)
    yield "Hvor", words.named(words.SETTINGS, process.setting)
    yield "Børn og unge", words.named(CHILDREN_YOUTH_NAMES_DA, process.children_youth)
    yield "Begyndte med en henvendelse", words.yes(process.enquiry_id is not None)
    yield "Kommunens ønske", process.goal or NOT_STATED
    yield "Status", STATES_DA[process.state]
    if process.reason is not None:
        yield "Begrundelse", process.reason
    if process.state == "paused":
        yield "På pause til", words.day(process.paused_until)


def _agreed(process: ProcessView) -> Iterator[tuple[str, str]]:
    yield "Aftalt", words.done(process.agreed_on)
    yield "Hvem der leder forløbet", words.named(words.LEADS, process.lead)
    yield "Skal slutte", words.day(process.ends_on)
    yield "Gennemført", words.done(process.completed_on)


def _scopes(scopes: tuple[ScopeView, ...]) -> Iterator[Section]:
    for each in scopes:
        reason: list[Block] = [Paragraphs([f"Begrundelse for ændringen: {each.reason}"])] if each.reason else []
        yield Section(f"Mål fra {words.day(each.set_on)}", [Items(each.goals), *reason])


def _visits(process: ProcessView) -> Iterator[Block]:
    if not (process.planned_visits or process.visits):
        yield Paragraphs(["Ingen besøg er planlagt eller afholdt."])
    if process.planned_visits:
        yield Table("Planlagte besøg", PLANNED, [_planned(each) for each in process.planned_visits])
    if process.visits:
        yield Table("Afholdte besøg", HELD, [_held(each) for each in process.visits])


def _planned(each: PlannedVisitView) -> tuple[str, ...]:
    return (
        words.day(each.planned_on),
        words.named(words.FORMS, each.form),
        words.named(words.VISITS, each.state),
        each.reason or "-",
    )


def _held(each: VisitView) -> tuple[str, ...]:
    return (
        words.day(each.held_on),
        words.named(words.FORMS, each.form),
        str(each.participant_count),
        words.minutes(each.duration_min),
        words.minutes(each.travel_min),
    )


def _visit(each: VisitView) -> Section:
    said = (
        ("Faggrupper", words.named(words.PROFESSIONS, *each.profession_groups)),
        ("Emner", words.named(TOPIC_NAMES_DA, *each.topics)),
        ("Hvad der blev aftalt", each.minutes or NOT_STATED),
    )
    return Section(f"Mødet den {words.day(each.held_on)}", [Terms(said)])


def _milestones(process: ProcessView) -> Block:
    if not process.milestones:
        return Paragraphs(["Ingen milepæle er sat."])
    rows = [(str(each.place), each.goal, words.day(each.due_on), _reached(each)) for each in process.milestones]
    return Table("Milepæle og deres status", MILESTONES, rows, names=1)


def _reached(each: MilestoneView) -> str:
    if each.met_on is not None:
        return f"nået den {words.day(each.met_on)}"
    if each.dropped is not None:
        return f"frafaldet: {each.dropped}"
    return "ikke nået til tiden" if each.is_overdue else "ikke nået endnu"


def _deliverables(process: ProcessView) -> Block:
    if not process.deliverables:
        return Paragraphs(["Intet er leveret endnu."])
    rows = [
        (
            str(each.place),
            words.named(words.DELIVERABLES, each.kind),
            each.what or NOT_STATED,
            words.day(each.delivered_on),
            words.day(each.review_on),
        )
        for each in process.deliverables
    ]
    return Table("Hvad forløbet har leveret", DELIVERABLES, rows, names=1)


def _followed_up(process: ProcessView) -> Iterator[tuple[str, str]]:
    yield "Virkningen vurderes tidligst", words.day(process.follow_up_due_on)
    yield "Fulgt op", words.done(process.followed_up_on)
    if process.effect is not None:
        yield "Virkning", words.named(words.EFFECTS, process.effect)
    if process.effect_note is not None:
        yield "Bemærkning", process.effect_note


def _needs(process: ProcessView) -> Block:
    if not process.needs:
        return Paragraphs(["Forløbet har ikke vist behov, som andre kan dække."])
    rows = [(words.named(words.NEEDS, each.need), words.named(TOPIC_NAMES_DA, each.topic)) for each in process.needs]
    return Table("Hvad der mangler, og om hvad", NEEDS, rows)


def _left(process: ProcessView) -> Iterator[str]:
    """What is still to be done: while the process goes on, its parts; after it, looking at what came of it."""
    if process.state not in {*OVER, "completed"}:
        yield f"Forløbet er {STATES_DA[process.state]} og ikke gennemført endnu."
        yield from _open_parts(process)
    if process.state == "completed":
        yield f"Virkningen skal vurderes, tidligst den {words.day(process.follow_up_due_on)}."
    for each in process.deliverables:
        yield f"Leverance nr. {each.place} skal gennemgås igen den {words.day(each.review_on)}."


def _open_parts(process: ProcessView) -> Iterator[str]:
    for milestone in process.milestones:
        if milestone.met_on is None and milestone.dropped is None:
            due = "skulle have været" if milestone.is_overdue else "skal være"
            yield f"Milepælen »{milestone.goal}« {due} nået den {words.day(milestone.due_on)}."
    for visit in process.planned_visits:
        if visit.state == "planned":
            yield f"Et møde ({words.named(words.FORMS, visit.form)}) er planlagt den {words.day(visit.planned_on)}."
