"""Importing this module makes the registry of events whole."""

from contracts import advisory, planning
from contracts.event import EVENTS

__all__ = ["EVENTS", "advisory", "planning"]
