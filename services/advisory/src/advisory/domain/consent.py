"""Consent and its absence: never sought where asking may be the danger, and anonymous advice at any time instead.

Source: databeskyttelsesforordningen art. 6 and 9; barnets lov §§ 18(3) and 137(2).
"""

from datetime import datetime
from uuid import UUID

from advisory.domain.days import danish_day
from advisory.domain.enquiry import (
    NOT_BEGUN,
    ConsentGiver,
    DangerRuledOut,
    Enquiry,
    State,
    changed,
    check_triaged,
)
from advisory.domain.enquiry_refusals import (
    ConsentMayEndanger,
    ConsentNotAskedFor,
    EnquiryNotWaiting,
    NothingToConsentTo,
)

BEFORE_ANSWER: frozenset[State] = frozenset((*NOT_BEGUN, "in_progress", "awaiting_consent"))
"""States that an enquiry leaves for `anonymised`. Later ones stay what they are when it is made anonymous."""


def ask_for_consent(
    enquiry: Enquiry, *, of: ConsentGiver, danger_ruled_out: DangerRuledOut | None, at: datetime
) -> Enquiry:
    """The municipality seeks consent, and what is recognisable waits for it.

    Raises: NothingToConsentTo, ConsentMayEndanger, EnquiryNotWaiting, EnquiryNotTriaged, EnquiryAlreadyClosed.
    """
    check_triaged(enquiry)
    if enquiry.state not in (*NOT_BEGUN, "in_progress"):
        raise EnquiryNotWaiting("It is too late to seek consent.", da="Der kan ikke længere søges samtykke.")
    if not enquiry.is_case_specific or enquiry.may_be_case_specific:
        raise NothingToConsentTo(
            "Nothing here needs a consent that is not there.", da="Der mangler ikke samtykke til noget."
        )
    if of != "citizen" and danger_ruled_out is None:
        raise ConsentMayEndanger(
            "Whoever has custody may be the danger, and asking them tells them: say who has ruled that out, or advise"
            " anonymously (barnets lov § 18(3)).",
            da="Forældremyndighedens indehaver kan være faren, og at spørge er at fortælle: angiv, hvem der har"
            " udelukket det, eller rådgiv anonymiseret (barnets lov § 18, stk. 3).",
        )
    return changed(enquiry, at, state="awaiting_consent", consent_asked_of=of)


def record_consent(enquiry: Enquiry, *, at: datetime) -> Enquiry:
    """Whoever was asked has consented, and work goes on.

    Raises: ConsentNotAskedFor, EnquiryNotTriaged, EnquiryAlreadyClosed.
    """
    check_triaged(enquiry)
    if enquiry.state != "awaiting_consent":
        raise ConsentNotAskedFor("Nobody was asked for consent.", da="Der er ikke bedt om samtykke.")
    assert enquiry.consent_asked_of is not None
    return changed(
        enquiry,
        at,
        state="in_progress",
        consent_basis=enquiry.consent_asked_of,
        consent_asked_of=None,
        anonymised_on=None,
    )


def anonymise(enquiry: Enquiry, *, thread_id: UUID, at: datetime) -> Enquiry:
    """Nothing is left by which anybody could be recognised, and the advice stays.

    It leaves its thread, since enquiries in it may still be recognisable.
    """
    return changed(
        enquiry,
        at,
        state="anonymised" if enquiry.state in BEFORE_ANSWER else enquiry.state,
        thread_id=thread_id,
        mode="anonymised",
        consent_basis="not_needed_anonymised",
        consent_asked_of=None,
        anonymised_on=danish_day(max(at, enquiry.changed_at)),
        profession=None,
        age_band=None,
        stay_phase=None,
        note=None,
        journal_reference=None,
    )
