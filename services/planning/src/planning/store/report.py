"""Reports of owners, and those that are owed."""

from uuid import UUID

from chassis.database import Tx
from planning.domain.report import OWED, Duty, Report

DUTY = "id, initiative_id, quarter, due_on, escalates_on, state"


async def add_duty(tx: Tx, duty: Duty) -> None:
    """The report is owed; the initiative's row was locked before."""
    await tx.execute(
        f"insert into report_duties ({DUTY}) values ($1, $2, $3, $4, $5, $6)",  # noqa: S608  # column names
        duty.id,
        duty.initiative_id,
        duty.quarter,
        duty.due_on,
        duty.escalates_on,
        duty.state,
    )


async def save_duty(tx: Tx, duty: Duty) -> None:
    """The duty is as given; its initiative's row was locked before."""
    await tx.execute("update report_duties set state = $2 where id = $1", duty.id, duty.state)


async def initiative_of(tx: Tx, duty_id: UUID) -> UUID:
    """The initiative whose report is owed."""
    return await tx.fetchval("select initiative_id from report_duties where id = $1", duty_id)


async def duties(tx: Tx, initiative_id: UUID) -> list[Duty]:
    """Every report that was ever owed of the initiative and has not lapsed, the oldest quarter first."""
    rows = await tx.fetch(
        f"select {DUTY} from report_duties"  # noqa: S608  # column names
        " where initiative_id = $1 and state <> 'lapsed' order by quarter",
        initiative_id,
    )
    return [Duty(**row) for row in rows]


async def lapse_duties(tx: Tx, initiative_id: UUID) -> list[UUID]:
    """Nothing is owed of the initiative any more; shape: the duties that are gone."""
    rows = await tx.fetch(
        "update report_duties set state = 'lapsed' where initiative_id = $1 and state = any ($2::text[]) returning id",
        initiative_id,
        list(OWED),
    )
    return [row["id"] for row in rows]


async def add_report(tx: Tx, initiative_id: UUID, report: Report, *, revision: int) -> None:
    """The report stands, for ever."""
    await tx.execute(
        "insert into initiative_reports (initiative_id, revision, quarter, light, reason, at)"
        " values ($1, $2, $3, $4, $5, $6)",
        initiative_id,
        revision,
        report.quarter,
        report.light,
        report.reason,
        report.at,
    )


async def reports(tx: Tx, initiative_id: UUID) -> list[Report]:
    """What was reported of the initiative, oldest first."""
    rows = await tx.fetch(
        "select quarter, light, reason, at from initiative_reports where initiative_id = $1 order by revision",
        initiative_id,
    )
    return [Report(**row) for row in rows]
