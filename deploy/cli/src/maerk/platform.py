"""`maerk up`, `down`, `status` and `logs`: the embedded platform as a whole."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from embedded.platform import Platform, home
from embedded.refusal import Refused
from embedded.runner import Process
from embedded.state import SERVICES, Ports
from maerk import here
from maerk.flowing import Flowing

app = typer.Typer()
console = Console(highlight=False)


@app.command()
def up() -> None:
    """Start everything and wait until it can be used.

    What already runs is left alone. All state lies in one folder: .local in the clone, or MAERK_HOME. Ports are set by
    MAERK_PORT_<NAME>, where the name is POSTGRES, KAFKA, KAFKA_CONTROLLER, KAFKA_PARTNERS, KEYCLOAK, ZIPKIN, ADVISORY,
    TRAINING, COOPERATION, KNOWLEDGE, PLANNING or RUNNER; a running platform keeps those it was started with.
    """
    known = here.recorded()
    if known is None or not known.runner.answers():
        known = Platform.opened(home(), programs=home() / "parts", ports=Ports.configured(), purpose="local")
    began = time.monotonic()

    def say(line: str) -> None:
        console.print(f"[dim]{time.monotonic() - began:5.1f} s[/]  {line}")

    replace(known, say=say).up(restart=True)


@app.command()
def down() -> None:
    """Stop everything. Data are kept, and the next start finds them."""
    if known := here.recorded():
        known.down()
    console.print("Everything has stopped.")


@app.command()
def restart(part: Annotated[str, typer.Argument(help="A part of `status`, such as planning.")]) -> None:
    """Stop one part in good order and start it again."""
    known = here.running()
    if part not in known.parts:
        raise Refused(f"There is no part {part}; the parts are {', '.join(known.parts)}.")
    known.stop(part)
    known.start(part)
    console.print(f"{part} is ready.")


@app.command()
def status() -> None:
    """Show each part, and what waits in each service. The exit code is 1 when something needs you.

    "to send" counts events in the outbox, "to read" events of others that were not yet taken into account, "parked"
    keys whose events can never take effect as they are. Below, one sentence for each thing that waits or needs you;
    what is yellow waits and changes no exit code.
    """
    known = here.running()
    processes = known.runner.processes()
    columns = ("part", "state", "port", "age", "memory", "to send", "to read", "parked")
    table = Table(*columns, box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    for column in table.columns[2:]:
        column.justify = "right"
    states = {name: _state(known, name, processes[name]) for name in known.parts if name in processes}
    flows = {name: Flowing.of(known.url(name)) for name in SERVICES if states.get(name) == "ready"}
    for name, state in states.items():
        process = processes[name]
        port = str(getattr(known.ports, known.parts[name].ports[0]))
        age = str(timedelta(seconds=process.age_s)) if process.running else "-"
        style = "" if state == "ready" else "bold red"
        waiting = _waiting(flows.get(name)) if name in SERVICES else ("", "", "")
        shown = f"[{style}]{state}[/]" if style else state
        table.add_row(name, shown, port, age, _megabytes(process.memory), *waiting)
    total = known.runner.memory + sum(process.memory for process in processes.values())
    table.add_row("all, with the runner", "", "", "", _megabytes(total))
    console.print(table)
    for sentence in _waits(flows):
        console.print(sentence, style="yellow", markup=False, soft_wrap=True)
    for sentence in _needs_you(flows, [name for name in states if not processes[name].running]):
        console.print(sentence, style="bold red", markup=False, soft_wrap=True)
    if any(state != "ready" for state in states.values()) or any(
        flow is None or flow.reasons for flow in flows.values()
    ):
        raise typer.Exit(1)


@app.command()
def logs(
    part: Annotated[str | None, typer.Argument(help="One part only; all of them otherwise.")] = None,
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="How many lines of each to begin with.")] = 20,
) -> None:
    """Show what the parts have written."""
    known = here.recorded()
    if known is None:
        raise Refused("There are no logs yet: the platform has never been started.")
    if part and part not in known.parts:
        raise Refused(f"There is no part {part}; the parts are {', '.join(known.parts)}.")
    files = {name: known.log(name) for name in ([part] if part else known.parts)}
    ends = {name: _show(name, file, 0, last=lines) for name, file in files.items() if file.exists()}
    while follow:
        time.sleep(0.3)
        for name, file in files.items():
            if file.exists():
                ends[name] = _show(name, file, ends.get(name, 0))


def _waits(flows: Mapping[str, Flowing | None]) -> Iterator[str]:
    for name, flow in flows.items():
        if flow is not None:
            yield from (f"{name} has {count} event(s) of {place} to read." for place, count in flow.behind.items())
            yield from (f"{name}: {note}" for note in flow.notes)


def _needs_you(flows: Mapping[str, Flowing | None], ended: Sequence[str]) -> Iterator[str]:
    for name in ended:
        yield f"{name} has ended: `maerk up` starts it again, `maerk logs {name}` shows its last words."
    for name, flow in flows.items():
        yield from (f"{name}: {reason}" for reason in (["it does not answer."] if flow is None else flow.reasons))


def _state(known: Platform, name: str, process: Process) -> str:
    if not process.running:
        return process.state
    return "ready" if known.parts[name].ready(known) else "not ready"


def _waiting(flow: Flowing | None) -> tuple[str, str, str]:
    """What waits to be sent, to be read, and for somebody."""
    if flow is None:
        return ("?", "?", "?")
    return (str(flow.to_send), str(sum(flow.behind.values())), str(flow.parked))


def _show(name: str, file: Path, start: int, *, last: int | None = None) -> int:
    """The file's whole lines from `start` have been printed; the place behind them."""
    with file.open("rb") as log:
        if start > file.stat().st_size:  # a new file under the old name
            start = 0
        log.seek(start)
        written = log.read()
    whole = written[: written.rfind(b"\n") + 1]
    wanted = whole.decode(errors="replace").splitlines()
    for line in wanted[len(wanted) - last if last is not None and last < len(wanted) else 0 :]:
        console.print(f"[cyan]{name:<9}[/] ", end="")
        console.print(line, markup=False, soft_wrap=True)
    return start + len(whole)


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.0f} MB"
