"""What those who were advised are given on paper: every code in Danish words, and nothing that is not in the view."""

import re
from itertools import pairwise
from typing import Any, get_args, get_type_hints

import pytest

from advisory.domain import process as domain
from advisory.domain import process_parts as parts
from advisory.http import process as http
from advisory.queries import need
from advisory.queries.document import words
from advisory.queries.enquiry import Setting
from advisory.queries.process import DeliverableView
from chassis.document.page import printed
from contracts.taxonomy import CHILDREN_YOUTH_NAMES_DA, TOPIC_NAMES_DA, ProfessionCode, TopicCode
from support.advised import NOTES, bare, note, whole
from support.outline import Outline


def codes(of: Any) -> set[str]:
    """Every code that the annotation names."""
    inner = get_args(of)
    return set().union(*map(codes, inner)) if inner else {of} if isinstance(of, str) else set()


def body(annotation: str) -> Any:
    return http.RequestProcess.model_fields[annotation].annotation


def page(name: str) -> Outline:
    return Outline(printed(NOTES[name]))


def text(process: Any) -> str:
    """All that the process's page says, in one line."""
    return " ".join(" ".join(Outline(printed(note(process))).said).split())


@pytest.mark.rule("c.1/on-paper")
@pytest.mark.parametrize(
    ("names", "of"),
    [
        (words.KINDS, body("kind")),
        (words.DELIVERABLES, DeliverableView.model_fields["kind"].annotation),
        (words.INSTITUTIONS, domain.Institution),
        (words.SETTINGS, Setting),
        (words.SETTINGS, body("setting")),
        (CHILDREN_YOUTH_NAMES_DA, body("children_youth")),
        (words.LEADS, domain.Lead),
        (words.EFFECTS, domain.Effect),
        (words.FORMS, parts.Form),
        (words.VISITS, get_type_hints(parts.PlannedVisit)["state"]),
        (words.PROFESSIONS, ProfessionCode),
        (words.NEEDS, need.Kind),
        (domain.STATES_DA, domain.State),
        (TOPIC_NAMES_DA, TopicCode),
    ],
)
def test_every_code_has_a_danish_word_of_its_own(names: dict[str, str], of: Any) -> None:
    assert set(names) == codes(of)
    assert len(set(names.values())) == len(names)


@pytest.mark.rule("c.1/on-paper")
@pytest.mark.parametrize("name", NOTES)
def test_a_page_can_be_read_without_eyes_and_ends_with_whose_the_responsibility_is(name: str) -> None:
    found = page(name)
    assert dict(found.tags)["html"] == {"lang": "da"}
    assert found.count("h1") == 1
    levels = [int(tag[1]) for tag, _ in found.tags if tag in ("h1", "h2", "h3")]
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert found.count("table") == found.count("caption")
    assert [found.count(each) for each in ("header", "nav", "main", "footer")] == [1] * 4
    assert all("scope" in attributes for tag, attributes in found.tags if tag == "th")
    assert [each for each, _ in found.tags if each in ("script", "img", "link", "iframe")] == []
    main = printed(NOTES[name]).partition("</main>")[0]
    assert re.findall(r"<p>([^<]*)</p>", main)[-1] == (
        "Kommunen har fortsat ansvaret for sagen og for borgerens sikkerhed."
    )
    assert "vejledende" in printed(NOTES[name]).partition("<main")[0]


@pytest.mark.rule("c.1/on-paper")
@pytest.mark.parametrize("name", NOTES)
def test_no_code_and_no_other_notation_reaches_the_reader(name: str) -> None:
    said = " ".join(page(name).said).partition("Gå til indholdet")[2]
    known = {*words.KINDS, *words.DELIVERABLES, *words.INSTITUTIONS, *words.SETTINGS, *words.LEADS, *words.EFFECTS}
    known |= {*words.PROFESSIONS, *words.NEEDS, *domain.STATES_DA, *TOPIC_NAMES_DA, *words.VISITS, *words.FORMS}
    known -= {"online", "stalking"}  # Danish words, too
    assert known & set(re.findall(r"[a-z_]+", said)) == set()
    assert re.findall(r"\d{4}-\d\d-\d\d|§ \d+\(|None|True|False", said) == []


