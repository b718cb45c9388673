"""A schedule: one clock of the office as instants, whatever public holidays and daylight saving do to it.

Opening spans are written as wall-clock time of the office's zone and turned into instants once per day; from
there on everything is plain comparison of seconds since the epoch, which no daylight saving can confuse.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

import holidays

from ivr.errors import BadInput, Problem
from ivr.language.calendar import WEEKDAYS, Calendar, Clock, weekdays
from ivr.language.fields import Span
from ivr.language.moment import minute

State = Literal["open", "lunch", "holiday", "closed"]
"""open; lunch: the midday break; holiday: all of a day that would have opening hours but for a day off (and
the rest of its span after midnight); closed: any other time."""

_DAY = datetime.timedelta(days=1)
_DAY_MINUTES = 24 * 60
# the more available state wins where two spans meet
_RANK: dict[State, int] = {"open": 3, "lunch": 2, "holiday": 1, "closed": 0}


@lru_cache(maxsize=64)
def public_holidays(country: str, year: int) -> Mapping[datetime.date, str]:
    """Public holidays of one year, substitute days included, with their names in the country's own language.

    A whole year at a time, because the package's growing look-up is not safe between threads: a second thread
    sees the year as known before its days are in. Raises NotImplementedError for a country it doesn't know.
    """
    language = holidays.country_holidays(country).default_language
    return dict(holidays.country_holidays(country, years=year, language=language))


@lru_cache(maxsize=64)
def substitutes(country: str, year: int) -> frozenset[datetime.date]:
    """Those of the public holidays of one year that stand in for another day. Raises NotImplementedError as above."""
    proper = dict(holidays.country_holidays(country, years=year, observed=False))
    return frozenset(public_holidays(country, year).keys() - proper.keys())


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a day is as it is for a clock.

    extended: hours of that day alone, `text` their reason or "". own, public, substitute: a day off, by its name.
    weekly: the entry of its weekday, e.g. "mon-fri". none: its weekday, e.g. "sat", has no hours.
    """

    kind: Literal["extended", "own", "public", "substitute", "weekly", "none"]
    text: str

    @property
    def off(self) -> bool:
        """Whether it is a day off."""
        return self.kind in ("own", "public", "substitute")


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of one state: from `start` (inclusive) until `end` (exclusive), seconds since the epoch."""

    start: float
    end: float
    state: State


class Schedule:
    """One named clock, compiled: what it says at every instant of a day, and why it rests on a day off."""

    def __init__(self, calendar: Calendar, clock: Clock) -> None:
        """Raises BadInput when nobody knows the public holidays of the calendar's country."""
        self.zone: ZoneInfo = calendar.tz
        self._weekly = {day: (key, span) for key, span in clock.hours.items() for day in weekdays(key)}
        self._extended = clock.extended
        self._lunch = clock.lunch
        self._days_off = {**(calendar.days_off if clock.holidays else {}), **clock.days_off}
        self._country = calendar.country if clock.holidays else None
        if self._country is not None:
            try:
                public_holidays(self._country, 2026)
            except NotImplementedError:
                message = f"the public holidays of “{self._country}” are not known"
                raise BadInput([Problem("calendar.yaml", 0, 0, message)]) from None

    def reason(self, day: datetime.date) -> Reason:
        """Why `day` is as it is: the nearest reason counts, the clock's before the office's before the country's."""
        if (dated := self._extended.get(day)) is not None:
            return Reason("extended", dated.reason or "")
        if (own := self._days_off.get(day)) is not None:
            return Reason("own", own)
        if self._country is not None and (name := public_holidays(self._country, day.year).get(day)) is not None:
            return Reason("substitute" if day in substitutes(self._country, day.year) else "public", name)
        entry = self._weekly.get(day.weekday())
        return Reason("weekly", entry[0]) if entry else Reason("none", WEEKDAYS[day.weekday()])

    def why(self, day: datetime.date) -> str | None:
        """Name of the day off that `day` is for this clock (its own, the office's, a public one), or None."""
        reason = self.reason(day)
        return reason.text if reason.off else None

    def works(self, day: datetime.date) -> bool:
        """Whether the clock opens on `day` at all."""
        return self._span(day) is not None and not self.reason(day).off

    def shifts(self, day: datetime.date) -> list[Span]:
        """When it is open on `day`, in minutes of the wall clock; past 1440: on the next day, of the same shift."""
        return [(start, end) for start, end, state in self._pieces(day) if state == "open" and start < end]

    def timeline(self, day: datetime.date) -> list[Period]:
        """The local calendar day as consecutive periods without a gap, midnight to midnight.

        Where yesterday's span reaches into today, the more available state wins.
        """
        start, end = minute(day, 0, self.zone), minute(day, _DAY_MINUTES, self.zone)
        layers = [Period(start, end, "closed"), *self._layers(day - _DAY), *self._layers(day)]
        edges = sorted({start, end, *(edge for p in layers for edge in (p.start, p.end) if start < edge < end)})
        timeline: list[Period] = []
        for left, right in pairwise(edges):
            state = max((p.state for p in layers if p.start <= left < p.end), key=_RANK.__getitem__)
            if timeline and timeline[-1].state == state:
                left = timeline.pop().start  # noqa: PLW2901
            timeline.append(Period(left, right, state))
        return timeline

    def _layers(self, day: datetime.date) -> Iterator[Period]:
        """What the span that begins on `day` says."""
        for start, end, state in self._pieces(day):
            yield Period(minute(day, start, self.zone), minute(day, end, self.zone), state)

    def _pieces(self, day: datetime.date) -> list[tuple[int, int, State]]:
        """The same in minutes after midnight; pieces may be empty."""
        if (span := self._span(day)) is None:
            return []
        opening, closing = span
        if self.reason(day).off:
            return [(0, max(closing, _DAY_MINUTES), "holiday")]
        rest, resume = self._lunch or (closing, closing)
        if resume <= opening:  # a night shift's break lies after midnight
            rest, resume = rest + _DAY_MINUTES, resume + _DAY_MINUTES
        rest, resume = min(max(rest, opening), closing), min(resume, closing)
        return [(opening, rest, "open"), (rest, resume, "lunch"), (resume, closing, "open")]

    def _span(self, day: datetime.date) -> Span | None:
        """The opening span that begins on `day`, were it no day off."""
        dated, entry = self._extended.get(day), self._weekly.get(day.weekday())
        return dated.hours if dated else entry[1] if entry else None
