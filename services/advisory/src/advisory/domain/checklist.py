"""What an adviser must not forget, in the order in which it is done, in words that can be read aloud."""

from dataclasses import dataclass, replace

from advisory.domain.enquiry import Enquiry

NOT_BINDING_DA = "Rådgivningen er vejledende og binder ingen."
NOT_BINDING_EN = "The advice is guidance and binds nobody."
RESPONSIBILITY_DA = "Kommunen har fortsat ansvaret for sagen og for borgerens sikkerhed."
RESPONSIBILITY_EN = "The municipality keeps the responsibility for the case and for the citizen's safety."

NO_INTAKE_DA = (
    "Her står intet nummer til kommunens akutte modtagelse: ring til kommunens hovednummer,"
    " og svarer ingen, til politiet på 114."
)
NO_INTAKE_EN = (
    "There is no number here of the municipality's acute intake: call the municipality's main number,"
    " and if nobody answers, the police on 114."
)

OUR_OWN = frozenset({"handover_acknowledged", "own_duty_to_notify"})
"""Steps that concern nobody but those who advise."""


@dataclass(frozen=True)
class Step:
    """One thing to do; `done` is None where nobody ticks it off."""

    code: str
    text_da: str
    text_en: str
    source: str | None = None
    done: bool | None = None


ACUTE = (
    Step("police_112", "Ring 112, hvis nogen er i fare nu.", "Call 112 if anybody is in danger now."),
    Step("police_114", "Ring ellers til politiet på 114.", "Otherwise call the police on 114."),
    Step(
        "municipality_intake",
        "Kontakt kommunens akutte modtagelse, også uden for åbningstid.",
        "Contact the municipality's acute intake, outside office hours too.",
    ),
    Step(
        "security_consultant",
        "Kontakt derefter sikkerhedskonsulenten, hvis kommunen ønsker det.",
        "Then contact the security consultant if the municipality wants that.",
        "serviceloven § 12 c",
    ),
)
UNSEEN = (
    Step(
        "family_is_not_told",
        "Gennemgå ikke underretningen med forældrene, og tal ikke med familie eller netværk.",
        "Do not go through the notification with the parents, nor talk with family or network.",
        "Aalborg Kommunes actioncards ved bekymring for negativ social kontrol",
    ),
    Step(
        "no_message",
        "Send ikke brev, sms eller mail til den unge.",
        "Send the young person no letter, text message or mail.",
        "Aalborg Kommunes actioncards ved bekymring for negativ social kontrol",
    ),
)
OWN_DUTY = Step(
    "own_duty_to_notify",
    "Du er selv offentligt ansat: du underretter også selv, hvis det, du får at vide, giver grund til det.",
    "You are a public employee too: you notify yourself if what you learn gives reason to.",
    "barnets lov § 133",
)
ABROAD = frozenset({"re_education_trip", "involuntary_stay_abroad"})
ABOUT_ABROAD = (
    (
        Step(
            "passport_is_for_the_police",
            "Det er politiet, der beslutter om pas: kontakt politiet, før rejsen begynder.",
            "Passports are the police's decision: contact them before the journey begins.",
            "pasloven § 2, stk. 1, nr. 5",
        ),
        ("before",),
    ),
    (
        Step(
            "abroad_is_for_the_foreign_ministry",
            "Er borgeren i udlandet, hjælper Udenrigsministeriet.",
            "Who is abroad is helped by the foreign ministry.",
            "um.dk, ufrivilligt udlandsophold",
        ),
        ("during",),
    ),
    (
        Step(
            "residence_is_for_the_immigration_service",
            "Spørgsmål om opholdstilladelse hører til Udlændingestyrelsen.",
            "Questions of residence permits belong to the immigration service.",
            "um.dk, ufrivilligt udlandsophold",
        ),
        ("during", "after"),
    ),
)
"""Whose decision it is, and the phases of a stay in which that matters; without a phase, all."""
CONSULTANTS = Step(
    "consultants_are_voluntary",
    "Det er frivilligt for kommunen at bruge sikkerhedskonsulenterne.",
    "Using the security consultants is the municipality's own choice.",
    "serviceloven § 12 c",
)


def acute_steps(enquiry: Enquiry, *, intake_known: bool) -> tuple[Step, ...]:
    """Whom to call, in this order, when life or departure is imminent; nobody otherwise.

    Where the directory has no number of the municipality's acute intake, the step says so and what to do instead.
    """
    if enquiry.urgency != "acute":
        return ()
    if intake_known:
        return ACUTE
    return tuple(
        replace(each, text_da=f"{each.text_da} {NO_INTAKE_DA}", text_en=f"{each.text_en} {NO_INTAKE_EN}")
        if each.code == "municipality_intake"
        else each
        for each in ACUTE
    )


def steps(enquiry: Enquiry) -> tuple[Step, ...]:
    """What belongs to this enquiry."""
    found: list[Step] = []
    if enquiry.urgency == "acute":
        acknowledged = any(each.acknowledged_at for each in enquiry.referrals)
        found.append(
            Step(
                "handover_acknowledged",
                "Et menneske har kvitteret for overdragelsen.",
                "A human has acknowledged the hand-over.",
                done=acknowledged,
            )
        )
    if enquiry.needs_risk_assessment_first:
        found.append(
            Step(
                "risk_assessment_first",
                "Risikovurdering, før forældre og netværk kontaktes.",
                "Risk assessment before parents and network are contacted.",
                "barnets lov § 18(3)",
                enquiry.risk_assessment_reminded,
            )
        )
    if enquiry.concerns_minor != "no":
        found.append(
            Step(
                "duty_to_notify",
                "Afklar underretningspligten.",
                "Settle the duty to notify.",
                "barnets lov § 133",
                enquiry.duty_to_notify is not None,
            )
        )
        found.append(OWN_DUTY)
    if not enquiry.may_be_case_specific:
        found.append(
            Step(
                "anonymised",
                "Rådgiv anonymiseret: intet, der kan genkendes.",
                "Advise anonymously: nothing that could be recognised.",
                "databeskyttelsesforordningen art. 6 og 9",
            )
        )
    found.append(
        Step(
            "siblings",
            "Husk søskende.",
            "Remember siblings.",
            "VEJ 9471/2024",
            enquiry.siblings_considered is not None if enquiry.is_case_specific else None,
        )
    )
    if enquiry.concerns_minor != "no" and enquiry.needs_risk_assessment_first:
        found += UNSEEN
    if not ABROAD.isdisjoint(enquiry.topics):
        found += [step for step, phases in ABOUT_ABROAD if enquiry.stay_phase in (None, *phases)]
    found.append(CONSULTANTS)
    return tuple(found)
