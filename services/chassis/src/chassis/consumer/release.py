"""An operator's way to free a parked key: try its events again, or skip the one that was refused."""

from chassis import database
from chassis.consumer import parking
from chassis.consumer.effects import act, decoded, refusal
from chassis.consumer.listens import Listens
from chassis.consumer.spans import Spans
from chassis.database import Tx

# Without this lock an event of the key could arrive between the last of the queue and the unparking.
LOCK = "select from public.consumer_position where topic = $1 and partition = $2 for update"


async def retry(tx: Tx, listens: Listens, *, topic: str, partition: int, key: bytes, lock: str = LOCK) -> str | None:
    """The key's events have taken effect in their order and the key is free; or the first refusal stands as it was.

    Shape: None when the key is free now, otherwise why its first event is still refused.
    """
    await tx.execute(lock, topic, partition)
    for record in await parking.events(tx, topic, partition, key):
        if record.state == "skipped":
            continue
        spans = Spans(record.attempts + 1)
        try:
            heard = [decoded(record)]
            spans.open(heard)
            async with database.savepoint(tx):
                await act(tx, heard, listens, spans)
        except Exception as error:
            spans.failed("refused")
            reason = refusal(error)
            if reason is None:
                raise
            await tx.execute(
                "update public.parked_event set attempts = attempts + 1, reason = $4, state = 'refused'"
                ' where topic = $1 and partition = $2 and "offset" = $3',
                topic,
                partition,
                record.offset,
                reason,
            )
            return reason
        spans.done()
        await tx.execute(
            'delete from public.parked_event where topic = $1 and partition = $2 and "offset" = $3',
            topic,
            partition,
            record.offset,
        )
    await tx.execute(
        "delete from public.parked_key where topic = $1 and partition = $2 and key = $3", topic, partition, key
    )
    return None


async def skip(tx: Tx, listens: Listens, *, topic: str, partition: int, key: bytes, offset: int) -> str | None:
    """The refused event at this offset never takes effect, not in a rebuild either; the rest of its key is tried again.

    Shape: as `retry`.
    Raises: LookupError when no refused event lies there.
    """
    await tx.execute(LOCK, topic, partition)
    skipped = await tx.execute(
        "update public.parked_event set state = 'skipped'"
        " where topic = $1 and partition = $2 and \"offset\" = $3 and key = $4 and state = 'refused'",
        topic,
        partition,
        offset,
        key,
    )
    if skipped != "UPDATE 1":
        raise LookupError(f"No refused event lies at offset {offset} of partition {partition} of {topic}.")
    return await retry(tx, listens, topic=topic, partition=partition, key=key)