@pytest.mark.rule("c.1/on-paper", "c.1/process-milestones", "c.1/process-scope")
def test_a_note_says_what_was_agreed_done_and_handed_over_and_what_remains() -> None:
    said = text(whole())
    for each in (
        "Institutionstype ungdomsuddannelse", "Aftalt 2. november 2026", "Skal slutte 30. juni 2027",
        "Hvem der leder forløbet Rejseholdet", "På pause til 4. januar 2027", "Begrundelse Pause <pause>",
        "Mål fra 30. november 2026 Skolerne med Begrundelse for ændringen: Nyt byråd <byråd>",
        "besøg 12 180 min. 90 min.", "telefon 5 ikke oplyst ikke oplyst", "Faggrupper socialrådgivere, lærere,",
        "Mødet den 30. november 2026 Faggrupper ikke oplyst Emner ikke oplyst Hvad der blev aftalt ikke oplyst",
        "nået den 2. november 2026", "frafaldet: Flyttet <flyttet>", "ikke nået til tiden", "ikke nået endnu",
        "procedure for exit ikke oplyst 2. november 2026 2. november 2030",
        "Forløbet er på pause og ikke gennemført endnu.",
        "Milepælen »Milepæl 3 <milepæl>« skulle have været nået den 30. november 2026.",
        "Milepælen »Milepæl 4 <milepæl>« skal være nået den 30. november 2026.",
        "Et møde (online) er planlagt den 3. december 2026.",
        "Leverance nr. 7 skal gennemgås igen den 2. november 2030.",
        "som det stod den 1. december 2026 (udgave 17).",
    ):  # fmt: skip
        assert each in said
    for absent in ("Milepælen »Milepæl 1", "Milepælen »Milepæl 2", "Virkningen skal vurderes"):
        assert absent not in said
    ended = text(whole("completed"))
    assert "Virkningen skal vurderes, tidligst den 1. maj 2027." in ended
    assert "gennemført endnu" not in ended
    assert "Virkningen skal vurderes" not in text(whole("followed_up"))
    assert "På pause til" not in ended


@pytest.mark.rule("c.1/on-paper")
def test_what_nobody_has_said_is_said_to_be_so() -> None:
    said = text(bare())
    for each in (
        "Institutionstype ikke oplyst", "Hvor ikke oplyst", "Kommunens ønske ikke oplyst", "Aftalt ikke endnu",
        "Hvem der leder forløbet ikke oplyst", "Ingen besøg er planlagt eller afholdt.", "Ingen milepæle er sat.",
        "Intet er leveret endnu.", "Fulgt op ikke endnu", "Forløbet er ønsket og ikke gennemført endnu.",
    ):  # fmt: skip
        assert each in said
    assert "Intet står åbent." in text(bare().model_copy(update={"state": "declined"}))


@pytest.mark.rule("c.1/on-paper")
def test_what_is_made_up_or_confidential_is_said_first() -> None:
    for name, marked in (("note", True), ("bare-note", False), ("answer", True), ("bare-answer", False)):
        head = " ".join(page(name).said).partition("Forløbet")[0]
        assert ("Syntetisk: Steder og tal er opdigtede." in " ".join(head.split())) is marked
    assert "Fortroligt:" in printed(NOTES["note"])
    assert "Fortroligt:" not in printed(NOTES["bare-note"])


@pytest.mark.rule("c.1/on-paper")
def test_an_answer_says_whom_to_call_first_and_paragraphs_as_danish_readers_know_them() -> None:
    said = " ".join(" ".join(page("answer").said).split())
    assert "barnets lov § 18, stk. 3 ja" in said
    assert "Ring 112 <fare> (serviceloven § 12 c)" in said
    assert said.index("Ring først") < said.index("Husk") < said.index("Lav en sikkerhedsplan")
    assert "Rådgiv anonymiseret" not in said, "what the adviser is to remember alone"
    assert page("answer").count("ol") == 3, "the contents, whom to call, and the advice come in an order"
    empty = " ".join(" ".join(page("bare-answer").said).split())
    assert "Udkast: Der er ikke rådgivet endnu." in empty
    assert "Intet er rådet endnu." in empty
    assert "Ring først" not in empty
