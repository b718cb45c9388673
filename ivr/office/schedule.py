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
from ivr.language.calendar import Calendar, Clock, weekdays

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
        self._hours = {day: span for key, span in clock.hours.items() for day in weekdays(key)}
        self._lunch = clock.lunch
        self._days_off = {**(calendar.days_off if clock.holidays else {}), **clock.days_off}
        self._country = calendar.country if clock.holidays else None
        if self._country is not None:
            try:
                public_holidays(self._country, 2026)
            except NotImplementedError:
                message = f"the public holidays of “{self._country}” are not known"
                raise BadInput([Problem("calendar.yaml", 0, 0, message)]) from None

    def why(self, day: datetime.date) -> str | None:
        """Name of the day off that `day` is for this clock (its own, the office's, a public one), or None."""
        reason = self._days_off.get(day)
        if reason is None and self._country is not None:
            reason = public_holidays(self._country, day.year).get(day)
        return reason

    def works(self, day: datetime.date) -> bool:
        """Whether the clock opens on `day` at all."""
        return day.weekday() in self._hours and self.why(day) is None

    def timeline(self, day: datetime.date) -> list[Period]:
        """The local calendar day as consecutive periods without a gap, midnight to midnight.

        Where yesterday's span reaches into today, the more available state wins.
        """
        start, end = self._instant(day, 0), self._instant(day, _DAY_MINUTES)
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
        """What the span that begins on `day` says, its pieces without those that are empty."""
        if day.weekday() not in self._hours:
            return
        opening, closing = self._hours[day.weekday()]
        if self.why(day) is not None:
            yield Period(self._instant(day, 0), self._instant(day, max(closing, _DAY_MINUTES)), "holiday")
            return
        rest, resume = self._lunch or (closing, closing)
        if resume <= opening:  # a night shift's break lies after midnight
            rest, resume = rest + _DAY_MINUTES, resume + _DAY_MINUTES
        rest, resume = min(max(rest, opening), closing), min(resume, closing)
        yield Period(self._instant(day, opening), self._instant(day, rest), "open")
        yield Period(self._instant(day, rest), self._instant(day, resume), "lunch")
        yield Period(self._instant(day, resume), self._instant(day, closing), "open")

    def _instant(self, day: datetime.date, minutes: int) -> float:
        """`minutes` of wall-clock time after midnight of `day`, as seconds since the epoch."""
        midnight = datetime.datetime.combine(day, datetime.time.min)
        return (midnight + datetime.timedelta(minutes=minutes)).replace(tzinfo=self.zone).timestamp()
