"""The copy of what advice found missing."""

from collections.abc import Sequence

from chassis.consumer.listens import Heard
from chassis.database import Tx
from contracts.advisory import NeedIdentified


async def keep_needs(tx: Tx, heard: Sequence[Heard]) -> None:
    """Each need for materials is kept once."""
    needs = [(each.id, each.event) for each in heard if isinstance(each.event, NeedIdentified)]
    materials = [(id, need) for id, need in needs if need.need == "material"]
    await tx.execute(
        """
        insert into advisory_needs (event_id, topic, municipality_code, provenance, identified_at)
        select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
        on conflict (event_id) do nothing
        """,
        [id for id, _ in materials],
        [need.topic for _, need in materials],
        [need.municipality_code for _, need in materials],
        [need.provenance for _, need in materials],
        [need.at for _, need in materials],
    )
