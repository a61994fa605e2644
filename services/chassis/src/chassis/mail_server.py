"""Which server takes a service's mail."""

from dataclasses import dataclass
from email.headerregistry import Address
from typing import Literal
from urllib.parse import unquote, urlsplit

SECURITY = {"smtp": "none", "smtp+starttls": "starttls", "smtps": "tls"}
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
        Address(addr_spec=sender)
        return cls(
            parts.hostname,
            parts.port or PORTS[parts.scheme],
            SECURITY[parts.scheme],  # pyright: ignore[reportArgumentType]  # the values of the table
            unquote(parts.username) if parts.username else None,
            unquote(parts.password) if parts.password else None,
            sender,
        )
