"""The duty roster: functions that can be reached, the shifts in which they are on duty, and the hours in which none is.

A function is a mailbox and never a person. A shift is said in Danish wall time and kept as two moments, so that a night
in which the clocks change is an hour longer or shorter and leaves no hole.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from advisory.domain.days import DENMARK
from advisory.domain.duty_rules import Rules
from contracts.problems import Conflict, Invalid
from contracts.values import Provenance

HOUR = timedelta(hours=1)


class ChannelUnconfirmed(Conflict):
    """Nobody at the function has confirmed that mail reaches it."""

    title_da = "Kanalen er ikke bekræftet"


class ChallengeWrong(Conflict):
    """This is not the code that was sent last."""

    title_da = "Koden er ikke den sidst sendte"


class ShiftAlreadyCancelled(Conflict):
    """The shift is cancelled."""

    title_da = "Vagten er aflyst"


class ShiftInPast(Invalid):
    """The shift would end before now."""

    title_da = "Vagten er forbi"


@dataclass(frozen=True)
class DutyFunction:
    """Somebody who can be on duty, reached by a mailbox that is known to work for some time after it was confirmed."""

    id: UUID
    code: str
    provenance: Provenance
    mailbox: str
    changed_at: datetime
    challenge: str | None = None
    challenged_at: datetime | None = None
    confirmed_at: datetime | None = None
    broken_at: datetime | None = None
    version: int = 1

    def works(self, at: datetime, rules: Rules) -> bool:
        """A human has confirmed the channel not too long before, and no mail was refused since."""
        return (
            self.confirmed_at is not None
            and self.broken_at is None
            and at < self.confirmed_at + timedelta(days=rules.channel_confirmed_days)
        )


@dataclass(frozen=True)
class Shift:
    """A function is on duty from one moment until another, at a level of the chain that begins with 1."""

    id: UUID
    function_id: UUID
    provenance: Provenance
    level: int
    starts_at: datetime
    ends_at: datetime
    cancelled_at: datetime | None = None
    version: int = 1

    def covers(self, at: datetime) -> bool:
        """The function is on duty at that moment."""
        return self.cancelled_at is None and self.starts_at <= at < self.ends_at


@dataclass(frozen=True)
class Gap:
    """Nobody is on duty from one moment until another."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Outlook:
    """What is missing in the days ahead: hours without anybody, and functions on duty that may not be reached."""

    gaps: tuple[Gap, ...]
    unproven: tuple[UUID, ...]

    @property
    def uncovered_hours(self) -> int:
        """Whole hours, each begun one counted."""
        return sum(-((each.starts_at - each.ends_at) // HOUR) for each in self.gaps)


def try_channel(function: DutyFunction, *, challenge: str, at: datetime) -> DutyFunction:
    """A code is under way to the mailbox; whoever reads it can confirm the channel."""
    return _changed(function, at, challenge=challenge, challenged_at=at)


def confirm_channel(function: DutyFunction, *, challenge: str, at: datetime) -> DutyFunction:
    """The channel works: a human has read there what was sent.

    Raises: ChallengeWrong.
    """
    if function.challenge is None or function.challenge != challenge:
        raise ChallengeWrong("This is not the code that was sent to the function last.")
    return _changed(function, at, challenge=None, confirmed_at=at, broken_at=None)


def move(function: DutyFunction, *, mailbox: str, at: datetime) -> DutyFunction:
    """The function has another mailbox, of which nobody knows yet whether it works."""
    return _changed(function, at, mailbox=mailbox, confirmed_at=None, broken_at=None)


def break_channel(function: DutyFunction, *, at: datetime) -> DutyFunction:
    """The channel does not work: a mail to it was refused."""
    return _changed(function, at, broken_at=function.broken_at or at)


def shift(
    function: DutyFunction, *, id: UUID, level: int, day: date, begins: time, ends: time, rules: Rules, at: datetime
) -> Shift:
    """The function is on duty from that time of the day to the next time that the clock shows the other.

    Raises: ChannelUnconfirmed, ShiftInPast.
    """
    if not function.works(at, rules):
        raise ChannelUnconfirmed(
            "Nobody has confirmed lately that mail reaches this function, so it cannot be put on duty.",
            da="Ingen har for nylig bekræftet, at mail når funktionen, så den kan ikke sættes på vagt.",
        )
    last = day if begins < ends else day + timedelta(days=1)
    starts_at, ends_at = wall(day, begins), wall(last, ends)
    if ends_at <= at:
        raise ShiftInPast("This shift is over already.", pointer="/days")
    if starts_at >= ends_at:
        raise ShiftInPast("The clocks are put forward over this whole shift.", pointer="/days")
    return Shift(id, function.id, function.provenance, level, starts_at, ends_at)


def cancel(shift: Shift, *, at: datetime) -> Shift:
    """Nobody is on duty because of this shift any more.

    Raises: ShiftAlreadyCancelled.
    """
    if shift.cancelled_at is not None:
        raise ShiftAlreadyCancelled("This shift has been cancelled.", da="Vagten er aflyst.")
    return replace(shift, cancelled_at=at, version=shift.version + 1)


def wall(day: date, at: time) -> datetime:
    """The moment at which Danish clocks show this, UTC.

    The hour that comes twice in October means its first; the one that is left out in March means the hour after it.
    So the end of one shift is the beginning of the next, whatever the night.
    """
    return datetime.combine(day, at, DENMARK).astimezone(UTC)


def gaps(shifts: Iterable[Shift], *, start: datetime, end: datetime) -> tuple[Gap, ...]:
    """The times between two moments in which none of the shifts covers.

    Shape: in order, none empty, none touching another.
    """
    found: list[Gap] = []
    covered = start
    for each in sorted((each for each in shifts if each.cancelled_at is None), key=lambda each: each.starts_at):
        if each.starts_at > covered and covered < end:
            found.append(Gap(covered, min(each.starts_at, end)))
        covered = max(covered, each.ends_at)
    if covered < end:
        found.append(Gap(covered, end))
    return tuple(found)


def outlook(functions: Iterable[DutyFunction], shifts: Iterable[Shift], *, rules: Rules, at: datetime) -> Outlook:
    """What is missing between now and some days ahead.

    A channel counts as unproven when its proof runs out before the function's last shift within these days ends.
    """
    end = at + timedelta(days=rules.roster_look_ahead_days)
    ahead = [each for each in shifts if each.cancelled_at is None and each.ends_at > at and each.starts_at < end]
    last: dict[UUID, datetime] = {}
    for each in ahead:
        last[each.function_id] = max(last.get(each.function_id, each.ends_at), each.ends_at)
    unproven = (each.id for each in functions if each.id in last and not each.works(min(last[each.id], end), rules))
    return Outlook(gaps(ahead, start=at, end=end), tuple(unproven))


def next_look(at: datetime) -> datetime:
    """The next moment at which Danish clocks show eight in the morning, UTC."""
    today = at.astimezone(DENMARK).date()
    eight = wall(today, time(8))
    return eight if eight > at else wall(today + timedelta(days=1), time(8))


def roster_id(provenance: Provenance) -> UUID:
    """The roster's id, of which there is one for each provenance."""
    return uuid5(UUID("5f0b8b0a-6f4e-4b43-9d0d-3c0f6a6f7a20"), provenance)


def _changed(function: DutyFunction, at: datetime, **fields: Any) -> DutyFunction:
    return replace(function, version=function.version + 1, changed_at=max(at, function.changed_at), **fields)
