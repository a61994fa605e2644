"""Owners' reports on quarters, what owners are asked for, and the terms by which that is."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from fastapi import Query as Parameter
from pydantic import ConfigDict, Field

from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from planning.commands import report as commands
from planning.commands import term as terms_commands
from planning.http.fields import READERS, Quarter, Reason, owns
from planning.queries import initiative as initiatives
from planning.queries import report as queries
from planning.queries import term as term_queries
from planning.queries.initiative import WholeInitiativeView
from planning.queries.report import Asked
from planning.queries.term import Terms

router = APIRouter(route_class=Edge, prefix="/v1", tags=["reports"])


class ReportInitiative(Body):
    """How the initiative goes, as its owner sees it; a light other than green says why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"status": "at_risk", "reason": "To af fire kommuner er ikke i gang endnu"}]}
    )

    status: Literal["on_track", "at_risk", "delayed"]
    reason: Reason | None = None
    quarter: Annotated[
        Quarter | None,
        Field(
            description="By default the oldest for which a report is owed, else the running one, whose own report is"
            " owed once it has ended all the same"
        ),
    ] = None


class SetTerm(Body):
    """A number that holds from a day on; what was decided before stays as it was."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "report_due_days", "valid_from": "2027-01-01", "value": 15}]}
    )

    name: Literal["report_due_days", "report_escalation_days", "milestone_due_soon_days", "quiet_weeks"]
    valid_from: Annotated[date, Field(le=date(2100, 12, 30), description="The first day on which it holds")]
    value: Annotated[int, Field(ge=1, le=366, description="Days; of `quiet_weeks` weeks")]


@router.post("/initiatives/{id}/report", summary="Report on a quarter of an initiative: on track, at risk or delayed")
async def report_initiative(
    id: UUID, body: ReportInitiative, change: Annotated[Change, changing("plan_editor", "initiative_owner")]
) -> WholeInitiativeView:
    change.shows(lambda: initiatives.initiative(change.tx, id, now=change.clock.now))
    await commands.report_initiative(
        change.tx,
        id,
        light=body.status,
        reason=body.reason,
        quarter=body.quarter,
        own=owns(change),
        expect=change.expects,
        now=change.clock.now,
    )
    return change.answer(await initiatives.initiative(change.tx, id, now=change.clock.now))


@router.get("/owed-reports", summary="What owners are asked for: reports that are owed, and signs of life")
async def owed_reports(
    query: Annotated[Query, reading(*READERS)],
    state: Annotated[
        Literal["open", "overdue", "escalated"] | None,
        Parameter(description="`escalated` is what the steering group has"),
    ] = None,
) -> Asked:
    return await queries.asked(query.tx, state=state, now=query.clock.now)


@router.get("/terms", summary="Numbers that MÆRK has chosen, each with the day from which it holds")
async def terms(query: Annotated[Query, reading(*READERS)]) -> Terms:
    return await term_queries.terms(query.tx)


@router.post("/terms", status_code=201, summary="Set a number from a day on")
async def set_term(body: SetTerm, command: Annotated[Command, commanding("plan_editor")]) -> Terms:
    command.shows(lambda: term_queries.terms(command.tx))
    await terms_commands.set_term(command.tx, body.model_dump(), at=command.clock.now())
    return await term_queries.terms(command.tx)
