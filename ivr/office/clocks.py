"""The office's clocks: is the telephone open now, is the counter at lunch, is today a holiday?"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from dataclasses import dataclass

from ivr.language.calendar import NONE, Calendar
from ivr.language.moment import begin, end, wall
from ivr.office.schedule import Period, Schedule, State


@dataclass(frozen=True, slots=True)
class _Day:
    """All clocks over one local day: `states[i]` holds from `edges[i]` until the next edge, finally `end`. So do
    `seasons`."""

    edges: list[float]
    end: float
    states: list[dict[str, State]]
    seasons: list[dict[str, str]]


class Clocks:
    """Every named clock of one calendar. Safe between threads; asked at every event of every call.

    The current day is kept compiled, so that an answer is one search among a handful of instants (0.5 µs for
    all clocks together); the first question of another day costs some 100 µs.
    """

    def __init__(self, calendar: Calendar) -> None:
        """Raises BadInput when the calendar's country is unknown."""
        self.zone = calendar.tz
        self._schedules = {name: Schedule(calendar, clock) for name, clock in calendar.clocks.items()}
        self._terms = calendar.terms
        peaks = sorted(calendar.peaks, key=lambda peak: wall(peak.from_))
        self._peaks = [(peak.name, *peak.span(self.zone)) for peak in peaks]
        self._day = _Day([], 0.0, [], [])

    def __getitem__(self, name: str) -> Schedule:
        """One clock by itself, for counting working time. Raises KeyError."""
        return self._schedules[name]

    def state(self, name: str, at: datetime.datetime) -> State:
        """State of one clock at an aware instant. Raises KeyError, and ValueError for a naive `at`."""
        return self.states(at)[name]

    def states(self, at: datetime.datetime) -> dict[str, State]:
        """State of every clock at an aware instant, by name. Raises ValueError for a naive `at`."""
        day, place = self._find(at)
        return dict(day.states[place])

    def season(self, at: datetime.datetime) -> dict[str, str]:
        """The `term` and the `peak` at an aware instant by their names, "none" where there is none; of several peaks
        the one that began last. Raises ValueError for a naive `at`.
        """
        day, place = self._find(at)
        return dict(day.seasons[place])

    def why(self, name: str, day: datetime.date) -> str | None:
        """Name of the day off that keeps the clock shut on `day`, e.g. "추석", or None. Raises KeyError."""
        return self._schedules[name].why(day)

    def _find(self, at: datetime.datetime) -> tuple[_Day, int]:
        """The compiled day of an instant, and the place of its edge."""
        if at.tzinfo is None:
            raise ValueError("an aware datetime is needed: a naive one has no zone")
        now = at.timestamp()
        day = self._day  # one read: another thread may put a new day in its place
        if not day.edges or not day.edges[0] <= now < day.end:
            self._day = day = self._compile(at.astimezone(self.zone).date())
        return day, bisect_right(day.edges, now) - 1

    def _compile(self, day: datetime.date) -> _Day:
        first, last = begin(day, self.zone), end(day, self.zone)
        timelines = {name: schedule.timeline(day) for name, schedule in self._schedules.items()}
        edges = {first, *(period.start for timeline in timelines.values() for period in timeline)}
        edges |= {at for _, start, stop in self._peaks for at in (start, stop) if first < at < last}
        term = next((term.name for term in self._terms if term.from_ <= day <= term.until), NONE)
        return _Day(
            sorted(edges),
            last,
            [{name: _state(timeline, edge) for name, timeline in timelines.items()} for edge in sorted(edges)],
            [{"term": term, "peak": self._peak(edge)} for edge in sorted(edges)],
        )

    def _peak(self, at: float) -> str:
        return next((name for name, start, stop in reversed(self._peaks) if start <= at < stop), NONE)


def _state(timeline: list[Period], at: float) -> State:
    return next(period.state for period in timeline if period.start <= at < period.end)
