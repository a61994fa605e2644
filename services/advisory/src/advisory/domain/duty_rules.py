"""The figures of the duty desk, as they hold on a day: rows with a validity date, MÆRK's to change."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from contracts.problems import Conflict

RuleName = Literal[
    "acute_first_answer_minutes",
    "acute_update_minutes",
    "acute_acknowledge_minutes",
    "soon_first_answer_working_days",
    "soon_update_working_days",
    "soon_acknowledge_working_days",
    "normal_first_answer_working_days",
    "normal_update_working_days",
    "normal_acknowledge_working_days",
    "alarm_wait_minutes",
    "alarm_look_again_minutes",
    "alarm_unheard_minutes",
    "channel_confirmed_days",
    "roster_look_ahead_days",
]


class RuleInPast(Conflict):
    """A figure holds from a day that is to come; what held before is not written anew."""

    title_da = "Reglen kan kun gælde fra en kommende dag"


@dataclass(frozen=True)
class Rules:
    """Every figure as it holds on one day. Units: as each name says."""

    acute_first_answer_minutes: int = 30
    acute_update_minutes: int = 240
    acute_acknowledge_minutes: int = 15
    soon_first_answer_working_days: int = 1
    soon_update_working_days: int = 2
    soon_acknowledge_working_days: int = 1
    normal_first_answer_working_days: int = 3
    normal_update_working_days: int = 5
    normal_acknowledge_working_days: int = 3
    alarm_wait_minutes: int = 10
    alarm_look_again_minutes: int = 60
    alarm_unheard_minutes: int = 1
    channel_confirmed_days: int = 90
    roster_look_ahead_days: int = 14


@dataclass(frozen=True)
class Rule:
    """One figure from one day on."""

    name: RuleName
    valid_from: date
    value: int


def set_rule(rule: Rule, *, today: date) -> Rule:
    """The figure holds from its day on.

    Raises: RuleInPast.
    """
    if rule.valid_from <= today:
        raise RuleInPast(
            "A new figure holds from tomorrow on at the earliest.", da="En ny regel gælder tidligst i morgen."
        )
    return rule
