"""The services as they describe themselves, for commands that do their work on a service's own tables."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from chassis.runtime import Service
from embedded.refusal import Refused
from embedded.state import SERVICES


def described(service: str) -> Service:
    """What makes the service this one: the events that it listens to, among others.

    Raises: Refused when there is no such service here.
    """
    if service not in SERVICES or not (find_spec(service) and find_spec(f"{service}.__main__")):
        raise Refused(f"There is no service {service} here.")
    return import_module(f"{service}.__main__").SERVICE
