"""The process runner: supervisord, with one program per part, driven through its XML-RPC interface on 127.0.0.1."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, cast
from xml.parsers.expat import ExpatError
from xmlrpc.client import Error, Fault, ServerProxy

import psutil
from supervisor.xmlrpc import Faults, SupervisorTransport

from embedded import leash
from embedded.part import Command
from embedded.refusal import Refused
from embedded.state import State
from embedded.waiting import until

START_WITHIN_S = 15
# Longer than a service takes for a clean stop (20 s).
STOP_WITHIN_S = 30
# Nobody answers, or somebody else does at our port: another platform's runner, which knows other passwords.
NOT_OURS = (OSError, HTTPException, Error, ExpatError)


@dataclass(frozen=True)
class Process:
    """How a part's process is doing.

    Units: age in seconds; memory in bytes, shared pages counted once.
    """

    state: str
    pid: int | None = None
    age_s: int = 0
    memory: int = 0

    @property
    def running(self) -> bool:
        """Whether it is there, ready or not."""
        return self.pid is not None


@dataclass(frozen=True)
class Runner:
    """The runner of one platform."""

    state: State

    def up(self, commands: Mapping[str, Command], *, restart: bool, owner: int | None) -> None:
        """The runner is there and knows the commands; none of them runs yet.

        It outlives the shell that started it. With an `owner` it goes, with all parts, when that process is gone.
        Raises: Refused when it does not answer.
        """
        configuration = self.state.of("run") / "supervisord.conf"
        configuration.unlink(missing_ok=True)
        configuration.touch(mode=0o600)
        configuration.write_text(_configuration(self.state, commands, restart=restart, owner=owner), encoding="utf-8")
        started = subprocess.run(
            [sys.executable, "-m", "supervisor.supervisord", "-c", str(configuration)],
            cwd=self.state.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if started.returncode or not until(self.answers, within_s=START_WITHIN_S):
            raise Refused(f"The process runner did not start: see {self.state.log('supervisord')}.")

    def answers(self) -> bool:
        """Whether a runner of this platform is there."""
        try:
            return bool(self._call("getState"))
        except NOT_OURS:
            return False

    def start(self, part: str) -> None:
        """The part's process runs, ready or not; nothing happens if it runs already.

        Raises: Refused when the command cannot even be run.
        """
        try:
            self._call("startProcess", part, False)
        except Fault as fault:
            if fault.faultCode != Faults.ALREADY_STARTED:
                raise Refused(f"{part} could not be started: {fault.faultString}.") from fault

    def stop(self, part: str) -> None:
        """The part's process has ended as it ends in a quiet moment."""
        try:
            self._call("stopProcess", part, True)
        except Fault as fault:
            if fault.faultCode != Faults.NOT_RUNNING:
                raise

    def signal(self, part: str, name: str) -> None:
        """The signal has been sent to the part's process."""
        self._call("signalProcess", part, name)

    def processes(self) -> dict[str, Process]:
        """Every part that the runner knows; empty when the runner is not there."""
        try:
            known = cast("Sequence[Mapping[str, Any]]", self._call("getAllProcessInfo"))
        except NOT_OURS:
            return {}
        return {
            str(each["name"]): Process(
                state=str(each["statename"]).lower(),
                pid=each["pid"] or None,
                age_s=int(each["now"]) - int(each["start"]) if each["pid"] else 0,
                memory=_memory(each["pid"]) if each["pid"] else 0,
            )
            for each in known
        }

    @property
    def memory(self) -> int:
        """What the runner itself holds, without the parts.

        Units: bytes.
        """
        pid = _pid(self.state.pid_file("supervisord"))
        return _memory(pid, children=False) if pid else 0

    def down(self, *, last: Collection[str] = ()) -> None:
        """Nothing of the platform runs any more, however it was left; the parts of `last` are stopped last."""
        pid = _pid(self.state.pid_file("supervisord"))
        if processes := self.processes():
            # Not left to supervisord's own shutdown, which stops one part after the other.
            for wave in (processes.keys() - set(last), processes.keys() & set(last)):
                with suppress(*NOT_OURS), ThreadPoolExecutor() as pool:
                    list(pool.map(self.stop, wave))
            with suppress(*NOT_OURS):
                self._call("shutdown")
            if pid:
                until(lambda: not _alive(pid), within_s=STOP_WITHIN_S + 5)
        strays = [
            process for file in self.state.of("run").glob("*.pid") if (process := _stray(file, self.state.folder))
        ]
        for process in strays:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(strays, timeout=10)
        for file in self.state.of("run").glob("*.pid"):
            file.unlink(missing_ok=True)

    def _call(self, name: str, *arguments: object) -> object:
        # One connection per call: a proxy must not be shared between threads.
        password = self.state.passwords["runner"]
        transport = SupervisorTransport("maerk", password, f"http://127.0.0.1:{self.state.ports.runner}")
        try:
            return getattr(ServerProxy("http://127.0.0.1", transport).supervisor, name)(*arguments)
        finally:
            transport.close()


