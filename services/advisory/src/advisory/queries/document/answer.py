"""What whoever asked is told, on paper."""

import re
from collections.abc import Iterator
from datetime import datetime

from advisory.queries.document import words
from advisory.queries.enquiry import AnswerView, StepView
from chassis.document.blocks import Column, Document, Items, Paragraphs, Section, Table

REMEMBER = (Column("Hvad"), Column("Grundlag"), Column("Afklaret"))


def told(answer: AnswerView, *, at: datetime) -> Document:
    """The answer as a document, as of that moment; like the answer it says nothing of whom it is about."""
    return Document(
        title="Svar på en henvendelse til MÆRK",
        short="Svar på en henvendelse",
        lead=[answer.not_binding.da],
        notices=words.notices(answer.provenance),
        sections=list(_sections(answer)),
        foot=f"Svaret, som det stod den {words.today(at)}",
    )


def _sections(answer: AnswerView) -> Iterator[Section]:
    if answer.act_first:
        yield Section("Ring først, i denne rækkefølge", [Items([_with_source(each) for each in answer.act_first])])
    rows = [(each.text_da, _source(each) or "-", words.yes(each.done)) for each in answer.remember]
    yield Section("Husk", [Table("Hvad der skal huskes, i den rækkefølge det gøres", REMEMBER, rows)])
    advised = [each.text_da for each in answer.advice] or ["Intet er rådet endnu."]
    yield Section("Råd, i den rækkefølge de følges", [Items(advised)])
    if answer.publication_ids:
        where = Paragraphs(["De kan slås op hos MÆRK under disse numre."])
        yield Section("Udgivelser, der er nævnt", [where, Items([str(each) for each in answer.publication_ids])])
    yield Section("Ansvar", [Paragraphs([answer.responsibility.da])])


def _with_source(step: StepView) -> str:
    return f"{step.text_da} ({_source(step)})" if step.source else step.text_da


def _source(step: StepView) -> str:
    """Where it stands, as Danish readers know it: `§ 18, stk. 3` for `§ 18(3)`."""
    return re.sub(r"\((\d+)\)", r", stk. \1", step.source or "")
