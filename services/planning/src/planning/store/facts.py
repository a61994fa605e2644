"""Every event that planning has heard."""

from collections.abc import Sequence

from chassis.consumer.listens import Heard
from chassis.database import Tx
from contracts.event import ENVELOPE
from planning.domain.binding import of_single_case


async def keep_facts(tx: Tx, heard: Sequence[Heard]) -> None:
    """Every event is kept once, with where it lies in the log."""
    await tx.execute(
        """
        insert into facts (event_id, type, topic, partition, "offset", subject, revision, occurred_at, provenance,
            case_derived, trace_id, data)
        select * from unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::bigint[], $6::uuid[], $7::int[],
            $8::timestamptz[], $9::text[], $10::bool[], $11::text[], $12::jsonb[])
        on conflict (event_id) do nothing
        """,
        [each.id for each in heard],
        [each.event.type for each in heard],
        [each.topic for each in heard],
        [each.partition for each in heard],
        [each.offset for each in heard],
        [each.event.subject for each in heard],
        [each.event.revision for each in heard],
        [each.event.at for each in heard],
        [each.event.provenance for each in heard],
        [of_single_case(type(each.event)) for each in heard],
        [_trace_id(each) for each in heard],
        [each.event.model_dump(mode="json", exclude=set(ENVELOPE), exclude_none=True) for each in heard],
    )


def _trace_id(heard: Heard) -> str | None:
    return heard.flow.traceparent.split("-")[1] if heard.flow and heard.flow.traceparent else None
