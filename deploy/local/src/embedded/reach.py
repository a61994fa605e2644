"""Whether something on this machine answers."""

from __future__ import annotations

import socket
from urllib.request import urlopen


def in_use(port: int) -> bool:
    """Whether something listens on the port of 127.0.0.1 already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def accepts(port: int) -> bool:
    """Whether a connection to the port of 127.0.0.1 succeeds."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def responds(url: str) -> bool:
    """Whether a request is answered with success."""
    try:
        with urlopen(url, timeout=5):  # noqa: S310 - the address is our own
            return True
    except OSError:  # refused, reset, timed out, or answered with an error
        return False
