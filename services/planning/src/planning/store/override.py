"""Values that are held against counted figures."""

from uuid import UUID

from chassis.database import Tx
from planning.domain.indicator import Indicator
from planning.domain.override import Override

OVERRIDE = "id, indicator_id, definition_version, provenance, period, value, reason, source_url, made_at"


async def add_override(tx: Tx, override: Override) -> None:
    """It stands beside those before it."""
    await tx.execute(
        f"insert into overrides ({OVERRIDE}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",  # noqa: S608  # column names
        *(getattr(override, name) for name in OVERRIDE.split(", ")),
    )


async def newest_override(tx: Tx, indicator: Indicator, provenance: str, period: str) -> Override | None:
    """The last of the figure, which may say that the one before is taken back."""
    row = await tx.fetchrow(
        f"select {OVERRIDE} from overrides where indicator_id = $1 and definition_version = $2"  # noqa: S608
        " and provenance = $3 and period = $4 order by place desc limit 1",
        indicator.id,
        indicator.definition.version,
        provenance,
        period,
    )
    return None if row is None else Override(**row)


async def overrides(tx: Tx, indicator_id: UUID) -> list[Override]:
    """All that there ever were, in their order."""
    rows = await tx.fetch(
        f"select {OVERRIDE} from overrides where indicator_id = $1 order by place",  # noqa: S608
        indicator_id,
    )
    return [Override(**row) for row in rows]
