"""What authorities report, with everything that was done with it."""

from collections.abc import Collection, Sequence
from typing import Annotated, Any, cast
from uuid import UUID

import asyncpg
from pydantic import Field, TypeAdapter

from chassis.database import Tx
from contracts.problems import Conflict, Missing
from planning.domain.partner_report import Deed, PartnerReport, Said
from planning.store import rows

_SAID: TypeAdapter[Said] = TypeAdapter(Annotated[Said, Field(discriminator="kind")])


class PartnerReportMissing(Missing):
    """There is no such report, or none that the caller may see."""

    title_da = "Indberetningen findes ikke"


class AlreadyReported(Conflict):
    """A report of the authority about this is not settled."""

    title_da = "Der er allerede en indberetning om dette"


async def report_for_update(tx: Tx, id: UUID, *, of: Collection[str] | None = None) -> PartnerReport:
    """The report, locked until the transaction ends; only if one of these authorities sent it, where some are named.

    Raises: PartnerReportMissing.
    """
    found = await tx.fetch(
        "select * from partner_reports where id = $1 and ($2::text[] is null or sender = any ($2)) for update",
        id,
        None if of is None else sorted(of),
    )
    if not found:
        raise PartnerReportMissing("There is no such report.")
    return (await reports_of(tx, found))[0]


async def save_report(tx: Tx, report: PartnerReport) -> None:
    """The report is as given, with whatever was done with it.

    Raises: AlreadyReported.
    """
    said, by = dump(report.said), sorted(report.sent_by)
    try:
        await rows.put(tx, "partner_reports", report, leave_out={"deeds"}, said=said, sent_by=by)
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "partner_reports_one_at_a_time":
            raise AlreadyReported("A report of this authority about the same is not settled.") from None
        raise
    for place, each in enumerate(report.deeds, start=1):
        await tx.execute(
            "insert into partner_report_deeds (report_id, place, step, at, text_da, said)"
            " values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
            report.id,
            place,
            each.step,
            each.at,
            each.text_da,
            None if each.said is None else dump(each.said),
        )


async def reports_of(tx: Tx, found: Sequence[asyncpg.Record]) -> list[PartnerReport]:
    """The rows as reports, each with its deeds in their order."""
    deeds = await tx.fetch(
        "select report_id, step, at, text_da, said from partner_report_deeds where report_id = any ($1::uuid[])"
        " order by report_id, place",
        [each["id"] for each in found],
    )
    made: list[PartnerReport] = []
    for row in found:
        values = rows.values(row)
        own = [
            Deed(each["step"], each["at"], each["text_da"], each["said"] and read(each["said"]))
            for each in deeds
            if each["report_id"] == row["id"]
        ]
        values |= {"said": read(row["said"]), "sent_by": frozenset(row["sent_by"]), "deeds": tuple(own)}
        made.append(PartnerReport(**values))
    return made


def read(said: Any) -> Said:
    """What was said, from how it is written or told."""
    return _SAID.validate_python(said, strict=False)


def dump(said: Said) -> dict[str, Any]:
    """How it is written, with the kind of thing that it is."""
    return cast("dict[str, Any]", _SAID.dump_python(said, mode="json"))
