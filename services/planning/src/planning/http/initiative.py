"""Initiatives: added, renamed, described, handed over, split, merged, and ended for a reason. None is ever deleted."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID, uuid4

from fastapi import APIRouter
from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.values import PublicUrl
from planning.commands import initiative as commands
from planning.http.fields import (
    READERS,
    AuthorityCode,
    ChildrenYouth,
    Day,
    Label,
    Number,
    OnDay,
    Passage,
    PlannedDay,
    Reason,
    Rename,
    ResponsibleAuthority,
    Title,
)
from planning.queries import initiative as queries
from planning.queries.initiative import WholeInitiativeView

router = APIRouter(route_class=Edge, prefix="/v1", tags=["initiatives"])

_ADVICE: JsonDict = {"number": 15, "title_da": "Syntetisk indsats: rådgivning", "children_youth": "partly"}
_COURSES: JsonDict = {"number": 16, "title_da": "Syntetisk indsats: kurser", "children_youth": "partly"}
_GIVEN_UP: JsonDict = {
    "reason_code": "too_few_applications",
    "reason": "For få ansøgninger fra kommunerne",
    "source_url": "https://example.org/status",
    "approved_by": "management",
    "approved_on": "2026-11-20",
}
_DESCRIBED: JsonDict = {
    "responsible_office": "Syntetisk kontor",
    "partners": [],
    "problem_da": "Syntetisk: kommunerne mangler viden om negativ social kontrol.",
    "expected_change_da": "Syntetisk: fagfolk ved, hvad de skal gøre.",
    "target_groups": ["professionals", "municipalities"],
    "origin": "political_agreement",
    "starts": "2026-01",
    "ends": "2027-06-30",
}


class RecordInitiative(Body):
    """One effort of the plan."""

    number: Number
    title_da: Title
    title_en: Title | None = None
    responsible_authority: ResponsibleAuthority = None
    responsible_ministry: Annotated[
        Title | None, Field(description="As the source of an old plan writes it; a plan of today names an authority")
    ] = None
    children_youth: ChildrenYouth = None


class AddInitiative(RecordInitiative):
    """An initiative that was not entered with its plan."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ADVICE]})

    focus_area_id: Annotated[UUID | None, Field(description="Left out where no source states it")] = None


class AdvanceInitiative(Body):
    """How far the initiative has come; a step may be passed over."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "launched"}]})

    status: Literal["planned", "funded", "launched"]
    source_url: PublicUrl | None = None


class TransferInitiative(Body):
    """The authority that is responsible from a day on (ressortændring), which may lie ahead."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"authority": "agency:synthetic", "from_day": "2026-12-01", "reason": "Syntetisk omlægning"}]
        }
    )

    authority: AuthorityCode
    from_day: Day
    reason: Reason
    source_url: PublicUrl | None = None


class DescribeInitiative(Body):
    """What the initiative is about, all of it said anew; what nobody states is left out."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DESCRIBED]})

    responsible_office: Label | None = None
    partners: Annotated[tuple[AuthorityCode, ...], Field(max_length=40, description="Who takes part beside it")] = ()
    problem_da: Passage | None = None
    description_da: Passage | None = None
    expected_change_da: Passage | None = None
    target_groups: Annotated[
        tuple[
            Literal[
                "children",
                "young_people",
                "parents",
                "adults",
                "professionals",
                "managers",
                "municipalities",
                "schools",
                "youth_educations",
                "police",
                "civil_society",
                "everybody",
            ],
            ...,
        ],
        Field(max_length=12),
    ] = ()
    origin: Literal["political_agreement", "finance_act", "commission", "maerk", "law"] | None = None
    starts: PlannedDay = None
    ends: PlannedDay = None
    risks_da: Passage | None = None
    external_evaluator: Annotated[Label | None, Field(description="An organisation, never a person")] = None
    depends_on: Annotated[
        tuple[UUID, ...], Field(max_length=20, description="Initiatives that it needs, also of other plans")
    ] = ()
    carried_on_from: Annotated[
        UUID | None, Field(description="The initiative of an earlier plan that it carries on")
    ] = None


class CompleteInitiative(Body):
    """The initiative is completed; without a source its milestones must show it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"as_planned": True, "source_url": "https://example.org/evaluering"}]}
    )

    as_planned: bool
    source_url: PublicUrl | None = None


class GiveUpInitiative(Body):
    """Why the initiative does not go on."""

    model_config = ConfigDict(json_schema_extra={"examples": [_GIVEN_UP]})

    reason_code: Literal[
        "too_few_applications", "epidemic", "no_funding", "law_changed", "priorities_changed", "replaced", "other"
    ]
    reason: Reason
    source_url: PublicUrl | None = None
    approved_by: Annotated[
        Literal["management", "minister"] | None,
        Field(description="As a role; left out only where the source of an earlier year's plan states the end"),
    ] = None
    approved_on: Annotated[Day | None, Field(description="The day of the approval")] = None

    @model_validator(mode="after")
    def _approved_as_a_whole(self) -> Self:
        if (self.approved_by is None) != (self.approved_on is None):
            raise ValueError("Say who approved and on which day.")
        return self

    def approval(self) -> commands.Approval | None:
        """Who approved, and when."""
        if self.approved_by is None or self.approved_on is None:
            return None
        return commands.Approval(self.approved_by, self.approved_on)


class SplitInitiative(Body):
    """The parts in which the initiative goes on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"into": [_ADVICE, _COURSES]}]})

    into: Annotated[tuple[RecordInitiative, ...], Field(min_length=2, max_length=20)]
    source_url: PublicUrl | None = None


class MergeInitiative(Body):
    """The initiative in which this one goes on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"into": "d52a8c01-9e3f-4c76-b402-8e1fac6d3b05"}]})

    into: UUID
    source_url: PublicUrl | None = None


