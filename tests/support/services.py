"""Services under test as the processes that they are everywhere else: started, asked over HTTP, killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2

from embedded.platform import Platform
from support.issuer import Issuer, issuer
from support.waiting import until


@dataclass
class Process:
    """One process of a service."""

    service: str
    url: str
    environment: Mapping[str, str]
    log: Path
    arguments: tuple[str, ...] = ()
    _running: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    async def start(self) -> None:
        """It answers that it is ready."""
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(  # noqa: ASYNC220  # it returns at once
                [sys.executable, "-m", self.service, *self.arguments],
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        await until(self.is_ready, within=120)  # five begin at once, perhaps on a busy machine

    async def is_ready(self) -> bool:
        assert self._running is not None
        assert self._running.poll() is None, f"{self.service} ended: {self.log.read_text()[-2000:]}"
        try:
            async with httpx2.AsyncClient() as client:
                return (await client.get(f"{self.url}/readyz")).status_code == 200
        except httpx2.HTTPError:
            return False

    @property
    def pid(self) -> int:
        assert self._running is not None
        return self._running.pid

    def kill(self) -> None:
        """The process is gone without having noticed."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """The process has ended in good order. Returns its exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, sign: signal.Signals) -> int:
        if self._running is None or self._running.poll() is not None:
            return 0
        self._running.send_signal(sign)
        return self._running.wait(timeout=30)


@dataclass
class Caller:
    """Somebody with a token who calls a service."""

    url: str
    token: str

    async def get(self, path: str, **parameters: Any) -> Any:
        """The body of a successful answer."""
        answer = await self.ask("GET", path, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: Any = None, *, revision: int | None = None, key: str | None = None) -> Any:
        """The body of a successful answer to a command."""
        answer = await self.command(path, body, revision=revision, key=key)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def command(
        self, path: str, body: Any = None, *, revision: int | None = None, key: str | None = None
    ) -> httpx2.Response:
        """The answer to a command, whatever it is."""
        headers = {"Idempotency-Key": key or str(uuid4())}
        if revision is not None:
            headers["If-Match"] = f'"{revision}"'
        return await self.ask("POST", path, json=body, headers=headers)

    async def ask(self, method: str, path: str, **request: Any) -> httpx2.Response:
        """The answer to any request."""
        headers = {"Authorization": f"Bearer {self.token}", **request.pop("headers", {})}
        async with httpx2.AsyncClient(timeout=20) as client:
            return await client.request(method, f"{self.url}{path}", headers=headers, **request)


@dataclass
class System:
    """Services on a platform, with an issuer of their own."""

    platform: Platform
    issuer: Issuer
    processes: dict[str, Process]

    def caller(self, service: str, *roles: str, **claims: Any) -> Caller:
        """Somebody with these roles."""
        return Caller(self.processes[service].url, self.issuer.token(*roles, service=service, **claims))


@contextmanager
def system(platform: Platform, *services: str, folder: Path, **settings: str) -> Generator[System]:
    """Processes of these services, migrated and not yet started; none is left after the block."""
    with ExitStack() as stack:
        issuing = stack.enter_context(issuer())
        processes: dict[str, Process] = {}
        for service in services:
            environment = {**platform.environment(service), **issuing.environment, **settings}
            environment |= {"MAERK_ENVIRONMENT": "test"}
            subprocess.run(
                [sys.executable, "-m", "chassis.migrate", service], env={**os.environ, **environment}, check=True
            )
            process = Process(service, platform.url(service), environment, folder / f"{service}.log")
            processes[service] = process
            stack.callback(process.kill)
        yield System(platform, issuing, processes)
