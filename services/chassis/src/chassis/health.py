"""Whether events flow through this service, told in figures. An operator looks here; nothing is ever killed for it."""

import asyncio

import asyncpg
from pydantic import BaseModel, Field

from chassis import attention, deadlines, mail, metrics
from chassis.clock import Clock
from contracts.topics import Topic

OLD_S = 60.0


class Pipeline(BaseModel):
    """The state of what goes out and what comes in."""

    flows: bool = Field(description="False when something needs an operator")
    reasons: list[str] = Field(description="What needs an operator, in one sentence each")
    notes: list[str] = Field(
        description="What else of the service's domain waits for somebody, who need not be an operator"
    )
    outbox_depth: int = Field(description="Rows that wait for the relay")
    outbox_age_s: float = Field(description="Age of the oldest of them, seconds")
    parked_keys: int = Field(description="Keys whose events wait for `maerk dead-letters`")
    stopped: list[str] = Field(description="Parts of the pipeline that have stopped with a fault")


async def pipeline(
    pool: asyncpg.Pool,
    topics: tuple[Topic, ...],
    *,
    clock: Clock,
    stopped: dict[str, str],
    look: attention.Look = attention.nothing,
) -> Pipeline:
    """The figures as they are now; the metrics are set to them too."""
    depth, age, parked = 0, 0.0, 0
    notes: list[str] = []
    reasons = [f"{part} has stopped: {why}" for part, why in stopped.items()]
    try:
        async with asyncio.timeout(3):
            rows = await pool.fetch(
                "select stream, count(*) as depth,"
                " extract(epoch from clock_timestamp() - min(recorded_at))::float8 as age"
                " from public.outbox group by stream"
            )
            parked = await pool.fetchval("select count(*) from public.parked_key")
            await deadlines.measure(pool, clock=clock)
            reasons += await mail.measure(pool)
            urgent, notes = await attention.measure(pool, look, clock=clock)
            reasons += urgent
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
        reasons.append("The database is away.")
        rows = []
    waiting = {row["stream"]: row for row in rows}
    for topic in topics:
        row = waiting.get(topic.stream)
        metrics.outbox_depth.set(row["depth"] if row else 0, {"stream": topic.stream})
        metrics.outbox_age.set(row["age"] if row else 0, {"stream": topic.stream})
    depth = sum(row["depth"] for row in rows)
    age = max((row["age"] for row in rows), default=0.0)
    metrics.parked.set(parked)
    if age > OLD_S:
        reasons.append("The oldest event has waited for more than a minute to be sent.")
    if parked:
        reasons.append("Events are parked; `maerk dead-letters list` shows them.")
    return Pipeline(
        flows=not reasons,
        reasons=reasons,
        notes=notes,
        outbox_depth=depth,
        outbox_age_s=round(age, 3),
        parked_keys=parked,
        stopped=list(stopped),
    )
