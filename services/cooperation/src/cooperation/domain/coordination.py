"""Coordinations of severe cases: who takes part, the steps in the order that the law asks for, and nobody's name.

Source: barnets lov § 18(3); retsplejeloven § 115; forvaltningsloven § 28. RULES.md gives each rule its id.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from contracts.cooperation import CoordinationClosed, CoordinationOpened
from contracts.event import Event
from contracts.geography import PoliceDistrictSlug
from contracts.problems import Conflict, Invalid
from contracts.taxonomy import TopicCode
from contracts.values import Provenance
from cooperation.domain.calendar import day_of
from cooperation.domain.gap import may_be_named
from cooperation.domain.organisation import district_of, provenance_of_organisation

State = Literal["opened", "assessed", "coordinated", "protected", "monitoring", "escalated", "closed"]
AgeGroup = Literal["minor", "adult", "unknown"]
StayPhase = Literal["before", "during", "after"]
TakenStep = Literal[
    "concern_received",
    "immediate_danger_check",
    "assessment_24h",
    "screening_s18",
    "security_consultant_offered",
    "child_heard_alone_s137",
    "police_contact_involved",
    "joint_meeting_held",
    "safety_plan_agreed",
    "siblings_considered",
    "protective_measures_decided",
    "foreign_track",
    "parents_or_network_involved",
    "follow_up_exit",
]
"""Steps that are taken by saying so."""
FollowingStep = Literal["risk_assessment_done", "disclosure_basis_recorded", "risk_reassessed"]
"""Steps that are taken by the record that they are about, so that none stands without it."""
Step = TakenStep | FollowingStep
RiskLevel = Literal["low", "medium", "high"]
Tool = Literal["patriark", "other", "unknown"]
Basis = Literal[
    "consent",
    "s115_ssp",
    "s115_psp",
    "s115_ksp",
    "barnets_lov",
    "forvaltningslov_28",
    "gdpr_9_2",
    "vital_interest",
    "none_no_disclosure",
]
Purpose = Literal["prevention", "protection", "care"]
ClosedReason = Literal["protection_in_place", "concern_unfounded", "handed_over", "moved_abroad", "opened_in_error"]

VALID_DAYS: dict[RiskLevel, int] = {"high": 7, "medium": 30, "low": 90}  # domain rule c.3/3
NEXT_STATES: dict[State, frozenset[State]] = {
    "opened": frozenset({"assessed", "escalated"}),
    "assessed": frozenset({"coordinated", "escalated"}),
    "coordinated": frozenset({"protected", "escalated"}),
    "protected": frozenset({"monitoring", "escalated"}),
    "monitoring": frozenset({"assessed", "escalated"}),
    "escalated": frozenset({"assessed", "coordinated", "protected", "monitoring"}),
    "closed": frozenset(),
}


class RiskAssessmentFirst(Conflict):
    """Parents and network are not involved before the risk assessment is made."""

    title_da = "Risikovurderingen skal foreligge først"


class DisclosureBasisMissing(Conflict):
    """Authorities do not coordinate before a basis for disclosure is recorded."""

    title_da = "Hjemmel til videregivelse mangler"


class RiskJudgementMissing(Conflict):
    """Nothing is assessed before somebody has judged the risk."""

    title_da = "Risikovurdering mangler"


class StateNotReachable(Conflict):
    """The protocol does not lead from here to there."""

    title_da = "Forløbet kan ikke gå til denne tilstand"


class StepAlreadyTaken(Conflict):
    """The step was taken before."""

    title_da = "Trinnet er allerede taget"


class CoordinationIsClosed(Conflict):
    """A closed coordination stays closed."""

    title_da = "Koordinationsforløbet er lukket"


class AlreadyInvited(Conflict):
    """The organisation is invited or takes part."""

    title_da = "Organisationen er allerede inviteret"


class ReceiverOnlyReads(Conflict):
    """Whoever takes part unseen reads, and changes nothing, since a change would be seen."""

    title_da = "En usynlig deltager kan kun læse"


class NotAMunicipality(Invalid):
    """Only a municipality can receive somebody who moves."""

    title_da = "Kun en kommune kan modtage"


class OtherProvenance(Invalid):
    """Real organisations and those that demonstrations play with never meet."""

    title_da = "Syntetiske og virkelige organisationer blandes ikke"


class ValidityTooLong(Invalid):
    """A judgement is valid for no longer than its level allows."""

    title_da = "Vurderingen gælder for længe"


@dataclass(frozen=True)
class Participant:
    """An organisation that was invited or takes part; a receiving one is seen by nobody but itself."""

    organisation: str
    joined: bool
    receiving: bool = False


@dataclass(frozen=True)
class Taken:
    """A step, the day on which it was taken, and by which organisation."""

    step: Step
    taken_on: date
    taken_by: str


@dataclass(frozen=True)
class RiskJudgement:
    """What a professional judged on a day. Nothing computes it."""

    level: RiskLevel
    tool: Tool
    judged_on: date
    valid_until: date
    judged_by: str


@dataclass(frozen=True)
class DisclosureBasis:
    """That one organisation may tell another something, never what. `none_no_disclosure`: it told nothing."""

    basis: Basis
    purpose: Purpose
    from_organisation: str
    to_organisation: str
    decided_on: date


@dataclass(frozen=True)
class Coordination:
    """A severe case that organisations handle together. Its revision counts changes that all participants can see."""

    id: UUID
    provenance: Provenance
    police_district: PoliceDistrictSlug
    opened_month: date
    age_group: AgeGroup
    topics: tuple[TopicCode, ...]
    acute: bool
    stay_phase: StayPhase | None = None
    state: State = "opened"
    closed_reason: ClosedReason | None = None
    revision: int = 1
    participants: tuple[Participant, ...] = ()
    steps: tuple[Taken, ...] = ()
    judgements: tuple[RiskJudgement, ...] = ()
    bases: tuple[DisclosureBasis, ...] = field(default=())

    def seen_by(self, organisations: AbstractSet[str]) -> tuple[Participant, ...]:
        """The participants as these organisations may see them."""
        return tuple(each for each in self.participants if not each.receiving or each.organisation in organisations)

    def acting(self, organisations: AbstractSet[str]) -> str:
        """Which of these organisations, one of which takes part, acts.

        Raises: ReceiverOnlyReads.
        """
        open_ones = {each.organisation for each in self.participants if each.joined and not each.receiving}
        if not open_ones & organisations:
            raise ReceiverOnlyReads("Your organisation takes part unseen, so it can read and not change anything.")
        return min(open_ones & organisations)


def opened(
    *,
    id: UUID,
    by: str,
    age_group: AgeGroup,
    topics: tuple[TopicCode, ...],
    acute: bool,
    stay_phase: StayPhase | None,
    at: datetime,
) -> tuple[Coordination, Event]:
    """The coordination is there, and the organisation that opened it takes part."""
    on = day_of(at)
    coordination = Coordination(
        id=id,
        provenance=provenance_of_organisation(by),
        police_district=district_of(by, on),
        opened_month=on.replace(day=1),
        age_group=age_group,
        topics=topics,
        acute=acute,
        stay_phase=stay_phase,
        participants=(Participant(by, joined=True),),
    )
    return coordination, CoordinationOpened.model_validate(_told(coordination, revision=1, at=at))


def invite(coordination: Coordination, organisation: str, *, receiving: bool) -> Coordination:
    """The organisation may join; a receiving one without anybody seeing that, not even by the revision.

    Raises: CoordinationIsClosed, OtherProvenance, NotAMunicipality, AlreadyInvited.
    """
    _check_open(coordination)
    if provenance_of_organisation(organisation) != coordination.provenance:
        raise OtherProvenance(
            "Synthetic organisations take part in synthetic coordinations only.", pointer="/organisation"
        )
    if receiving and not organisation.startswith("municipality:"):
        raise NotAMunicipality("Only a municipality can receive somebody who moves.", pointer="/organisation")
    invited = Participant(organisation, joined=False, receiving=receiving)
    if any(each.organisation == organisation and each.receiving == receiving for each in coordination.participants):
        if receiving:
            return coordination  # a refusal would tell that it is there
        raise AlreadyInvited("This organisation is invited or takes part already.")
    participants = (*coordination.participants, invited)
    return replace(coordination, participants=participants, revision=coordination.revision + (not receiving))


def join(coordination: Coordination, organisations: AbstractSet[str]) -> Coordination:
    """Those of the organisations that were invited take part.

    Raises: CoordinationIsClosed.
    """
    _check_open(coordination)
    joining = [each for each in coordination.participants if each.organisation in organisations and not each.joined]
    seen = any(not each.receiving for each in joining)
    participants = tuple(replace(each, joined=True) if each in joining else each for each in coordination.participants)
    return replace(coordination, participants=participants, revision=coordination.revision + seen)


def take_step(coordination: Coordination, step: TakenStep, *, by: str, at: datetime) -> Coordination:
    """The step is taken today.

    Raises: CoordinationIsClosed, StepAlreadyTaken, RiskAssessmentFirst.
    """
    _check_open(coordination)
    if _has(coordination, step):
        raise StepAlreadyTaken("This step was taken before.")
    if step == "parents_or_network_involved" and not _has(coordination, "risk_assessment_done"):
        raise RiskAssessmentFirst(
            "The risk assessment must be made before parents or network are involved, barnets lov § 18(3).",
            da="Risikovurderingen skal foretages, før forældre eller netværk inddrages, jf. barnets lov § 18, stk. 3.",
        )
    return _with_step(coordination, step, by=by, at=at)


def judge_risk(
    coordination: Coordination, *, level: RiskLevel, tool: Tool, valid_until: date | None, by: str, at: datetime
) -> Coordination:
    """The judgement stands with its day, its tool and its validity, and is a step: the first one or a reassessment.

    Raises: CoordinationIsClosed, ValidityTooLong.
    """
    _check_open(coordination)
    today = day_of(at)
    longest = today + timedelta(days=VALID_DAYS[level])
    until = valid_until or longest
    if not today <= until <= longest:
        raise ValidityTooLong(
            f"A judgement of this level is valid for {VALID_DAYS[level]} days at most, from today on.",
            pointer="/valid_until",
        )
    judgement = RiskJudgement(level, tool, judged_on=today, valid_until=until, judged_by=by)
    step: Step = "risk_reassessed" if coordination.judgements else "risk_assessment_done"
    coordination = replace(coordination, judgements=(*coordination.judgements, judgement))
    return _with_step(coordination, step, by=by, at=at)


def record_basis(
    coordination: Coordination, *, basis: Basis, purpose: Purpose, to_organisation: str, by: str, at: datetime
) -> Coordination:
    """It stands that the organisation may tell another one something, or has declined to.

    Raises: CoordinationIsClosed, OtherProvenance.
    """
    _check_open(coordination)
    if provenance_of_organisation(to_organisation) != coordination.provenance:
        raise OtherProvenance(
            "Synthetic organisations take part in synthetic coordinations only.", pointer="/to_organisation"
        )
    recorded = DisclosureBasis(basis, purpose, by, to_organisation, decided_on=day_of(at))
    coordination = replace(coordination, bases=(*coordination.bases, recorded))
    if basis == "none_no_disclosure" or _has(coordination, "disclosure_basis_recorded"):
        return replace(coordination, revision=coordination.revision + 1)
    return _with_step(coordination, "disclosure_basis_recorded", by=by, at=at)


def advance(coordination: Coordination, to: State) -> Coordination:
    """The coordination is in that state.

    Raises: CoordinationIsClosed, StateNotReachable, RiskJudgementMissing, DisclosureBasisMissing.
    """
    _check_open(coordination)
    if to not in NEXT_STATES[coordination.state]:
        raise StateNotReachable(f"The protocol does not lead from {coordination.state} to {to}.")
    if to in ("assessed", "coordinated", "protected", "monitoring") and not coordination.judgements:
        raise RiskJudgementMissing("Nobody has judged the risk yet.")
    disclosing = any(each.basis != "none_no_disclosure" for each in coordination.bases)
    if to in ("coordinated", "protected", "monitoring") and not disclosing:
        raise DisclosureBasisMissing("Record the basis for disclosure before authorities coordinate.")
    return replace(coordination, state=to, revision=coordination.revision + 1)


def close(coordination: Coordination, *, reason: ClosedReason, at: datetime) -> tuple[Coordination, Event]:
    """The coordination has ended.

    Raises: CoordinationIsClosed.
    """
    _check_open(coordination)
    closed = replace(coordination, state="closed", closed_reason=reason, revision=coordination.revision + 1)
    return closed, CoordinationClosed.model_validate(_told(closed, revision=2, at=at))


def _check_open(coordination: Coordination) -> None:
    if coordination.state == "closed":
        raise CoordinationIsClosed("This coordination is closed.")


def _has(coordination: Coordination, step: Step) -> bool:
    return any(each.step == step for each in coordination.steps)


def _with_step(coordination: Coordination, step: Step, *, by: str, at: datetime) -> Coordination:
    taken = Taken(step, taken_on=day_of(at), taken_by=by)
    return replace(coordination, steps=(*coordination.steps, taken), revision=coordination.revision + 1)


def _told(coordination: Coordination, *, revision: int, at: datetime) -> dict[str, Any]:
    """What may be told: the events count themselves, so that nobody learns how many changes lie between them."""
    district = coordination.police_district
    return {
        "subject": coordination.id,
        "revision": revision,
        "at": at,
        "provenance": coordination.provenance,
        "police_district": district if may_be_named(district, day_of(at)) else None,
        "age_group": coordination.age_group,
    }
