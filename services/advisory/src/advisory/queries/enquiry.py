"""What may be asked of enquiries by those who advise: single ones, work lists, and what else belongs to a matter."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from advisory.domain import advice, checklist, referral
from advisory.domain import enquiry as domain
from advisory.domain.days import danish_day
from advisory.domain.term import value_on
from advisory.queries import need
from advisory.queries.need import NeedView
from advisory.store import directory
from advisory.store import enquiry as store
from advisory.store import term as terms
from chassis.clock import Now
from chassis.database import Tx
from contracts.values import Provenance

Advice = advice.Code
Consent = domain.Consent
ConsentGiver = domain.ConsentGiver
DangerRuledOut = domain.DangerRuledOut
Minor = domain.Minor
Mode = domain.Mode
Outcome = domain.Outcome
Purpose = referral.Purpose
ReferralOutcome = referral.Outcome
Setting = domain.Setting
Target = referral.Target
Team = domain.Team
TickedOff = domain.TickedOff
Urgency = referral.Urgency


class Said(BaseModel):
    """The same in both languages."""

    da: str
    en: str


RESPONSIBILITY = Said(da=checklist.RESPONSIBILITY_DA, en=checklist.RESPONSIBILITY_EN)

NOT_BINDING = Said(da=checklist.NOT_BINDING_DA, en=checklist.NOT_BINDING_EN)

OVERDUE = (
    "select enquiry_id from referrals where escalated_at is not null and acknowledged_at is null and outcome is null"
)

ALL = "from enquiries where provenance = $1"


class StepView(BaseModel):
    """One thing to do."""

    code: str
    text_da: str
    text_en: str
    source: str | None = Field(description="The paragraph that asks for it")
    done: bool | None = Field(description="Null where nobody ticks it off")


class ReferralView(BaseModel):
    """A hand-over."""

    id: UUID
    target: Target
    urgency: Urgency
    purpose: Purpose
    requested_by_municipality: bool
    made_at: datetime
    due_at: datetime | None = Field(description="When it is overdue, while it waits for a human")
    acknowledged_at: datetime | None
    escalated_at: datetime | None = Field(description="Since when it is overdue; an acute one alarmed the duty desk")
    outcome: ReferralOutcome | None = Field(description="Null until it is known")
    settled_at: datetime | None


class EnquiryView(BaseModel):
    """An enquiry, for those who advise."""

    act_first: tuple[StepView, ...] = Field(description="When it is acute: whom to call, in this order")
    responsibility: Said = Field(default=RESPONSIBILITY, description="Part of every answer")
    checklist: tuple[StepView, ...]
    id: UUID
    thread_id: UUID = Field(description="Shared by enquiries about one matter, which is no person")
    revision: int = Field(description="The entity tag of this state")
    state: domain.State
    provenance: Provenance
    municipality_code: str = Field(description="Of the organisation that asks")
    received_on: date
    channel: domain.Channel
    requester: str
    profession: str | None
    setting: Setting | None
    topics: tuple[str, ...]
    is_case_specific: bool
    consent_basis: domain.Consent
    may_be_case_specific: bool = Field(description="False: advise anonymously")
    consent_asked_of: ConsentGiver | None = Field(description="Who is being asked, while that is waited for")
    mode: domain.Mode
    anonymised_on: date | None = Field(description="Since when nothing is left by which anybody could be recognised")
    concerns_minor: domain.Minor
    age_band: str | None
    stay_phase: str | None
    urgency: Urgency
    team: Team | None
    note: str | None = Field(description="The newest; internal, and no part of the answer")
    advice: tuple[str, ...]
    publication_ids: tuple[UUID, ...]
    duty_to_notify: TickedOff | None
    risk_assessment_reminded: bool
    siblings_considered: TickedOff | None
    journal_reference: str | None
    redirected_to: Target | None
    outcome: domain.Outcome | None
    closed_on: date | None
    referrals: tuple[ReferralView, ...]
    needs: tuple[NeedView, ...] = Field(description="What it showed to be missing, told to those who can meet it")


class AdviceView(BaseModel):
    """One thing that was advised."""

    code: Advice
    text_da: str
    text_en: str


class AnswerView(BaseModel):
    """What whoever asked is told: nothing of it is internal, and nothing says whom it is about."""

    responsibility: Said = RESPONSIBILITY
    not_binding: Said = NOT_BINDING
    provenance: Provenance
    act_first: tuple[StepView, ...] = Field(description="When it is acute: whom to call, in this order")
    remember: tuple[StepView, ...] = Field(description="In the order in which it is done")
    advice: tuple[AdviceView, ...] = Field(description="In the order in which it is done")
    publication_ids: tuple[UUID, ...]


class StepTaken(BaseModel):
    """One thing that was done with an enquiry, never by whom."""

    revision: int
    at: datetime
    deed: str
    state: domain.State
    team: Team | None
    note: str | None = Field(description="What was noted then; internal, and gone once the enquiry is anonymous")


class Course(BaseModel):
    """All that was done with an enquiry, the first first."""

    items: tuple[StepTaken, ...]


class Related(BaseModel):
    """An enquiry that is, or may be, about the same matter."""

    id: UUID
    received_on: date
    state: domain.State
    topics: tuple[str, ...]
    municipality_code: str


class Relateds(BaseModel):
    """Enquiries of one matter, or that may be, the oldest first."""

    items: tuple[Related, ...]


class EnquiryFilter(BaseModel):
    """Which enquiries are shown."""

    provenance: Provenance = "actual"
    state: domain.State | None = None
    urgency: Urgency | None = None
    team: Team | None = None
    overdue: bool | None = Field(default=None, description="Whether a hand-over is overdue and nobody has taken over")


class Enquiries(BaseModel):
    """A page of enquiries, in the order in which they were registered."""

    total: int = Field(description="Enquiries that match, on all pages")
    items: tuple[EnquiryView, ...]
    next: Annotated[int | None, Field(description="Send it as `after` for the next page; none on the last")] = None


async def enquiry(tx: Tx, id: UUID, *, now: Now) -> EnquiryView:
    """One enquiry with its hand-overs and what must not be forgotten.

    Raises: EnquiryMissing.
    """
    found = await store.loaded(tx, await tx.fetchrow("select * from enquiries where id = $1", id))
    return (await _views(tx, [found], now=now))[0]


async def answer(tx: Tx, id: UUID, *, now: Now) -> AnswerView:
    """What whoever asked is told.

    Raises: EnquiryMissing.
    """
    found = await store.read(tx, id)
    intake_known = found.municipality_code in await _with_intake(tx, [found], now=now)
    return AnswerView(
        provenance=found.provenance,
        act_first=tuple(StepView(**vars(each)) for each in checklist.acute_steps(found, intake_known=intake_known)),
        remember=tuple(StepView(**vars(each)) for each in checklist.steps(found) if each.code not in checklist.OUR_OWN),
        advice=tuple(
            AdviceView(code=code, text_da=da, text_en=en)
            for code, (da, en) in advice.TEXTS.items()
            if code in found.advice
        ),
        publication_ids=found.publication_ids,
    )


async def course(tx: Tx, id: UUID) -> Course:
    """All that was done with the enquiry.

    Raises: EnquiryMissing.
    """
    await store.read(tx, id)
    found = await tx.fetch(
        "select revision, at, deed, state, team, note from enquiry_steps where enquiry_id = $1 order by revision", id
    )
    return Course(items=tuple(StepTaken(**row) for row in found))


async def thread(tx: Tx, id: UUID) -> Relateds:
    """The enquiries about the same matter, this one among them.

    Raises: EnquiryMissing.
    """
    matter = (await store.read(tx, id)).thread_id
    found = await tx.fetch(
        "select id, received_on, state, topics, municipality_code from enquiries where thread_id = $1 order by number",
        matter,
    )
    return Relateds(items=tuple(Related(**row) for row in found))


async def likely_repeats(tx: Tx, id: UUID) -> Relateds:
    """Enquiries of some time before that came from the same municipality and share a topic: perhaps one matter.

    How long before, the term of the day says on which this one was received.

    Raises: EnquiryMissing.
    """
    asked = await store.read(tx, id)
    found = await tx.fetch(
        """
        select id, received_on, state, topics, municipality_code from enquiries
        where municipality_code = $1 and received_on between $2::date - $5::int and $2 and topics && $3::text[]
            and is_case_specific and anonymised_on is null and thread_id <> $4
        order by number desc limit 20
        """,
        asked.municipality_code,
        asked.received_on,
        list(asked.topics),
        asked.thread_id,
        value_on(await terms.terms(tx), "likely_repeat_days", asked.received_on),
    )
    linkable = asked.is_case_specific and asked.anonymised_on is None
    return Relateds(items=tuple(Related(**row) for row in reversed(found)) if linkable else ())


async def enquiries(tx: Tx, wanted: EnquiryFilter, *, now: Now, after: int | None, limit: int) -> Enquiries:
    """The enquiries that match, the oldest first."""
    # Only what is asked stands in the statement: the planner could not use an index for what may be asked or not.
    said: list[Any] = [wanted.provenance]
    matching = ALL
    for column, value in (("state", wanted.state), ("urgency", wanted.urgency), ("team", wanted.team)):
        if value is not None:
            said.append(value)
            matching += f" and {column} = ${len(said)}"
    if wanted.overdue is not None:
        matching += f" and id {'' if wanted.overdue else 'not '}in ({OVERDUE})"
    counting = f"select count(*) {matching}"
    if matching == ALL:  # how many there are is kept as they come, and would take longer each year to count
        counting = (
            "select coalesce(sum(count), 0)::bigint from enquiry_counts where provenance = $1 and property = 'matter'"
        )
    total = await tx.fetchval(counting, *said)
    found = await tx.fetch(
        f"select * {matching} and number > ${len(said) + 1} order by number limit ${len(said) + 2}",
        *said,
        after or 0,
        limit + 1,
    )
    page = found[:limit]
    return Enquiries(
        total=total,
        items=await _views(tx, await store.all_loaded(tx, page), now=now),
        next=page[-1]["number"] if len(found) > limit else None,
    )


async def _with_intake(tx: Tx, found: Sequence[domain.Enquiry], *, now: Now) -> frozenset[str]:
    """The municipalities of the acute ones that have an acute intake with a number."""
    acute = [each for each in found if each.urgency == "acute"]
    if not acute:
        return frozenset()
    return await directory.with_intake(
        tx, [each.municipality_code for each in acute], danish_day(now(acute[0].provenance))
    )


async def _views(tx: Tx, found: Sequence[domain.Enquiry], *, now: Now) -> tuple[EnquiryView, ...]:
    known = await _with_intake(tx, found, now=now)
    return tuple(_view(each, intake_known=each.municipality_code in known) for each in found)


def _view(enquiry: domain.Enquiry, *, intake_known: bool) -> EnquiryView:
    fields: dict[str, Any] = vars(enquiry) | {
        "act_first": [StepView(**vars(each)) for each in checklist.acute_steps(enquiry, intake_known=intake_known)],
        "checklist": [StepView(**vars(each)) for each in checklist.steps(enquiry)],
        "may_be_case_specific": enquiry.may_be_case_specific,
        "referrals": [ReferralView(**vars(each), due_at=each.due_at) for each in enquiry.referrals],
        "needs": need.shown(enquiry.needs),
    }
    return EnquiryView(**fields)
