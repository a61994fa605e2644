"""What authorities report: sent and withdrawn by them, approved or returned by MÆRK, seen by nobody else."""

from decimal import Decimal
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi import Query as Parameters
from pydantic import ConfigDict, Field

from chassis.web.edge import Asked, Body, Change, Command, Edge, NotForYou, Query, changing, commanding, reading
from contracts.values import LARGEST, PublicUrl
from planning.commands import partner_report as commands
from planning.http.fields import AuthorityCode, Day, PeriodName, Quarter, Reason
from planning.queries import partner_report as queries
from planning.queries.partner_report import PartnerReportFilter, PartnerReports, PartnerReportView, Waiting

router = APIRouter(route_class=Edge, prefix="/v1", tags=["partners' reports"])

SENDER = "initiative_owner"
APPROVER = "plan_editor"
_FROM = {"sender": "ministry:synthetic", "about": "d52a8c01-9e3f-4c76-b402-8e1fac6d3b05"}
_PAGE = {"source_url": "https://example.org/tal"}


class _Report(Body):
    """Who reports, and about what."""

    sender: Annotated[AuthorityCode, Field(description="One of the authorities that the token names")]


class ReportReading(_Report):
    """A value of an indicator that is read by hand, with the page that shows it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "reading", **_FROM, "period": "2026", "value": 86, **_PAGE}]}
    )

    kind: Literal["reading"]
    about: Annotated[UUID, Field(description="The indicator")]
    period: PeriodName
    value: Annotated[Decimal, Field(ge=-LARGEST, le=LARGEST, decimal_places=3)]
    source_url: PublicUrl


class ReportStatus(_Report):
    """How an initiative goes, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "status", **_FROM, "status": "at_risk", "reason": "To kommuner er ikke i gang endnu"}]
        }
    )

    kind: Literal["status"]
    about: Annotated[UUID, Field(description="The initiative")]
    status: Literal["on_track", "at_risk", "delayed"]
    reason: Reason
    quarter: Annotated[
        Quarter | None, Field(description="By default the oldest for which a report is owed, else the running one")
    ] = None


class ReportMilestone(_Report):
    """That a milestone is met, with the page that shows it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "milestone", **_FROM, "met_on": "2026-11-20", **_PAGE}]}
    )

    kind: Literal["milestone"]
    about: Annotated[UUID, Field(description="The milestone")]
    met_on: Day
    source_url: PublicUrl


class ReportDecision(_Report):
    """That a decision is carried out, with a page or a note that shows it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "decision", **_FROM, "carried_out_on": "2026-11-20", **_PAGE}]}
    )

    kind: Literal["decision"]
    about: Annotated[UUID, Field(description="The decision")]
    carried_out_on: Day
    source_url: PublicUrl | None = None
    note_da: Reason | None = None


AnyReport = Annotated[
    ReportReading | ReportStatus | ReportMilestone | ReportDecision,
    Field(discriminator="kind"),
]


class ReturnReport(Body):
    """What is wrong with the report."""

    reason: Annotated[Reason, Field(examples=["Siden viser et andet tal"])]


class ReportPage(PartnerReportFilter):
    """Which reports are shown, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    sender: Annotated[AuthorityCode | None, Field(description="An authority's code")] = None
    after: Annotated[int | None, Field(ge=0, le=2**53, description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@router.post("/partner-reports", status_code=201, summary="Report a value, a status, a milestone or a decision")
async def submit_partner_report(body: AnyReport, command: Annotated[Command, commanding(SENDER)]) -> PartnerReportView:
    id = uuid4()
    await commands.submit_partner_report(
        command.tx, id, body.sender, _said(body), caller=_caller(command), now=command.clock.now
    )
    return await _shown(command, id, location=f"/v1/partner-reports/{id}")


@router.get("/partner-reports", summary="The caller's reports; for MÆRK all of them, such as those that wait")
async def partner_reports(
    page: Annotated[ReportPage, Parameters()], query: Annotated[Query, reading(APPROVER, SENDER)]
) -> PartnerReports:
    return await queries.partner_reports(query.tx, page, of=_of(query), after=page.after, limit=page.limit)


@router.get("/partner-reports/{id}", summary="A report, and what was done with it")
async def partner_report(id: UUID, query: Annotated[Query, reading(APPROVER, SENDER)]) -> PartnerReportView:
    return query.answer(await queries.partner_report(query.tx, id, of=_of(query)))


@router.post("/partner-reports/{id}/resubmit", summary="Send a returned report again, saying this now")
async def resubmit_partner_report(
    id: UUID, body: AnyReport, change: Annotated[Change, changing(SENDER)]
) -> PartnerReportView:
    _shows(change, id)
    await commands.resubmit_partner_report(
        change.tx, id, body.sender, _said(body), caller=_caller(change), expect=change.expects, now=change.clock.now
    )
    return await _shown(change, id)


@router.post("/partner-reports/{id}/withdraw", summary="Withdraw a report")
async def withdraw_partner_report(id: UUID, change: Annotated[Change, changing(SENDER)]) -> PartnerReportView:
    _shows(change, id)
    await commands.withdraw_partner_report(
        change.tx, id, caller=_caller(change), expect=change.expects, now=change.clock.now
    )
    return await _shown(change, id)


@router.post("/partner-reports/{id}/return", summary="Return a report to its sender, for a reason")
async def return_partner_report(
    id: UUID, body: ReturnReport, change: Annotated[Change, changing(APPROVER)]
) -> PartnerReportView:
    _shows(change, id)
    await commands.return_partner_report(change.tx, id, reason=body.reason, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/partner-reports/{id}/approve", summary="Approve a report, so that it counts")
async def approve_partner_report(id: UUID, change: Annotated[Change, changing(APPROVER)]) -> PartnerReportView:
    _shows(change, id)
    await commands.approve_partner_report(
        change.tx, id, caller=_caller(change), expect=change.expects, now=change.clock.now
    )
    return await _shown(change, id)


@router.get("/waiting", summary="What waits for an authority: decisions, reports that it owes, and returned ones")
async def waiting(
    query: Annotated[Query, reading(APPROVER, SENDER)],
    authority: Annotated[AuthorityCode, Parameters(description="One of those that the token names; any for MÆRK")],
) -> Waiting:
    if (of := _of(query)) is not None and authority not in of:
        raise NotForYou("There is nothing here, or nothing that you may see.")
    return await queries.waiting(query.tx, authority, now=query.clock.now)


def _said(body: Body) -> dict[str, Any]:
    return body.model_dump(exclude={"sender"})


def _caller(asked: Asked) -> commands.Caller:
    return commands.Caller(asked.principal.id, asked.principal.organisations)


def _of(asked: Asked) -> frozenset[str] | None:
    """The authorities whose reports the caller may see; None for MÆRK, which sees all."""
    return None if asked.principal.has_any(APPROVER) else asked.principal.organisations


def _shows(change: Change, id: UUID) -> None:
    change.shows(partial(queries.partner_report, change.tx, id, of=_of(change)))


async def _shown(command: Command, id: UUID, *, location: str | None = None) -> PartnerReportView:
    return command.answer(await queries.partner_report(command.tx, id, of=_of(command)), location=location)