@router.post("/action-plans/{id}/initiatives", status_code=201, summary="Add an initiative to a plan")
async def add_initiative(
    id: UUID, body: AddInitiative, command: Annotated[Command, commanding("plan_editor")]
) -> WholeInitiativeView:
    said = body.model_dump(exclude={"focus_area_id"})
    new = commands.new_initiative(uuid4(), said)
    await commands.add_initiative(command.tx, new, plan_id=id, focus_area_id=body.focus_area_id, now=command.clock.now)
    view = await queries.initiative(command.tx, new.id, now=command.clock.now)
    return command.answer(view, location=f"/v1/initiatives/{new.id}")


@router.get("/initiatives/{id}", summary="An initiative with its history, lineage and milestones")
async def initiative(
    id: UUID,
    query: Annotated[Query, reading(*READERS)],
    on: OnDay = None,
) -> WholeInitiativeView:
    return query.answer(await queries.initiative(query.tx, id, now=query.clock.now, on=on))


@router.post("/initiatives/{id}/advance", summary="Say that an initiative is planned, funded or launched")
async def advance_initiative(
    id: UUID, body: AdvanceInitiative, change: Annotated[Change, changing("plan_editor")]
) -> WholeInitiativeView:
    _shows(change, id)
    await commands.advance_initiative(change.tx, id, step=body.status, source_url=body.source_url, **_now(change))
    return await _shown(change, id)


@router.post("/initiatives/{id}/transfer", summary="Let another authority be responsible from a day on")
async def transfer_initiative(
    id: UUID, body: TransferInitiative, change: Annotated[Change, changing("plan_editor")]
) -> WholeInitiativeView:
    _shows(change, id)
    to = commands.Responsibility(body.authority, body.from_day, body.reason, body.source_url)
    await commands.transfer_initiative(change.tx, id, to, **_now(change))
    return await _shown(change, id)


@router.post("/initiatives/{id}/rename", summary="Correct what an initiative is called")
async def rename_initiative(
    id: UUID, body: Rename, change: Annotated[Change, changing("plan_editor")]
) -> WholeInitiativeView:
    _shows(change, id)
    await commands.rename_initiative(change.tx, id, **body.model_dump(), expect=change.expects)
    return await _shown(change, id)


@router.post("/initiatives/{id}/describe", summary="Say what an initiative is about, all of it anew")
async def describe_initiative(
    id: UUID, body: DescribeInitiative, change: Annotated[Change, changing("plan_editor")]
) -> WholeInitiativeView:
    _shows(change, id)
    said = commands.Description(**{name: getattr(body, name) for name in DescribeInitiative.model_fields})
    await commands.describe_initiative(change.tx, id, said, **_now(change))
    return await _shown(change, id)


@router.post("/initiatives/{id}/complete", summary="Complete an initiative, with evidence")
async def complete_initiative(
    id: UUID, body: CompleteInitiative, change: Annotated[Change, changing("plan_editor")]
) -> WholeInitiativeView:
    _shows(change, id)
    await commands.complete_initiative(
        change.tx, id, as_planned=body.as_planned, source_url=body.source_url, **_now(change)
    )
    return await _shown(change, id)


@router.post("/initiatives/{id}/abandon", summary="Abandon an initiative, for a reason")
async def abandon_initiative(
    id: UUID, body: GiveUpInitiative, change: Annotated[Change, changing("plan_editor")]
) -> WholeInitiativeView:
    return await _give_up(id, "abandoned", body, change)


@router.post("/initiatives/{id}/cancel", summary="Cancel an initiative, for a reason")
async def cancel_initiative(
    id: UUID, body: GiveUpInitiative, change: Annotated[Change, changing("plan_editor")]
) -> WholeInitiativeView:
    return await _give_up(id, "cancelled", body, change)


@router.post("/initiatives/{id}/split", summary="Split an initiative into parts")
async def split_initiative(
    id: UUID, body: SplitInitiative, change: Annotated[Change, changing("plan_editor")]
) -> WholeInitiativeView:
    _shows(change, id)
    parts = [commands.new_initiative(uuid4(), each.model_dump()) for each in body.into]
    await commands.split_initiative(change.tx, id, parts, source_url=body.source_url, **_now(change))
    return await _shown(change, id)


@router.post("/initiatives/{id}/merge", summary="Let an initiative go on in another one")
async def merge_initiative(
    id: UUID, body: MergeInitiative, change: Annotated[Change, changing("plan_editor")]
) -> WholeInitiativeView:
    _shows(change, id)
    await commands.merge_initiative(change.tx, id, into=body.into, source_url=body.source_url, **_now(change))
    return await _shown(change, id)


async def _give_up(
    id: UUID, how: Literal["abandoned", "cancelled"], body: GiveUpInitiative, change: Change
) -> WholeInitiativeView:
    _shows(change, id)
    said = body.model_dump(exclude={"approved_by", "approved_on"})
    await commands.give_up_initiative(change.tx, id, how=how, **said, approval=body.approval(), **_now(change))
    return await _shown(change, id)


def _now(change: Change) -> Any:
    return {"expect": change.expects, "now": change.clock.now}


def _shows(change: Change, id: UUID) -> None:
    change.shows(lambda: queries.initiative(change.tx, id, now=change.clock.now))


async def _shown(change: Change, id: UUID) -> WholeInitiativeView:
    return change.answer(await queries.initiative(change.tx, id, now=change.clock.now))
