"""SQL that keeps what the other services have told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from chassis.database import Tx
from contracts.values import Provenance
from training.domain.event import DENMARK


@dataclass(frozen=True)
class Change:
    """A legal reference or a publication is not what it was."""

    event_id: UUID
    kind: str
    changed_id: UUID
    change: str
    occurred_at: datetime
    provenance: Provenance
    valid_from: date | None = None

    @property
    def matters_from(self) -> datetime:
        """From when a quote is of the former wording: the change, or the first day of the new wording if later."""
        if self.valid_from is None:
            return self.occurred_at
        return max(self.occurred_at, datetime.combine(self.valid_from, time(), DENMARK))


@dataclass(frozen=True)
class Cause:
    """Why a municipality may want training on these topics, or that it no longer does."""

    source: str
    cause_id: UUID
    revision: int
    topics: tuple[str, ...]
    municipality_code: str | None
    provenance: Provenance
    told_at: datetime
    stands: bool


async def keep_changes(tx: Tx, changes: Sequence[Change]) -> None:
    """Every change is kept once."""
    for each in changes:
        await tx.execute(
            """
            insert into knowledge_changes
                (event_id, kind, changed_id, change, matters_from, occurred_at, provenance)
            values ($1, $2, $3, $4, $5, $6, $7) on conflict (event_id) do nothing
            """,
            each.event_id,
            each.kind,
            each.changed_id,
            each.change,
            each.matters_from,
            each.occurred_at,
            each.provenance,
        )


async def keep_causes(tx: Tx, causes: Sequence[Cause]) -> None:
    """Of every cause the newest word is kept, whichever came first."""
    for each in causes:
        await tx.execute(
            """
            insert into demand_causes as old
                (source, cause_id, revision, topics, municipality_code, provenance, told_at, stands)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict (source, cause_id) do update set revision = excluded.revision, topics = excluded.topics,
                told_at = excluded.told_at, stands = excluded.stands
                where old.revision < excluded.revision
            """,
            each.source,
            each.cause_id,
            each.revision,
            list(each.topics),
            each.municipality_code,
            each.provenance,
            each.told_at,
            each.stands,
        )
