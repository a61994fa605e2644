"""A school calls about a journey that begins tomorrow: the enquiry cannot be closed before everything is done.

Each step looks at the enquiry first, so that a scenario which was broken off goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from embedded.platform import Platform
from embedded.refusal import Refused
from embedded.waiting import until
from maerk import clock
from maerk.api import Api, RefusedByService
from maerk.settled import wait_until_settled

CALLING = "9904"
REFERENCE = "SYN-2"
UNANSWERED_S = int(timedelta(minutes=16).total_seconds())
NOTICED_WITHIN_S = 60
CALL: Mapping[str, Any] = {
    "municipality_code": CALLING,
    "channel": "phone",
    "requester": "municipality_school",
    "profession": "leader",
    "topics": ["re_education_trip"],
    "is_case_specific": True,
    "concerns_minor": "yes",
    "age_band": "15_17",
    "stay_phase": "before",
    "urgency": "acute",
}
ADVICE: Mapping[str, Any] = {
    "advice": ["call_police", "notify_municipality", "risk_assessment_first", "consider_siblings"],
    "duty_to_notify": "yes",
    "risk_assessment_reminded": True,
    "siblings_considered": "yes",
}

Say = Callable[[str, str], None]


def play(known: Platform, say: Say) -> bool:
    """The enquiry was handed over, the alarm rang, a human took over, and it is closed. False when played before.

    Raises: Refused.
    """
    with Api(known, "advisory") as advisory:
        if any(each["journal_reference"] == REFERENCE for each in _enquiries(advisory)):
            return False
        key = f"demo-acute-{clock.offset_s(known)}"
        enquiry = advisory.post("/v1/enquiries", CALL, key=key)
        path = f"/v1/enquiries/{enquiry['id']}"
        first = " ".join(each["text_da"] for each in enquiry["act_first"][:2])
        say(f"Fredag 16.30: en skole ringer. Svaret begynder med: {first}", "A school calls about tomorrow's journey.")
        steps = [("triage", {"team": "duty_desk"}), ("hand-over", {"target": "municipality_intake"})]
        for verb, body in steps:
            enquiry = advisory.post(f"{path}/{verb}", body, key=f"{key}-{verb}", revision=enquiry["revision"])
        _let_nobody_answer(known, advisory, path)
        say("Ingen kvitterede i 15 minutter: alarm.", "Nobody acknowledged within 15 minutes: the alarm rings.")
        refusal = _refusal(advisory, path)
        say(f"Den kan ikke lukkes endnu: {refusal.da}", f"It cannot be closed yet: {refusal}")
        _finish(advisory, path, key)
        wait_until_settled(known)
        say("Et menneske har overtaget, rådet er givet, henvendelsen er lukket.", "A human took over; it is closed.")
        return True


def _enquiries(advisory: Api) -> list[dict[str, Any]]:
    """The synthetic acute enquiries that are closed."""
    found = advisory.get("/v1/enquiries", provenance="synthetic", urgency="acute", state="closed", limit=200)["items"]
    return [advisory.get(f"/v1/enquiries/{each['id']}") for each in found if each["municipality_code"] == CALLING]


def _let_nobody_answer(known: Platform, advisory: Api, path: str) -> None:
    clock.set_offset(known, clock.offset_s(known) + UNANSWERED_S)
    if not until(lambda: advisory.get(path)["referrals"][-1]["escalated_at"], within_s=NOTICED_WITHIN_S):
        raise Refused("Nobody was alarmed about the hand-over: see `maerk logs advisory`.")


def _refusal(advisory: Api, path: str) -> RefusedByService:
    enquiry = advisory.get(path)
    try:
        advisory.post(f"{path}/close", {"outcome": "handed_over"}, key=f"{path}-early", revision=enquiry["revision"])
    except RefusedByService as refused:
        return refused
    raise Refused("An acute enquiry could be closed before anybody had taken over.")


def _finish(advisory: Api, path: str, key: str) -> None:
    enquiry = advisory.get(path)
    steps: list[tuple[str, Mapping[str, Any]]] = [
        ("acknowledge", {"referral_id": enquiry["referrals"][-1]["id"]}),
        ("answer", ADVICE),
        ("close", {"outcome": "handed_over", "journal_reference": REFERENCE}),
    ]
    for verb, body in steps:
        enquiry = advisory.post(f"{path}/{verb}", body, key=f"{key}-{verb}", revision=enquiry["revision"])
