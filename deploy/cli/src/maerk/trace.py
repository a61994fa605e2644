"""`maerk trace`: one flow through all services, as Zipkin has it, and the place where it is stuck."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import httpx2
import typer
from rich.console import Console

from embedded.platform import Platform
from embedded.refusal import Refused
from embedded.state import SERVICES
from maerk import here
from maerk.api import Api

app = typer.Typer()
console = Console(highlight=False)

LOOKBACK_MS = 7 * 86_400_000
TOLD = ("maerk.outcome", "maerk.attempt", "http.response.status_code", "messaging.kafka.offset", "error.type")

Span = dict[str, Any]


@app.command()
def trace(
    id: Annotated[str, typer.Argument(help="A trace id (32 hex digits), or the id of an event or a reading.")],
) -> None:
    """Show a flow as a tree of steps with their start and duration, and what still waits.

    The exit code is 1 if anything waits. A reading's flow is that of the newest event that it counts.
    """
    known = here.running()
    trace_id = _trace_id(known, id)
    spans = spans_of(known, trace_id)
    waiting = asyncio.run(_waiting(known, trace_id))
    if not spans and not waiting:
        raise Refused(f"Nothing is known of {trace_id}: Zipkin keeps traces in memory, and a restart forgets them.")
    if spans:
        _show(spans)
        console.print(f"{known.zipkin}/zipkin/traces/{trace_id}")
    for sentence in waiting:
        console.print(sentence, style="red", markup=False, soft_wrap=True)
    if waiting:
        raise typer.Exit(1)
    console.print("Nothing of this flow waits in an outbox or as a dead letter.")


def spans_of(known: Platform, trace_id: str) -> list[Span]:
    """The spans that Zipkin has of the trace, in the order of their starts; none when it does not know it."""
    try:
        answer = httpx2.get(f"{known.zipkin}/api/v2/trace/{trace_id}", timeout=15)
    except httpx2.HTTPError as error:
        raise Refused("Zipkin does not answer: see `maerk status`.") from error
    return [] if answer.status_code == 404 else sorted(answer.raise_for_status().json(), key=_start)


def services(known: Platform, trace_id: str) -> frozenset[str]:
    """The services in which Zipkin has a span of the trace."""
    return frozenset(_service(each) for each in spans_of(known, trace_id))


def _trace_id(known: Platform, id: str) -> str:
    if re.fullmatch(r"(?!0{32})[0-9a-f]{32}", id):
        return id
    try:
        wanted = UUID(id)
    except ValueError:
        raise Refused(f"{id!r} is neither a trace id nor the id of an event or a reading.") from None
    found = httpx2.get(
        f"{known.zipkin}/api/v2/traces",
        params={"annotationQuery": f"cloudevents.event_id={wanted}", "lookback": LOOKBACK_MS, "limit": 1},
        timeout=15,
    ).raise_for_status()
    if traces := found.json():
        return traces[0][0]["traceId"]
    parked = asyncio.run(_of_parked(known, wanted))
    return parked or _of_reading(known, wanted)


async def _of_parked(known: Platform, event_id: UUID) -> str | None:
    """The trace of a parked or unsent event, which may have no span yet."""
    for service in _services(known):
        connection = await asyncpg.connect(known.database_url(service))
        try:
            text = await connection.fetchval(
                "select headers::text from public.outbox where headers::text like $1"
                " union all select headers::text from public.parked_event where headers::text like $1 limit 1",
                f"%{event_id}%",
            )
        finally:
            await connection.close()
        if text and (found := re.search(r"00-([0-9a-f]{32})-[0-9a-f]{16}-", text)):
            return found[1]
    return None


def _of_reading(known: Platform, reading_id: UUID) -> str:
    with Api(known, "planning") as planning:
        try:
            page = planning.get(f"/v1/readings/{reading_id}/evidence", limit=1_000)
            while page["next"]:
                page = planning.get(f"/v1/readings/{reading_id}/evidence", limit=1_000, after=page["next"])
        except Refused:
            raise Refused(f"No event in Zipkin and no reading has the id {reading_id}.") from None
    traced = [each["trace_id"] for each in page["items"] if each["trace_id"]]
    if not traced:
        raise Refused("No event behind this reading was traced.")
    return traced[-1]


async def _waiting(known: Platform, trace_id: str) -> list[str]:
    """One sentence for everything of the flow that has not gone on."""
    sentences: list[str] = []
    for service in _services(known):
        connection = await asyncpg.connect(known.database_url(service))
        try:
            unsent = await connection.fetchrow(
                "select count(*) as count, extract(epoch from clock_timestamp() - min(recorded_at))::int as age_s"
                " from public.outbox where headers::text like $1",
                f"%{trace_id}%",
            )
            parked = await connection.fetch(
                'select topic, partition, "offset", state, reason from public.parked_event'
                " where headers::text like $1 and state <> 'skipped' order by topic, partition, \"offset\"",
                f"%{trace_id}%",
            )
        finally:
            await connection.close()
        if unsent and unsent["count"]:
            sentences.append(
                f"{unsent['count']} event(s) wait in the outbox of {service}, the oldest for {unsent['age_s']} s."
            )
        for each in parked:
            where = f"{each['topic']}/{each['partition']}/{each['offset']}"
            sentences.append(f"{service} has parked {where} ({each['state']}): {each['reason']}")
    return sentences


def _show(spans: Sequence[Span]) -> None:
    began = _start(spans[0])
    console.print(f"[dim]{'service':<12}{'start':>10}{'took':>10} ms  step[/]")
    for depth, span in _in_tree_order(spans):
        tags = span.get("tags", {})
        told = " ".join(f"{name.rsplit('.', 1)[-1]}={tags[name]}" for name in TOLD if name in tags)
        style = "red" if "error" in tags or "maerk.outcome" in tags else None
        start, took = (_start(span) - began) / 1e3, span.get("duration", 0) / 1e3
        line = f"{_service(span):<12}{start:>10.1f}{took:>10.1f}     {'  ' * depth}{span.get('name', '?')}  {told}"
        console.print(line, style=style, markup=False, soft_wrap=True)
    last = max(spans, key=lambda each: _start(each) + each.get("duration", 0))
    ended = datetime.fromtimestamp((_start(last) + last.get("duration", 0)) / 1e6, UTC)
    age = (datetime.now(UTC) - ended).total_seconds()
    console.print(f"The last step was {last.get('name', '?')} in {_service(last)}, {age:.0f} s ago.")


def _in_tree_order(spans: Sequence[Span]) -> list[tuple[int, Span]]:
    """Each span below the one that led to it, with its depth; one whose parent is unknown stands at the top."""
    known = {each["id"] for each in spans}
    below: dict[str | None, list[Span]] = {}
    for each in spans:
        parent = each.get("parentId")
        below.setdefault(parent if parent in known else None, []).append(each)

    def walk(parent: str | None, depth: int) -> list[tuple[int, Span]]:
        return [row for each in below.get(parent, []) for row in ((depth, each), *walk(each["id"], depth + 1))]

    return walk(None, 0)


def _services(known: Platform) -> list[str]:
    return [service for service in SERVICES if service in known.parts]


def _start(span: Span) -> int:
    return span.get("timestamp", 0)


def _service(span: Span) -> str:
    return span.get("localEndpoint", {}).get("serviceName", "?")
