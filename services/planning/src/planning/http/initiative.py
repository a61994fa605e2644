"""Initiatives: added, reported on, split, merged, and ended for a reason. None is ever deleted."""

from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.values import PublicUrl
from planning.commands import initiative as commands
from planning.http.fields import READERS, ChildrenYouth, Number, Reason, Title
from planning.queries import initiative as queries
from planning.queries.initiative import WholeInitiativeView

router = APIRouter(route_class=Edge, tags=["initiatives"])

_ADVICE: JsonDict = {"number": 15, "title_da": "Syntetisk indsats: rådgivning", "children_youth": "partly"}
_COURSES: JsonDict = {"number": 16, "title_da": "Syntetisk indsats: kurser", "children_youth": "partly"}
_GIVEN_UP: JsonDict = {
    "reason_code": "too_few_applications",
    "reason": "For få ansøgninger fra kommunerne",
    "source_url": "https://example.org/status",
}


class RecordInitiative(Body):
    """One effort of the plan."""

    number: Number
    title_da: Title
    title_en: Title | None = None
    responsible_ministry: Title | None = None
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


class ReportInitiative(Body):
    """How the initiative goes, as its owner sees it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"status": "at_risk", "reason": "To af fire kommuner er ikke i gang endnu"}]}
    )

    status: Literal["on_track", "at_risk", "delayed"]
    reason: Reason | None = None


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
    new = commands.Initiative(id=uuid4(), **said)
    await commands.add_initiative(command.tx, new, plan_id=id, focus_area_id=body.focus_area_id, now=command.clock.now)
    return command.answer(await queries.initiative(command.tx, new.id), location=f"/v1/initiatives/{new.id}")


@router.get("/initiatives/{id}", summary="An initiative with its history, lineage and milestones")
async def initiative(id: UUID, query: Annotated[Query, reading(*READERS)]) -> WholeInitiativeView:
    return query.answer(await queries.initiative(query.tx, id))


@router.post("/initiatives/{id}/advance", summary="Say that an initiative is planned, funded or launched")
async def advance_initiative(
    id: UUID, body: AdvanceInitiative, change: Annotated[Change, changing("plan_editor")]
) -> WholeInitiativeView:
    _shows(change, id)
    await commands.advance_initiative(change.tx, id, step=body.status, source_url=body.source_url, **_now(change))
    return await _shown(change, id)


@router.post("/initiatives/{id}/report", summary="Report that an initiative is on track, at risk or delayed")
async def report_initiative(
    id: UUID, body: ReportInitiative, change: Annotated[Change, changing("plan_editor", "initiative_owner")]
) -> WholeInitiativeView:
    _shows(change, id)
    await commands.report_initiative(change.tx, id, course=body.status, reason=body.reason, **_now(change))
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
    parts = [commands.Initiative(id=uuid4(), **each.model_dump()) for each in body.into]
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
    await commands.give_up_initiative(change.tx, id, how=how, **body.model_dump(), **_now(change))
    return await _shown(change, id)


def _now(change: Change) -> Any:
    return {"expect": change.expects, "now": change.clock.now}


def _shows(change: Change, id: UUID) -> None:
    change.shows(lambda: queries.initiative(change.tx, id))


async def _shown(change: Change, id: UUID) -> WholeInitiativeView:
    return change.answer(await queries.initiative(change.tx, id))
