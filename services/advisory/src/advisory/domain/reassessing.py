"""What is learnt of an enquiry after triage: it may ask for more care than was thought, and never for less."""

from dataclasses import replace
from datetime import datetime

from advisory.domain import referral as referrals
from advisory.domain.duty_rules import Rules
from advisory.domain.enquiry import Enquiry, Minor, Team, changed, check_triaged
from advisory.domain.enquiry_refusals import MinorNotTakenBack, TooManyTopics, UrgencyNotLowered
from advisory.domain.referral import Urgency
from contracts.taxonomy import TopicCode

RISING: tuple[Urgency, ...] = ("normal", "soon", "acute")
MOST_TOPICS = 5


def reassess(
    enquiry: Enquiry,
    *,
    team: Team,
    urgency: Urgency,
    concerns_minor: Minor,
    topics: tuple[TopicCode, ...] = (),
    note: str | None = None,
    rules: Rules,
    at: datetime,
) -> Enquiry:
    """It is another team's, more urgent, of these topics too or of a minor, with a note of what that team should know.

    Hand-overs that nobody has are as urgent as it is. What it was counted as when it came stays so.
    Raises: UrgencyNotLowered, MinorNotTakenBack, TooManyTopics, EnquiryNotTriaged, EnquiryAlreadyClosed.
    """
    check_triaged(enquiry)
    if RISING.index(urgency) < RISING.index(enquiry.urgency):
        raise UrgencyNotLowered(
            "Urgency is not lowered after triage, so that nothing acute goes on without its hand-over.",
            da="Hastegraden sænkes ikke efter visitation, så intet akut fortsætter uden sin overdragelse.",
        )
    if enquiry.concerns_minor == "yes" and concerns_minor != "yes":
        raise MinorNotTakenBack(
            "That it concerns a minor is not taken back, so that the duty to notify is addressed.",
            da="At det handler om en mindreårig, trækkes ikke tilbage, så underretningspligten bliver afklaret.",
        )
    known = tuple(dict.fromkeys((*enquiry.topics, *topics)))
    if len(known) > MOST_TOPICS:
        raise TooManyTopics(f"An enquiry has at most {MOST_TOPICS} topics.", pointer="/topics")
    enquiry = changed(
        enquiry,
        at,
        team=team,
        urgency=urgency,
        concerns_minor=concerns_minor,
        topics=known,
        note=note or enquiry.note,
    )
    handed_over = (
        referrals.more_urgent(each, urgency, rules=rules, at=enquiry.changed_at) for each in enquiry.referrals
    )
    return replace(enquiry, referrals=tuple(handed_over))
