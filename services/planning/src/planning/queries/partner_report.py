"""What authorities report, as MÆRK and the sender may see it, and what waits for an authority."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.clock import Now
from chassis.database import Tx
from contracts.values import Provenance
from planning.domain.partner_report import (
    Kind,
    PartnerReport,
    SaidDecision,
    SaidMilestone,
    SaidReading,
    SaidStatus,
    State,
    Step,
)
from planning.queries.authority import by_code
from planning.queries.decision import DecisionFilter, Decisions, decisions
from planning.queries.report import OwedView, asked
from planning.store.authority import AuthorityMissing
from planning.store.partner_report import PartnerReportMissing, reports_of

SaidView = Annotated[SaidReading | SaidStatus | SaidMilestone | SaidDecision, Field(discriminator="kind")]
WAITING = 50


class ReportDeedView(BaseModel):
    """Something that was done with a report."""

    step: Step
    at: datetime
    text_da: str | None = Field(description="Why it was returned")
    said: SaidView | None = Field(description="What the report said when it was sent")


class PartnerReportView(BaseModel):
    """What an authority reports. Nothing of it counts before it is approved."""

    id: UUID
    sender: str = Field(description="The authority's code")
    provenance: Provenance
    about_da: str = Field(description="The name of the indicator, initiative, milestone or decision")
    said: SaidView
    definition_version: int | None = Field(description="The definition under which a value was read")
    state: State
    deeds: tuple[ReportDeedView, ...]
    revision: int = Field(description="The entity tag of this state")


class PartnerReportFilter(BaseModel):
    """Which reports are shown, of those that the caller may see."""

    provenance: Provenance = "actual"
    sender: Annotated[str | None, Field(max_length=100, description="An authority's code")] = None
    state: State | None = None
    kind: Kind | None = None
    about: Annotated[UUID | None, Field(description="An indicator, initiative, milestone or decision")] = None


class PartnerReports(BaseModel):
    """A page of reports, the first sent first."""

    total: int = Field(description="Reports that match, on all pages")
    items: tuple[PartnerReportView, ...]
    next: Annotated[int | None, Field(description="Send it as `after` for the next page; none on the last")] = None


class Waiting(BaseModel):
    """What waits for an authority: the first of each; the lists have the rest."""

    authority: str
    decisions: Decisions = Field(description="Those that it is to carry out, the earliest due first")
    owed: tuple[OwedView, ...] = Field(description="Reports on quarters that its owners owe")
    returned: PartnerReports = Field(description="Its reports that MÆRK has sent back")
    submitted: PartnerReports = Field(description="Its reports that wait for MÆRK")


async def partner_report(tx: Tx, id: UUID, *, of: Collection[str] | None) -> PartnerReportView:
    """One report, if one of these authorities sent it; any for MÆRK.

    Raises: PartnerReportMissing.
    """
    found = await tx.fetch(
        "select * from partner_reports where id = $1 and ($2::text[] is null or sender = any ($2))", id, _list(of)
    )
    if not found:
        raise PartnerReportMissing("There is no such report.")
    [view] = await _views(tx, await reports_of(tx, found))
    return view


async def partner_reports(
    tx: Tx, wanted: PartnerReportFilter, *, of: Collection[str] | None, after: int | None, limit: int
) -> PartnerReports:
    """The reports that match, if one of these authorities sent them; any for MÆRK."""
    matching = """
        from partner_reports where ($1::text[] is null or sender = any ($1)) and provenance = $2
            and ($3::text is null or sender = $3) and ($4::text is null or state = $4)
            and ($5::text is null or said ->> 'kind' = $5) and ($6::text is null or said ->> 'about' = $6)
        """
    about = None if wanted.about is None else str(wanted.about)
    said: tuple[Any, ...] = (_list(of), wanted.provenance, wanted.sender, wanted.state, wanted.kind, about)
    found = await tx.fetch(
        f"select * {matching} and number > $7 order by number limit $8", *said, after or 0, limit + 1
    )
    page = found[:limit]
    return PartnerReports(
        total=await tx.fetchval(f"select count(*) {matching}", *said),
        items=tuple(await _views(tx, await reports_of(tx, page))),
        next=page[-1]["number"] if len(found) > limit else None,
    )


async def waiting(tx: Tx, code: str, *, now: Now) -> Waiting:
    """What waits for the authority of that code.

    Raises: AuthorityMissing.
    """
    authority = (await by_code(tx, [code])).get(code)
    if authority is None:
        raise AuthorityMissing("There is no such authority.")
    provenance = authority.provenance

    async def reports(state: Literal["returned", "submitted"]) -> PartnerReports:
        wanted = PartnerReportFilter(provenance=provenance, sender=code, state=state)
        return await partner_reports(tx, wanted, of=None, after=None, limit=WAITING)

    owed = (await asked(tx, state=None, now=now)).owed
    wanted = DecisionFilter(provenance=provenance, responsible=code, unsettled=True)
    return Waiting(
        authority=code,
        decisions=await decisions(tx, wanted, after=None, limit=WAITING),
        owed=tuple(each for each in owed if each.responsible is not None and each.responsible.code == code),
        returned=await reports("returned"),
        submitted=await reports("submitted"),
    )


async def _views(tx: Tx, reports: Collection[PartnerReport]) -> list[PartnerReportView]:
    names = await tx.fetch(
        """
        select id, name_da as about_da from indicators where id = any ($1::uuid[])
        union all select id, title_da from initiatives where id = any ($1::uuid[])
        union all select id, title_da from milestones where id = any ($1::uuid[])
        union all select id, title_da from decisions where id = any ($1::uuid[])
        """,
        [each.said.about for each in reports],
    )
    about = {row["id"]: row["about_da"] for row in names}
    return [
        PartnerReportView.model_validate(
            {name: getattr(each, name) for name in PartnerReportView.model_fields if name != "about_da"}
            | {"about_da": about[each.said.about], "deeds": [vars(deed) for deed in each.deeds]}
        )
        for each in reports
    ]


def _list(of: Collection[str] | None) -> list[str] | None:
    return None if of is None else sorted(of)
