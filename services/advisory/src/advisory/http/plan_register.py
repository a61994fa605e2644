"""The register of preparedness plans over HTTP: its past, its corrections, the quality checklist and good examples."""

from datetime import date
from functools import partial
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi import Query as Parameters
from pydantic import ConfigDict, Field

from advisory.commands import preparedness_plan as commands
from advisory.http.preparedness_plan import READERS, REPORTERS, shown, view_of
from advisory.queries import plan_history as past
from advisory.queries import plan_quality as quality
from advisory.queries.plan_history import PlaceFilter, PlanHistory, StandingOnDay, Trend
from advisory.queries.plan_quality import Assessments, Criteria, GoodExamples
from advisory.queries.preparedness_plan import PreparednessPlanView, plan_of
from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts import values
from contracts.values import MunicipalityCode, PartialDate, PublicUrl

router = APIRouter(route_class=Edge, prefix="/v1", tags=["preparedness plans"])

Reading = Annotated[Query, reading(*READERS)]
Reporting = Annotated[Change, changing(*REPORTERS)]
Day = Annotated[date, Field(ge=date(2010, 1, 1), le=date(2099, 12, 31))]
Moment = Annotated[
    values.Moment | None, Field(description="As it was known at this moment; as it is known now if nothing is said")
]
Version = Annotated[int, Field(ge=1, le=1_000, description="Counts the municipality's plans", examples=[1])]


class StandingPage(PlaceFilter):
    """The day that is asked about, and by what was known when."""

    model_config = ConfigDict(extra="forbid")

    on: Day
    known_at: Moment = None


class TrendPage(PlaceFilter):
    """The months that are asked about, and by what was known when."""

    model_config = ConfigDict(extra="forbid")

    first: Day
    last: Annotated[Day | None, Field(description="Today if nothing is said")] = None
    known_at: Moment = None


class ReportNone(Body):
    """A municipality without a plan."""

    municipality_code: Annotated[MunicipalityCode, Field(examples=["9901"])]


class WithdrawPlan(Body):
    """Which version was never what the register said."""

    version: Version


class CorrectPlan(WithdrawPlan):
    """What is right of a version; what is not said stays."""

    adopted_on: Annotated[PartialDate | None, Field(examples=["2024-06-24"])] = None
    published_on: Annotated[PartialDate | None, Field(examples=["2024-08"])] = None
    published_url: Annotated[PublicUrl | None, Field(examples=["https://example.org/beredskabsplan"])] = None


class AssessPlan(Body):
    """What was found of a version, for every point of the checklist."""

    version: Version
    findings: Annotated[
        dict[Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")], Literal["met", "partly", "missing"]],
        Field(min_length=1, max_length=50, examples=[{"prevention": "met", "detection": "partly"}]),
    ]


@router.get("/preparedness-plans/standing", summary="How many plans met the law on a day, as known now or at a moment")
async def preparedness_plans_standing(page: Annotated[StandingPage, Parameters()], query: Reading) -> StandingOnDay:
    return await past.standing(query.tx, page, on=page.on, known_at=page.known_at, now=query.clock.now)


@router.get("/preparedness-plans/trend", summary="How many plans met the law, month by month")
async def preparedness_plans_trend(page: Annotated[TrendPage, Parameters()], query: Reading) -> Trend:
    return await past.trend(
        query.tx, page, first=page.first, last=page.last, known_at=page.known_at, now=query.clock.now
    )


@router.get("/preparedness-plans/good-examples", summary="Plans to learn from, the nearest municipalities' first")
async def preparedness_plans_good_examples(
    query: Reading,
    municipality_code: Annotated[MunicipalityCode, Parameters(description="Whose neighbours are asked for")],
    limit: Annotated[int, Parameters(ge=1, le=98)] = 3,
) -> GoodExamples:
    return await quality.good_examples(query.tx, municipality_code, now=query.clock.now, limit=limit)


@router.get("/preparedness-plans/checklist", summary="The quality checklist of a day")
async def preparedness_plans_checklist(query: Reading, on: Annotated[Day, Parameters()]) -> Criteria:
    return await quality.criteria(query.tx, on)


@router.get("/preparedness-plans/{id}/history", summary="What the register has known of a plan, and since when")
async def preparedness_plan_history(id: UUID, query: Reading) -> PlanHistory:
    return await past.history(query.tx, id)


@router.get("/preparedness-plans/{id}/assessments", summary="What was found of a plan by the quality checklist")
async def preparedness_plan_assessments(id: UUID, query: Reading) -> Assessments:
    return await quality.assessments(query.tx, id)


@router.post("/preparedness-plans/report-none", status_code=201, summary="Say that a municipality has no plan")
async def report_no_preparedness_plan(
    body: ReportNone, command: Annotated[Command, commanding(*REPORTERS)]
) -> PreparednessPlanView:
    command.shows(partial(plan_of, command.tx, body.municipality_code, now=command.clock.now))
    await commands.report_none(
        command.tx, uuid4(), by=command.principal, municipality_code=body.municipality_code, now=command.clock.now
    )
    plan = await plan_of(command.tx, body.municipality_code, now=command.clock.now)
    return await shown(command, plan.id, location=f"/v1/preparedness-plans/{plan.id}")


@router.post("/preparedness-plans/{id}/correct", summary="Put right what the register says of a version")
async def correct_preparedness_plan(id: UUID, body: CorrectPlan, change: Reporting) -> PreparednessPlanView:
    change.shows(partial(view_of, change, id))
    await commands.correct_plan(
        change.tx,
        id,
        body.version,
        by=change.principal,
        expect=change.expects,
        adopted_on=body.adopted_on,
        published_on=body.published_on,
        published_url=body.published_url,
        now=change.clock.now,
    )
    return await shown(change, id)


@router.post("/preparedness-plans/{id}/withdraw", summary="Say that a version was never what the register said")
async def withdraw_preparedness_plan(id: UUID, body: WithdrawPlan, change: Reporting) -> PreparednessPlanView:
    change.shows(partial(view_of, change, id))
    await commands.withdraw_plan(
        change.tx, id, body.version, by=change.principal, expect=change.expects, now=change.clock.now
    )
    return await shown(change, id)


@router.post("/preparedness-plans/{id}/assess", summary="Hold a version against the quality checklist")
async def assess_preparedness_plan(id: UUID, body: AssessPlan, change: Reporting) -> PreparednessPlanView:
    change.shows(partial(view_of, change, id))
    await commands.assess_plan(
        change.tx,
        id,
        body.version,
        body.findings,
        by=change.principal,
        expect=change.expects,
        now=change.clock.now,
    )
    return await shown(change, id)


@router.post("/preparedness-plans/{id}/remind", summary="Say that the municipality was reminded to revise its plan")
async def remind_of_preparedness_plan(id: UUID, change: Annotated[Change, changing("adviser")]) -> PreparednessPlanView:
    change.shows(partial(view_of, change, id))
    await commands.remind_of_plan(change.tx, id, by=change.principal, expect=change.expects, now=change.clock.now)
    return await shown(change, id)
