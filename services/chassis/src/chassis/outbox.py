"""Events leave a service through a table that its own transaction fills; the relay sends them afterwards."""

from uuid import uuid4

import orjson

from chassis import telemetry
from chassis.database import Tx
from contracts import cloudevents
from contracts.event import Event


async def publish(tx: Tx, *events: Event) -> None:
    """The events are sent if, and only if, the transaction commits; those of one aggregate in this order.

    Call it last: the aggregates that the events name are locked by then, so that ids rise per aggregate as commits do.
    """
    if not events:
        return
    flow = telemetry.flow()
    rows = [
        (stream, encoded.key, _text(encoded.headers), encoded.value, encoded.timestamp_ms)
        for event in events
        for id in (uuid4(),)
        for stream in event.streams
        for encoded in (cloudevents.encode(event, id=id, stream=stream, flow=flow),)
    ]
    await tx.execute(
        """
        insert into public.outbox (stream, partition_key, headers, payload, timestamp_ms)
        select stream, partition_key, headers::json, payload, timestamp_ms
        from unnest($1::text[], $2::bytea[], $3::text[], $4::bytea[], $5::bigint[])
            with ordinality as row (stream, partition_key, headers, payload, timestamp_ms, place)
        order by place
        """,
        *map(list, zip(*rows, strict=True)),
    )


def _text(headers: list[tuple[str, bytes]]) -> str:
    return orjson.dumps({name: value.decode() for name, value in headers}).decode()