def _pid(file: Path) -> int | None:
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _alive(pid: int) -> bool:
    with suppress(psutil.NoSuchProcess, ChildProcessError):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


def _stray(file: Path, folder: Path) -> psutil.Process | None:
    """The process that wrote the file, if it still runs. Its number may now be another's, but ours is in the folder."""
    pid = _pid(file)
    with suppress(psutil.Error):
        if pid and Path((process := psutil.Process(pid)).cwd()).is_relative_to(folder):
            return process
    return None


def _memory(pid: int, *, children: bool = True) -> int:
    """What the process (and its children) hold, in bytes; of shared pages the proportional part, where it is known."""
    total = 0
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for each in [process, *(process.children(recursive=True) if children else ())]:
            with suppress(psutil.Error):
                memory = each.memory_full_info()
                total += getattr(memory, "pss", memory.rss)
    return total


def _program(name: str, command: Sequence[str], directory: Path, log: Path, *extra: str) -> list[str]:
    return [
        f"[program:{name}]",
        "command=" + " ".join(f'"{word}"' for word in command).replace("%", "%%"),
        f"directory={_plain(directory)}",
        f"stdout_logfile={_plain(log)}",
        "redirect_stderr=true",
        "stdout_logfile_maxbytes=10MB",
        "stdout_logfile_backups=2",
        "startsecs=1",
        "startretries=5",
        "stopasgroup=false",
        "killasgroup=true",
        f"stopwaitsecs={STOP_WITHIN_S}",
        *extra,
        "",
    ]


def _plain(path: Path) -> str:
    return str(path).replace("%", "%%")


def _configuration(state: State, commands: Mapping[str, Command], *, restart: bool, owner: int | None) -> str:
    lines = [
        "[supervisord]",
        f"logfile={_plain(state.log('supervisord'))}",
        f"pidfile={_plain(state.pid_file('supervisord'))}",
        f"childlogdir={_plain(state.of('logs'))}",
        "",
        "[inet_http_server]",
        f"port=127.0.0.1:{state.ports.runner}",
        "username=maerk",
        f"password={state.passwords['runner']}",
        "",
        "[rpcinterface:supervisor]",
        "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
        "",
    ]
    leashed = [sys.executable, "-I", "-S", leash.__file__]
    if owner:
        command = [sys.executable, "-I", "-S", str(Path(leash.__file__).with_name("owner.py")), str(owner)]
        lines += _program("owner", command, state.folder, state.log("owner"), "autostart=true")
    for name, command in commands.items():
        user = ["--user", command.user, "--needs", str(state.of(name))] if command.user and os.geteuid() == 0 else []
        user += ["--needs", str(command.argv[0])] if user else []
        options = ["--signal", command.orphan_signal, "--pid-file", str(state.pid_file(name)), *user]
        environment = ",".join(f'{key}="{value}"' for key, value in command.environment.items()).replace("%", "%%")
        lines += _program(
            name,
            [*leashed, *options, "--", *map(str, command.argv)],
            state.of(name),
            state.log(name),
            "autostart=false",
            f"stopsignal={command.stop_signal.removeprefix('SIG')}",
            f"autorestart={'unexpected' if restart else 'false'}",
            f"environment={environment}",
        )
    return "\n".join(lines)
