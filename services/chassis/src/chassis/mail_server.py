"""Which server takes a service's mail."""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

SECURITY = {"smtp": "none", "smtp+starttls": "starttls", "smtps": "tls"}
ADDRESS = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True)
class Server:
    """Where mail is handed over, and whose name it carries."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    user: str | None
    password: str | None
    sender: str

    @classmethod
    def of(cls, url: str, *, sender: str) -> "Server":
        """The server that `smtp+starttls://user:password@host:587` names; `smtps://` and `smtp://` are known too.

        Raises: ValueError for any other form.
        """
        parts = urlsplit(url)
        if parts.scheme not in SECURITY or not parts.hostname or parts.path or parts.query:
            raise ValueError("a mail server is named as smtp+starttls://user:password@host:port")
        if not ADDRESS.fullmatch(sender):
            raise ValueError("a sender of mail is named as alarm@maerk.example")
        return cls(
            parts.hostname,
            parts.port or PORTS[parts.scheme],
            SECURITY[parts.scheme],  # pyright: ignore[reportArgumentType]  # the values of the table
            unquote(parts.username) if parts.username else None,
            unquote(parts.password) if parts.password else None,
            sender,
        )
