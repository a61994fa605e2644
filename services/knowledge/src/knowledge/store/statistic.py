"""Statistics as they were written, and the tables that went out."""

from typing import Any
from uuid import UUID

import asyncpg

from chassis.database import Tx
from contracts.problems import Conflict, Missing
from contracts.values import Provenance
from knowledge.domain.statistic import STANDING, Statistic
from knowledge.domain.table import Content, ReleasedTable, digest, written

STATISTIC = "id, provenance, table_code, period, state, revision, content, retracted_because, retracted_at"


class StatisticMissing(Missing):
    """There is no such statistic, or none that the caller may see."""

    title_da = "Statistikken findes ikke"


class StatisticAlreadyBegun(Conflict):
    """The table has a statistic of the period."""

    title_da = "Tabellen har allerede en statistik for perioden"


async def hold_series(tx: Tx, *, provenance: Provenance, table: str, frequency: str) -> str:
    """The length of the table's periods, which is the given one if it is new; nobody else begins or releases one."""
    return await tx.fetchval(
        """
        insert into statistic_series (provenance, table_code, frequency) values ($1, $2, $3)
        on conflict (provenance, table_code) do update set frequency = statistic_series.frequency
        returning frequency
        """,
        provenance,
        table,
        frequency,
    )


async def hold_series_of(tx: Tx, id: UUID) -> None:
    """Nobody else begins or releases a statistic of the same table until the transaction ends.

    Raises: StatisticMissing.
    """
    row = await tx.fetchrow(
        """
        select from statistic_series join statistics using (provenance, table_code) where statistics.id = $1
        for no key update of statistic_series
        """,
        id,
    )
    if row is None:
        raise StatisticMissing("There is no such statistic.")


async def statistic_for_update(tx: Tx, id: UUID) -> Statistic:
    """The statistic with the newest table that went out, locked until the transaction ends.

    Raises: StatisticMissing.
    """
    row = await tx.fetchrow(f"select {STATISTIC} from statistics where id = $1 for no key update", id)  # noqa: S608
    if row is None:
        raise StatisticMissing("There is no such statistic.")
    told = await tx.fetchval(
        "select document from statistic_tables where statistic_id = $1 order by edition desc limit 1", id
    )
    return statistic_of(row, told)


async def previous_table(tx: Tx, statistic: Statistic) -> ReleasedTable | None:
    """The numbers that stand for the table's latest period before this one."""
    found = await tx.fetchval(
        """
        select document from statistic_tables join statistics on id = statistic_id
        where provenance = $1 and table_code = $2 and period < $3 and state = any ($4)
        order by period desc, edition desc limit 1
        """,
        statistic.provenance,
        statistic.table,
        statistic.period,
        list(STANDING),
    )
    return None if found is None else ReleasedTable.model_validate_json(found)


async def add_statistic(tx: Tx, statistic: Statistic) -> None:
    """The statistic is there.

    Raises: StatisticAlreadyBegun.
    """
    try:
        await tx.execute(
            "insert into statistics (id, provenance, table_code, period, state, revision, content)"
            " values ($1, $2, $3, $4, $5, $6, $7)",
            statistic.id,
            statistic.provenance,
            statistic.table,
            statistic.period,
            statistic.state,
            statistic.revision,
            _said(statistic.content),
        )
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "statistics_one_per_table_and_period":
            raise StatisticAlreadyBegun("This table has a statistic of the period, if only a retracted one.") from None
        raise


async def save_statistic(tx: Tx, statistic: Statistic) -> None:
    """The statistic is as given, and what went out stays as it was; its row was locked before."""
    await tx.execute(
        "update statistics set state = $2, revision = $3, content = $4, retracted_because = $5, retracted_at = $6"
        " where id = $1",
        statistic.id,
        statistic.state,
        statistic.revision,
        _said(statistic.content),
        statistic.retracted_because,
        statistic.retracted_at,
    )
    if statistic.told is not None:
        document = written(statistic.told)
        await tx.execute(
            "insert into statistic_tables (statistic_id, edition, document, digest) values ($1, $2, $3, $4)"
            " on conflict (statistic_id, edition) do nothing",
            statistic.id,
            statistic.told.edition,
            document,
            digest(document),
        )


def statistic_of(row: asyncpg.Record, told: bytes | None) -> Statistic:
    """The statistic that a row of `STATISTIC` is, with the newest table that went out."""
    fields: dict[str, Any] = dict(row)
    return Statistic(
        **{name: value for name, value in fields.items() if name not in ("table_code", "content")},
        table=fields["table_code"],
        content=Content.model_validate(fields["content"]),
        told=None if told is None else ReleasedTable.model_validate_json(told),
    )


def _said(content: Content) -> dict[str, Any]:
    return content.model_dump(mode="json", exclude_none=True)
