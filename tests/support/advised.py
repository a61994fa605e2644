"""Notes and answers on paper: some that say everything, and some that say little."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final, get_args
from uuid import UUID

from advisory.domain import advice
from advisory.domain import process as domain
from advisory.queries.document import advice_note, answer
from advisory.queries.enquiry import AdviceView, AnswerView, StepView
from advisory.queries.need import NeedView
from advisory.queries.process import (
    AdviceNote,
    DeliverableView,
    MilestoneView,
    PlannedVisitView,
    ProcessView,
    ScopeView,
    VisitView,
)
from chassis.document.blocks import Document
from contracts.taxonomy import TOPIC_NAMES_DA, ProfessionCode

NOW: Final = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # 1 December in Denmark
ID: Final = UUID("4f4c1d7e-6d5b-4f0e-9a38-3d5e1a9b7c21")
SET_ON: Final = date(2026, 11, 2)
DUE_ON: Final = date(2026, 11, 30)


def bare() -> ProcessView:
    """A process of which only that is known that a request must say."""
    fields = dict.fromkeys(ProcessView.model_fields)
    fields |= dict.fromkeys(("scopes", "planned_visits", "visits", "milestones", "deliverables", "needs"), ())
    fields |= {"id": ID, "revision": 1, "state": "requested", "provenance": "actual", "municipality_code": "0851"}
    fields |= {"kind": "preparedness_plan", "children_youth": "no", "is_confidential": False, "follow_up_is_due": False}
    return ProcessView.model_validate(fields)


def whole(state: domain.State = "paused") -> ProcessView:
    """A synthetic and confidential process that says everything, with every code that lists can have."""
    said = {
        "revision": 17, "state": state, "provenance": "synthetic", "municipality_code": "9901", "kind": "school_effort",
        "children_youth": "primary", "is_confidential": True, "enquiry_id": ID, "setting": "school",
        "institution_type": "youth_education", "goal": "Kommunens ønske <ønske>", "lead": "travel_team",
        "agreed_on": SET_ON, "ends_on": date(2027, 6, 30), "paused_until": date(2027, 1, 4),
        "completed_on": None, "follow_up_due_on": date(2027, 5, 1), "followed_up_on": date(2027, 5, 2),
        "effect": "partly", "effect_note": "Bemærkning <bemærkning>", "reason": "Pause <pause>",
        "scopes": (
            ScopeView(goals=("Mål <mål>", "Andet mål"), set_on=SET_ON, reason=None),
            ScopeView(goals=("Skolerne med",), set_on=DUE_ON, reason="Nyt byråd <byråd>"),
        ),
        "planned_visits": (
            PlannedVisitView(place=1, planned_on=date(2026, 12, 3), form="online", state="planned", reason=None),
            PlannedVisitView(place=2, planned_on=SET_ON, form="visit", state="called_off", reason="Sne <sne>"),
        ),
        "visits": (
            VisitView(
                held_on=SET_ON, form="visit", participant_count=12, profession_groups=get_args(ProfessionCode),
                topics=tuple(TOPIC_NAMES_DA), duration_min=180, travel_min=90, minutes="Referat <referat>",
            ),
            VisitView(
                held_on=DUE_ON, form="by_telephone", participant_count=5, profession_groups=(), topics=(),
                duration_min=None, travel_min=None, minutes=None,
            ),
        ),
        "milestones": tuple(
            MilestoneView(place=place, goal=f"Milepæl {place} <milepæl>", due_on=DUE_ON, met_on=met_on, dropped=dropped,
                          is_overdue=late)
            for place, (met_on, dropped, late) in enumerate(
                ((SET_ON, None, False), (None, "Flyttet <flyttet>", False), (None, None, True), (None, None, False)), 1
            )
        ),
        "deliverables": tuple(
            DeliverableView(place=place, kind=kind, what="Udkast <udkast>" if place == 1 else None, delivered_on=SET_ON,
                            review_on=date(2030, 11, 2))
            for place, kind in enumerate(get_args(DeliverableView.model_fields["kind"].annotation), 1)
        ),
        "needs": tuple(
            NeedView(need=each, topic="threats") for each in get_args(NeedView.model_fields["need"].annotation)
        ),
    }  # fmt: skip
    return bare().model_copy(update=said)


def note(process: ProcessView, municipality: str = "Aalborg") -> Document:
    """The process on paper."""
    return advice_note.told(AdviceNote(municipality=municipality, process=process), at=NOW)


def acute() -> AnswerView:
    """A synthetic answer to something acute that advises everything."""
    step = StepView(code="police_112", text_da="Ring 112 <fare>", text_en="Call 112", source=None, done=None)
    done = {
        "code": "risk_assessment_first",
        "text_da": "Risikovurdering",
        "source": "barnets lov § 18(3)",
        "done": True,
    }
    consultants = {"code": "security_consultant", "source": "serviceloven § 12 c"}
    return AnswerView(
        provenance="synthetic",
        act_first=(step, step.model_copy(update=consultants)),
        remember=(step, step.model_copy(update=done), step.model_copy(update={"done": False})),
        advice=tuple(AdviceView(code=code, text_da=da, text_en=en) for code, (da, en) in advice.TEXTS.items()),
        publication_ids=(ID,),
    )


def unanswered() -> AnswerView:
    """An answer that advises nothing yet."""
    said = {"act_first": (), "advice": (), "publication_ids": (), "provenance": "actual"}
    return acute().model_copy(update=said)


NOTES: Final[Mapping[str, Document]] = {
    "note": note(whole(), "Syntetisk Kommune 1"),
    "bare-note": note(bare()),
    "answer": answer.told(acute(), at=NOW),
    "bare-answer": answer.told(unanswered(), at=NOW),
}
"""By the name of the page."""
