"""Importing this module makes the registry of events whole."""

from contracts import advisory, cooperation, knowledge, planning, training
from contracts.event import EVENTS

__all__ = ["EVENTS", "advisory", "cooperation", "knowledge", "planning", "training"]
