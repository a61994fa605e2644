"""The embedded platform: real Kafka, PostgreSQL, Keycloak and Zipkin, and our services, in one folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Generator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Literal

from embedded import kafka, keycloak, postgres, services, zipkin
from embedded.part import Part, Say
from embedded.reach import in_use
from embedded.refusal import Refused
from embedded.runner import Process, Runner
from embedded.state import ROOT, Ports, State
from embedded.waiting import until

PARTS: Mapping[str, Part] = {
    part.name: part for part in (postgres.PART, kafka.PART, keycloak.PART, zipkin.PART, *services.PARTS)
}
READY_WITHIN_S = 240
# Programs, data, and room for the data to grow.
NEEDED_MB = 1000


def home() -> Path:
    """The folder of everything that is made here: `.local`, or `MAERK_HOME`."""
    return Path(os.environ.get("MAERK_HOME") or ROOT / ".local").resolve()


def silent(_: str) -> None:
    """Nobody is told."""


@dataclass(frozen=True)
class Platform(State):
    """A state whose parts can be run."""

    parts: Mapping[str, Part] = field(default_factory=lambda: PARTS)
    say: Say = silent

    @property
    def runner(self) -> Runner:
        """Its process runner."""
        return Runner(self)

    def open(self, *, restart: bool, owner: int | None = None) -> None:
        """The process runner is there; no part is started by this.

        With an `owner`, a process id, everything ends when that process does; with `restart`, parts that fail are
        started again.
        Raises: Refused when a port is taken or the disk is full.
        """
        processes = self.runner.processes()
        if not processes:
            self.runner.down()  # what a killed runner may have left
        self._refuse_taken_ports(processes)
        if processes:
            return
        free = shutil.disk_usage(self.folder).free // 10**6
        if free < NEEDED_MB:
            raise Refused(f"The disk that holds {self.folder} has {free} MB free, and {NEEDED_MB} MB are needed.")
        for name in self.parts:
            self.of(name).mkdir(exist_ok=True)
            if name != "postgres":  # which runs as another user, and closes its data itself
                self.of(name).chmod(0o700)
        commands = {name: part.command(self) for name, part in self.parts.items()}
        self.runner.up(commands, restart=restart, owner=owner)

    def up(self, *, restart: bool, owner: int | None = None) -> None:
        """Every part can be used. Running ones are left alone; a failure leaves nothing that was not there before.

        Raises: Refused when a part cannot be fetched, its port is taken, or it does not become ready.
        """
        there_before = self.runner.answers()
        try:
            self.open(restart=restart, owner=owner)
            self._start_all()
        except BaseException:
            if not there_before:
                self.down()
            raise

    def down(self) -> None:
        """No process of the platform is left; its data are."""
        self.runner.down(last={before for part in self.parts.values() for before in part.after})

    def start(self, part: str, *, given_up: Event | None = None) -> None:
        """The part can be used.

        Raises: Refused when it does not become ready, or when all is given up meanwhile.
        """
        known = self.parts[part]
        known.fetch(self, self.say)
        running = self.runner.processes().get(part)
        if not (running and running.running):
            known.prepare(self)
            self.runner.start(part)
        if not until(lambda: self._settled(known, given_up), within_s=READY_WITHIN_S):
            raise Refused(f"{part} was not ready within {READY_WITHIN_S} s: see {self.log(part)}.")
        known.settle(self)
        self.say(f"{part} is ready")

    def stop(self, part: str) -> None:
        """The part has ended in good order."""
        self.runner.stop(part)

    def kill(self, part: str) -> None:
        """The part's process is gone at once, by SIGKILL, and is not started again."""
        pid = self.pid(part)
        self.runner.signal(part, "KILL")
        if not until(lambda: self.runner.processes()[part].pid != pid, within_s=10):
            raise Refused(f"{part} survived SIGKILL.")

    def pid(self, part: str) -> int:
        """The part's process id.

        Raises: LookupError when it does not run.
        """
        pid = self.runner.processes()[part].pid
        if pid is None:
            message = f"{part} does not run."
            raise LookupError(message)
        return pid

    def _settled(self, part: Part, given_up: Event | None) -> bool:
        if given_up and given_up.is_set():
            raise Refused(f"{part.name} was not waited for.")
        process = self.runner.processes()[part.name]
        if process.state in {"fatal", "exited", "stopped"}:
            raise Refused(f"{part.name} ended at once, saying {self._last_words(part)!r} in {self.log(part.name)}.")
        return part.ready(self)

    def _last_words(self, part: Part) -> str:
        lines = self.log(part.name).read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1].strip() if lines else ""

    def _start_all(self) -> None:
        """Every part is started as soon as those that it comes after are ready."""
        started: dict[str, Future[None]] = {}
        given_up = Event()
        with ThreadPoolExecutor(max_workers=len(self.parts)) as pool:
            for name, part in self.parts.items():
                before = [started[other] for other in part.after if other in started]
                started[name] = pool.submit(self._start_after, before, name, given_up)
            try:
                for future in as_completed(started.values()):
                    future.result()
            except BaseException:  # Ctrl-C too: the others must not go on waiting
                given_up.set()
                raise

    def _start_after(self, before: Collection[Future[None]], part: str, given_up: Event) -> None:
        for future in before:
            future.result()
        self.start(part, given_up=given_up)

    def _refuse_taken_ports(self, processes: Mapping[str, Process]) -> None:
        wanted = {port: part.name for part in self.parts.values() for port in part.ports if not _runs(processes, part)}
        if not processes:
            wanted["runner"] = "the process runner"
        taken = [
            f"Port {number}, which {name} needs, is in use: end what uses it, or set MAERK_PORT_{port.upper()}."
            for port, name in wanted.items()
            if in_use(number := getattr(self.ports, port))
        ]
        if taken:
            raise Refused("\n".join(taken))


def _runs(processes: Mapping[str, Process], part: Part) -> bool:
    process = processes.get(part.name)
    return process is not None and process.running


@contextmanager
def platform(
    folder: Path,
    *,
    parts: Collection[str] = ("postgres", "kafka"),
    ports: Literal["free", "configured"] | Ports = "free",
    owner: int | None = None,
    say: Callable[[str], None] = silent,
) -> Generator[Platform]:
    """A platform for the length of a `with` block: nothing is left running after it, also if this process is killed.

    Raises: Refused.
    """
    chosen = Ports.free() if ports == "free" else Ports.configured() if ports == "configured" else ports
    opened = Platform.opened(folder, programs=home() / "parts", ports=chosen, purpose="test")
    running = replace(opened, parts={name: part for name, part in PARTS.items() if name in parts}, say=say)
    try:
        running.up(restart=False, owner=owner or os.getpid())
        yield running
    finally:
        running.down()
        shutil.rmtree(running.folder, ignore_errors=True)
