"""A plan's money per year and source, and what is left of its frame."""

from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from planning.domain.funding import Source
from planning.store.funding import allocated, frame
from planning.store.plan import ActionPlanMissing


class FundingView(BaseModel):
    """Money set aside. Amounts are in million kroner."""

    id: UUID
    initiative_id: UUID | None = Field(description="None: for the plan as a whole")
    title_da: str
    title_en: str | None
    year: int
    until_year: int | None = Field(description="The last year, where the source states only the sum of several")
    source: Source
    amount_mio_dkk: Decimal
    source_url: str | None


class YearView(BaseModel):
    """What a source gives for a year, or for years of which only the sum is stated; none where nothing is stated."""

    year: int
    until_year: int | None
    source: Source
    frame_mio_dkk: Decimal | None
    allocated_mio_dkk: Decimal | None


class FundingsView(BaseModel):
    """The plan's frame and what was made of it."""

    plan_id: UUID
    frame_mio_dkk: Decimal | None = Field(description="None where no source states a frame")
    allocated_mio_dkk: Decimal
    difference_mio_dkk: Decimal | None = Field(description="What is left of the frame")
    years: tuple[YearView, ...]
    items: tuple[FundingView, ...]

    @property
    def revision(self) -> int:
        """Money is only ever added."""
        return len(self.items)


async def fundings(tx: Tx, plan_id: UUID) -> FundingsView:
    """The plan's money.

    Raises: ActionPlanMissing.
    """
    if await tx.fetchval("select id from action_plans where id = $1", plan_id) is None:
        raise ActionPlanMissing("There is no such action plan.")
    parts, spent = await frame(tx, plan_id), await allocated(tx, plan_id)
    whole = sum((each.amount_mio_dkk for each in parts), Decimal()) if parts else None
    years = await tx.fetch(
        """
        select year, nullif(until_year, year) as until_year, source, sum(framed) as frame_mio_dkk,
            sum(allocated) as allocated_mio_dkk
        from (
            select year, coalesce(until_year, year) as until_year, source, amount_mio_dkk as framed,
                null::numeric as allocated
            from plan_frames where plan_id = $1
            union all
            select year, coalesce(until_year, year), source, null, amount_mio_dkk from fundings where plan_id = $1
        ) as sums
        group by year, until_year, source order by year, until_year, source
        """,
        plan_id,
    )
    items = await tx.fetch(
        "select id, initiative_id, title_da, title_en, year, until_year, source, amount_mio_dkk, source_url"
        " from fundings where plan_id = $1 order by place",
        plan_id,
    )
    return FundingsView(
        plan_id=plan_id,
        frame_mio_dkk=whole,
        allocated_mio_dkk=spent,
        difference_mio_dkk=None if whole is None else whole - spent,
        years=tuple(YearView(**row) for row in years),
        items=tuple(FundingView(**row) for row in items),
    )
