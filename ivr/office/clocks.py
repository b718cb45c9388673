"""The office's clocks: is the telephone open now, is the counter at lunch, is today a holiday?"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from dataclasses import dataclass

from ivr.language.calendar import Calendar
from ivr.office.schedule import Schedule, State


@dataclass(frozen=True, slots=True)
class _Day:
    """All clocks over one local day: `states[i]` holds from `edges[i]` until the next edge, finally `end`."""

    edges: list[float]
    end: float
    states: list[dict[str, State]]


class Clocks:
    """Every named clock of one calendar. Safe between threads; asked at every event of every call.

    The current day is kept compiled, so that an answer is one search among a handful of instants (0.5 µs for
    all clocks together); the first question of another day costs some 100 µs.
    """

    def __init__(self, calendar: Calendar) -> None:
        """Raises BadInput when the calendar's country is unknown."""
        self.zone = calendar.tz
        self._schedules = {name: Schedule(calendar, clock) for name, clock in calendar.clocks.items()}
        self._day = _Day([], 0.0, [])

    def __getitem__(self, name: str) -> Schedule:
        """One clock by itself, for counting working time. Raises KeyError."""
        return self._schedules[name]

    def state(self, name: str, at: datetime.datetime) -> State:
        """State of one clock at an aware instant. Raises KeyError, and ValueError for a naive `at`."""
        return self.states(at)[name]

    def states(self, at: datetime.datetime) -> dict[str, State]:
        """State of every clock at an aware instant, by name. Raises ValueError for a naive `at`."""
        if at.tzinfo is None:
            raise ValueError("an aware datetime is needed: a naive one has no zone")
        now = at.timestamp()
        if not self._schedules:
            return {}
        day = self._day  # one read: another thread may put a new day in its place
        if not day.edges or not day.edges[0] <= now < day.end:
            self._day = day = self._compile(at.astimezone(self.zone).date())
        return dict(day.states[bisect_right(day.edges, now) - 1])

    def why(self, name: str, day: datetime.date) -> str | None:
        """Name of the day off that keeps the clock shut on `day`, e.g. "추석", or None. Raises KeyError."""
        return self._schedules[name].why(day)

    def _compile(self, day: datetime.date) -> _Day:
        timelines = {name: schedule.timeline(day) for name, schedule in self._schedules.items()}
        edges = sorted({period.start for timeline in timelines.values() for period in timeline})
        states = [
            {name: next(p.state for p in timeline if p.start <= edge < p.end) for name, timeline in timelines.items()}
            for edge in edges
        ]
        end = max(timeline[-1].end for timeline in timelines.values())
        return _Day(edges, end, states)
