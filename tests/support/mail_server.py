"""A real SMTP server, aiosmtpd in a process of its own, which keeps what it takes in a folder."""

import os
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from uuid import uuid4

from chassis.mail_server import Server
from support.waiting import until

HERE = Path(__file__).resolve().parents[1]
SENDER = "maerk@platform.example"


class Keeper:
    """What the server does with a mail. Mailboxes that begin with `gone` are not there; one with `busy` is full today.

    Where the folder holds a file `dies`, the server takes one mail and dies before it says so.
    """

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    @classmethod
    def from_cli(cls, _: Any, folder: str) -> "Keeper":
        return cls(folder)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address.startswith("gone"):
            return "550 5.1.1 No such mailbox here"
        if address.startswith("busy"):
            return "452 4.2.2 Mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        part = self._folder / f"{uuid4()}.part"
        part.write_bytes(envelope.content)
        part.rename(part.with_suffix(".eml"))
        if (self._folder / "dies").exists():
            (self._folder / "dies").unlink()
            os._exit(1)
        return "250 OK"


@dataclass
class MailServer:
    """The server's process, its folder, and its address, which stays the same when it is started again."""

    folder: Path
    port: int
    _running: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def address(self) -> Server:
        return Server.of(f"smtp://127.0.0.1:{self.port}", sender=SENDER)

    async def start(self) -> None:
        """It takes mail."""
        command = ["-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{self.port}", "-c", "support.mail_server.Keeper"]
        path = os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")])
        self._running = subprocess.Popen(  # noqa: ASYNC220  # it returns at once
            [sys.executable, *command, str(self.folder)],
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        await until(self._listens, within=20)

    def stop(self) -> None:
        """It is away."""
        if self._running is not None:
            self._running.terminate()
            self._running.wait(timeout=10)

    async def died(self) -> None:
        """It has ended by itself."""
        assert self._running is not None
        await until(lambda: self._running is not None and self._running.poll() is not None)

    def dies_with_the_next_mail(self) -> None:
        (self.folder / "dies").touch()

    def mails(self) -> list[EmailMessage]:
        """Every mail that it has taken, in no order."""
        return [BytesParser(policy=policy.default).parsebytes(each.read_bytes()) for each in self.folder.glob("*.eml")]

    def _listens(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False


@contextmanager
def mail_server(folder: Path) -> Generator[MailServer]:
    """A server that is not started yet, on a free port; its process is gone after the block."""
    folder.mkdir(exist_ok=True)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    server = MailServer(folder, port)
    try:
        yield server
    finally:
        server.stop()
