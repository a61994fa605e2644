"""What makes the advisory service act: the clock, gaps in cooperation, and changes in what its templates quote."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from advisory.commands import alarm, contact, directory, duty, enquiry, outreach, preparedness_plan, review
from chassis.clock import Clock
from chassis.consumer.listens import Heard, Reaction
from chassis.database import Tx
from chassis.deadlines import Act, Due
from contracts.cooperation import GapClosed, GapDetected
from contracts.event import Event
from contracts.knowledge import LegalReferenceChanged, PublicationRevised, PublicationWithdrawn
from contracts.training import EventHeld


async def age_plan(tx: Tx, due: Due) -> None:
    """A preparedness plan has reached its reminder or its last day."""
    await preparedness_plan.let_preparedness_plan_age(tx, due.subject, at=due.due_at)


async def escalate_handover(tx: Tx, due: Due) -> None:
    """A hand-over should have been acknowledged by now."""
    await enquiry.escalate(tx, due.subject, at=due.due_at, now=due.now)


async def miss_response(tx: Tx, due: Due) -> None:
    """Something should have been answered by now."""
    await alarm.miss(tx, due.subject, at=due.now)


async def climb_alarm(tx: Tx, due: Due) -> None:
    """Nobody has acknowledged an alarm, or its cause may still stand."""
    await alarm.climb(tx, due.subject, at=due.now)


async def look_at_roster(tx: Tx, due: Due) -> None:
    """It is morning: is somebody on duty in the days ahead, and reached?"""
    await duty.look_ahead(tx, due.subject, at=due.now)


async def pass_over_unreached(tx: Tx, mail_id: UUID, clock: Clock) -> None:
    """The mail server will not have a mail: if it was an alarm, the next on duty is told."""
    await alarm.mail_refused(tx, mail_id, now=clock.now)


async def tell_contact(tx: Tx, due: Due) -> None:
    """The quarter in which a municipality was contacted has ended."""
    await contact.tell(tx, due.subject)


async def age_directory_entry(tx: Tx, due: Due) -> None:
    """An entry of the directory should be verified, or is certain no more."""
    await directory.grow_older(tx, due.subject, at=due.due_at)


async def open_outreach(tx: Tx, heard: Heard) -> None:
    """A municipality lacks what cooperation needs, or lacks something else than before."""
    said: Any = heard.event
    await outreach.gap_detected(
        tx,
        said.subject,
        revision=said.revision,
        task_id=uuid5(heard.id, "outreach task"),
        municipality_code=said.municipality_code,
        provenance=said.provenance,
        lacking=said.lacking,
        at=said.at,
    )


async def end_outreach(tx: Tx, heard: Heard) -> None:
    """A municipality has all that cooperation needs."""
    said: Any = heard.event
    await outreach.gap_closed(
        tx, said.subject, revision=said.revision, municipality_code=said.municipality_code, at=said.at
    )


async def end_outreach_to_trained(tx: Tx, heard: Heard) -> None:
    """People from these municipalities were trained, so that they have been reached."""
    said: Any = heard.event
    for each in sorted(said.municipality_codes):
        await outreach.reached(tx, each, at=said.at)


async def review_templates_quoting_reference(tx: Tx, heard: Heard) -> None:
    """A paragraph that templates may quote has changed."""
    await _ask_for_reviews(tx, heard, "legal_reference_changed")


async def review_templates_naming_revised(tx: Tx, heard: Heard) -> None:
    """A publication that templates may name has a new edition."""
    await _ask_for_reviews(tx, heard, "publication_revised")


async def review_templates_naming_withdrawn(tx: Tx, heard: Heard) -> None:
    """A publication that templates may name should not be used any more."""
    await _ask_for_reviews(tx, heard, "publication_withdrawn")


async def _ask_for_reviews(tx: Tx, heard: Heard, cause: Any) -> None:
    said = heard.event
    await review.ask_for_reviews(tx, said.subject, cause, event_id=heard.id, provenance=said.provenance, at=said.at)


DEADLINES: Mapping[str, Act] = {
    preparedness_plan.FALL_DUE: age_plan,
    enquiry.ACUTE_HANDOVER: escalate_handover,
    enquiry.REFERRAL: escalate_handover,
    alarm.RESPONSE: miss_response,
    alarm.CLIMB: climb_alarm,
    duty.LOOK_AHEAD: look_at_roster,
    contact.QUARTER_END: tell_contact,
    directory.GROWS_OLDER: age_directory_entry,
}
HEARD: Mapping[type[Event], Reaction] = {
    GapDetected: open_outreach,
    GapClosed: end_outreach,
    EventHeld: end_outreach_to_trained,
    LegalReferenceChanged: review_templates_quoting_reference,
    PublicationRevised: review_templates_naming_revised,
    PublicationWithdrawn: review_templates_naming_withdrawn,
}
