"""What whoever asked is told, on paper."""

import re
from collections.abc import Iterator
from datetime import datetime

from advisory.queries.document import words
from advisory.queries.enquiry import AnswerView, StepView
from chassis.document.blocks import Column, Document, Items, Notice, Paragraphs, Section, Table

REMEMBER = (Column("Hvad"), Column("Grundlag"), Column("Gennemgået med dig"))
OURS = frozenset({"anonymised"})
"""What the checklist tells the adviser alone."""


def told(answer: AnswerView, *, at: datetime) -> Document:
    """The answer as a document, as of that moment; like the answer it says nothing of whom it is about."""
    return Document(
        title="Svar på en henvendelse til MÆRK",
        short="Svar på en henvendelse",
        lead=[answer.not_binding.da],
        notices=[*words.notices(answer.provenance), *_unfinished(answer)],
        sections=list(_sections(answer)),
        foot=f"Svaret, som det stod den {words.today(at)}",
    )


def _unfinished(answer: AnswerView) -> Iterator[Notice]:
    if not answer.advice:
        yield Notice("Udkast", "Der er ikke rådgivet endnu.")


def _sections(answer: AnswerView) -> Iterator[Section]:
    if answer.act_first:
        yield Section(
            "Ring først, i denne rækkefølge", [Items([_with_source(each) for each in answer.act_first], in_order=True)]
        )
    asked = [each for each in answer.remember if each.code not in OURS]
    rows = [(each.text_da, _source(each), words.yes(each.done)) for each in asked]
    yield Section("Husk", [Table("Hvad der skal huskes, i den rækkefølge det gøres", REMEMBER, rows)])
    advised = [each.text_da for each in answer.advice] or ["Intet er rådet endnu."]
    yield Section("Råd, i den rækkefølge de følges", [Items(advised, in_order=True)])
    if answer.publication_ids:
        where = Paragraphs(["De kan slås op hos MÆRK under disse numre."])
        yield Section("Udgivelser, der er nævnt", [where, Items([str(each) for each in answer.publication_ids])])
    yield Section("Ansvar", [Paragraphs([answer.responsibility.da])])


def _with_source(step: StepView) -> str:
    return f"{step.text_da} ({_source(step)})" if step.source else step.text_da


def _source(step: StepView) -> str:
    """Where it stands, as Danish readers know it: `§ 18, stk. 3` for `§ 18(3)`."""
    return re.sub(r"\((\d+)\)", ", stk.\u00a0\\1", step.source or "").replace("§ ", "§\u00a0")
