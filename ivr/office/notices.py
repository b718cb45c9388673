"""Which notices are on the air: their validity and windows, switches by hand, load, and who has heard enough of one.

Everything about one notice is decided by `standing`. `Notices` gives the same answer for a whole office, at every event
of every call, out of what it has found for the current stretch of time: from one edge (a beginning, an end, a window's,
a switch's) to the next nothing changes unless the board does.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import ZoneInfo

from ivr.language.moment import minute
from ivr.language.notices import Notice

Standing = Literal["on", "early", "over", "off", "window", "load"]
"""on: on the air. Else why it isn't: early, over (its validity), off (switched off, or never switched on), window
(outside its windows), load (there is none)."""

Window = tuple[float, float]
"""From (inclusive) and until (exclusive), in seconds since the epoch."""

_DAY = datetime.timedelta(days=1)
AHEAD = datetime.timedelta(days=366)
"""How far ahead the next window of a notice is looked for."""


@dataclass(frozen=True, slots=True)
class Switch:
    """A notice switched by hand: on or off, until an instant (aware), or until its end."""

    on: bool
    until: datetime.datetime | None = None

    def holds(self, at: datetime.datetime) -> bool:
        """Whether it still counts at an aware instant."""
        return self.until is None or at < self.until


@dataclass(frozen=True, slots=True)
class Board:
    """What is decided at run time: the switches, by notice, and the notices whose load is on. Whoever changes anything
    makes a new board."""

    switches: Mapping[str, Switch] = field(default_factory=dict)
    loaded: Set[str] = frozenset()


NOTHING = Board()


def standing(name: str, notice: Notice, zone: ZoneInfo, at: datetime.datetime, board: Board = NOTHING) -> Standing:
    """How a notice stands at an aware instant. A switch holds within the validity alone: what is switched on by hand
    is heard outside its windows and without load, and never after its end.
    """
    now = at.timestamp()
    begins, ends = notice.validity(zone)
    if now < begins:
        return "early"
    if now >= ends:
        return "over"
    return _valid(name, notice, at, board, list(_windows(notice, zone, at)))


def _valid(name: str, notice: Notice, at: datetime.datetime, board: Board, windows: list[Window]) -> Standing:
    """How a notice stands within its validity."""
    switch = board.switches.get(name)
    if switch is not None and switch.holds(at):
        return "on" if switch.on else "off"
    if notice.by_hand:
        return "off"
    now = at.timestamp()
    if notice.windows and not any(start <= now < end for start, end in windows):
        return "window"
    return "load" if notice.load and name not in board.loaded else "on"


def begins_next(notice: Notice, zone: ZoneInfo, at: datetime.datetime) -> datetime.datetime | None:
    """When the next window of a notice begins after an aware instant, within its validity and AHEAD; None: in none."""
    begins, ends = notice.validity(zone)
    today, now = at.astimezone(zone).date(), at.timestamp()
    for days in range(AHEAD.days):
        day = today + days * _DAY
        starts = [max(minute(day, start, zone), begins) for start, _ in notice.spans(day)]
        if coming := [start for start in starts if now < start < ends]:
            return datetime.datetime.fromtimestamp(min(coming), zone)
    return None


def ranked(notices: Mapping[str, Notice]) -> list[str]:
    """The names in the order in which they are heard: emergencies, then by `order`, then as in the file."""
    return sorted(notices, key=lambda name: (not notices[name].emergency, notices[name].order))


@dataclass(frozen=True, slots=True)
class _Air:
    """What is on the air from `start` (inclusive) until `end` (exclusive), in seconds since the epoch, with a board."""

    board: Board
    start: float
    end: float
    names: tuple[str, ...]


class Notices:
    """The notices of one office. Safe between threads."""

    def __init__(self, notices: Mapping[str, Notice], zone: ZoneInfo) -> None:
        """`zone`: the office's."""
        self._zone = zone
        self._notices = [(name, notices[name], *notices[name].validity(zone)) for name in ranked(notices)]
        self._air = _Air(NOTHING, math.inf, math.inf, ())
        self.at_most: Mapping[str, int] = {n: notice.at_most for n, notice, *_ in self._notices if notice.at_most}
        """Times a day that one caller hears a notice at most, of those that say so."""

    def on_air(
        self, at: datetime.datetime, board: Board = NOTHING, heard: Mapping[str, int] | None = None
    ) -> tuple[str, ...]:
        """The notices on the air at an aware instant, in order, for a caller who has `heard` each so many times today;
        None when nobody knows. Their places and conditions aren't looked at.
        """
        now = at.timestamp()
        air = self._air  # one read: another thread may put another in its place
        if air.board is not board or not air.start <= now < air.end:
            self._air = air = self._look(at, board)
        if not heard or heard.keys().isdisjoint(self.at_most):
            return air.names
        return tuple(name for name in air.names if heard.get(name, 0) < self.at_most.get(name, math.inf))

    def _look(self, at: datetime.datetime, board: Board) -> _Air:
        now = at.timestamp()
        names: list[str] = []
        edges = [switch.until.timestamp() for switch in board.switches.values() if switch.until is not None]
        edges.append(minute(at.astimezone(self._zone).date() + _DAY, 0, self._zone))  # when windows are others
        for name, notice, begins, ends in self._notices:
            edges += (begins, ends)
            if begins <= now < ends:
                windows = list(_windows(notice, self._zone, at))
                edges += (edge for window in windows for edge in window)
                if _valid(name, notice, at, board, windows) == "on":
                    names.append(name)
        return _Air(board, now, min(edge for edge in edges if edge > now), tuple(names))


def _windows(notice: Notice, zone: ZoneInfo, at: datetime.datetime) -> Iterator[Window]:
    """The windows that can hold an instant: those of its local day, and of the day before, which may pass midnight."""
    if not notice.windows:
        return
    today = at.astimezone(zone).date()
    for day in (today - _DAY, today):
        for start, end in notice.spans(day):
            yield minute(day, start, zone), minute(day, end, zone)


def in_order(notices: Mapping[str, Notice], names: Iterable[str]) -> tuple[str, ...]:
    """These names in the order in which they would be heard."""
    wanted = set(names)
    return tuple(name for name in ranked(notices) if name in wanted)
