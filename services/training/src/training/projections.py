"""What training remembers of others: what changed that events quote, and who may want training on what."""

from collections.abc import Mapping, Sequence
from typing import cast

from chassis.consumer.listens import Heard, Projection
from chassis.database import Tx
from contracts.advisory import (
    NeedIdentified,
    PreparednessPlanOverdue,
    PreparednessPlanPublished,
    PreparednessPlanRevisionDue,
    PreparednessPlanWithdrawn,
    ProcessCompleted,
)
from contracts.cooperation import GapClosed, GapDetected
from contracts.event import Event
from contracts.knowledge import LegalReferenceChanged, PublicationRevised, PublicationWithdrawn
from training.store import heard as store
from training.store.heard import Cause, Change

Plan = PreparednessPlanRevisionDue | PreparednessPlanOverdue | PreparednessPlanPublished | PreparednessPlanWithdrawn
SUGGESTED: Mapping[str, tuple[str, ...]] = {
    "preparedness_plan": ("preparedness_plan",),
    "action_plan": ("preparedness_plan",),
    "work_process": ("honour_related_conflict",),
    "upskilling": ("honour_related_conflict",),
    "school_effort": ("peer_control_school",),
    "civil_society_involvement": ("negative_social_control",),
}
"""The topic of the course that carries on what a process of that kind began. Ours, for those who run it to confirm."""
LACKING = {"preparedness_plan": "preparedness_plan"}  # what else may lack is cooperation with the police


async def keep_changes(tx: Tx, heard: Sequence[Heard]) -> None:
    """Every change to what events may quote is kept."""
    await store.keep_changes(tx, [_change(each) for each in heard])


async def keep_plans(tx: Tx, heard: Sequence[Heard]) -> None:
    """A plan to be revised calls for a revision day until a new version is published, or it turns out to be none."""
    plans = [(each, cast("Plan", each.event)) for each in heard]
    await store.keep_causes(
        tx,
        [
            _cause(
                each,
                "plan_revision_due",
                ("preparedness_plan",),
                plan.municipality_code,
                stands=not isinstance(plan, PreparednessPlanPublished | PreparednessPlanWithdrawn),
            )
            for each, plan in plans
        ],
    )


async def keep_needs(tx: Tx, heard: Sequence[Heard]) -> None:
    """A need for training that advice has shown is kept; other needs are for others."""
    needs = [(each, cast("NeedIdentified", each.event)) for each in heard]
    await store.keep_causes(
        tx,
        [
            Cause(
                source="need_identified",
                cause_id=each.id,  # one subject may show several needs, so each word stands for itself
                revision=1,
                topics=(need.topic,),
                municipality_code=need.municipality_code,
                provenance=need.provenance,
                told_at=need.at,
                stands=True,
            )
            for each, need in needs
            if need.need == "training"
        ],
    )


async def keep_gaps(tx: Tx, heard: Sequence[Heard]) -> None:
    """What a municipality lacks calls for training until the gap is closed."""
    gaps = [(each, cast("GapDetected | GapClosed", each.event)) for each in heard]
    await store.keep_causes(
        tx,
        [
            _cause(
                each,
                "gap_detected",
                tuple(sorted({LACKING.get(what, "police_cooperation") for what in getattr(gap, "lacking", ())})),
                gap.municipality_code,
                stands=isinstance(gap, GapDetected),
            )
            for each, gap in gaps
        ],
    )


async def keep_processes(tx: Tx, heard: Sequence[Heard]) -> None:
    """A process that has ended suggests a course to the municipality on what it was about."""
    processes = [(each, cast("ProcessCompleted", each.event)) for each in heard]
    await store.keep_causes(
        tx,
        [
            _cause(each, "process_completed", SUGGESTED[process.kind], process.municipality_code, stands=True)
            for each, process in processes
            if process.kind in SUGGESTED
        ],
    )


def _change(heard: Heard) -> Change:
    event = cast("LegalReferenceChanged | PublicationRevised | PublicationWithdrawn", heard.event)
    reference = isinstance(event, LegalReferenceChanged)
    return Change(
        event_id=heard.id,
        kind="reference" if reference else "publication",
        changed_id=event.subject,
        change=event.change if reference else "revised" if isinstance(event, PublicationRevised) else "withdrawn",
        occurred_at=event.at,
        provenance=event.provenance,
        valid_from=event.valid_from if reference else None,
    )


def _cause(heard: Heard, source: str, topics: tuple[str, ...], municipality_code: str, *, stands: bool) -> Cause:
    event = heard.event
    return Cause(source, event.subject, event.revision, topics, municipality_code, event.provenance, event.at, stands)


KEPT: Mapping[type[Event], Projection] = {
    LegalReferenceChanged: keep_changes,
    PublicationRevised: keep_changes,
    PublicationWithdrawn: keep_changes,
    PreparednessPlanRevisionDue: keep_plans,
    PreparednessPlanOverdue: keep_plans,
    PreparednessPlanPublished: keep_plans,
    PreparednessPlanWithdrawn: keep_plans,
    NeedIdentified: keep_needs,
    ProcessCompleted: keep_processes,
    GapDetected: keep_gaps,
    GapClosed: keep_gaps,
}
