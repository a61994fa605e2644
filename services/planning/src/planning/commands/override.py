"""Other values are held against counted figures, and taken back."""

from decimal import Decimal
from uuid import UUID, uuid4

from chassis import outbox
from chassis.clock import Now
from chassis.database import Tx
from contracts.values import Provenance
from planning.domain import override as domain
from planning.domain.override import Override
from planning.store import indicator as indicators
from planning.store import override as overrides


async def override_reading(
    tx: Tx,
    id: UUID,
    *,
    period: str,
    value: Decimal | None,
    reason: str,
    source_url: str | None,
    provenance: Provenance,
    now: Now,
) -> None:
    """The value stands beside the figure, which stays as it was counted; no value takes the one before back."""
    await indicators.hold_definitions(tx)
    indicator = await indicators.indicator_for_update(tx, id)
    new = Override(
        id=uuid4(),
        indicator_id=id,
        definition_version=indicator.definition.version,
        provenance=provenance,
        period=period,
        value=value,
        reason=reason,
        source_url=source_url,
        made_at=now(provenance),
    )
    before = await overrides.newest_override(tx, indicator, provenance, period)
    indicator, event = domain.override(indicator, new, before)
    await overrides.add_override(tx, new)
    await indicators.save_revision(tx, indicator)
    await outbox.publish(tx, event)
