"""Which days a page speaks of, as its form asks: a word (yesterday, this week) or days of one's own, and an hour of a
day. Beside it the same weekdays before, and a year ago. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from reports.period import Period, day

Kind = Literal["today", "yesterday", "week", "last_week", "month", "last_month", "quarter", "own"]
KINDS: tuple[Kind, ...] = get_args(Kind)

LONGEST = 1100
"""Days of a period, at most: three years."""
YEAR = timedelta(weeks=52)
"""So long ago were the same weekdays of last year."""

Slip = Literal["", "day", "order", "long", "hour"]
"""What is wrong with days of one's own: not a day, the end before the beginning, too long; an hour of several days."""


@dataclass(frozen=True, slots=True)
class Span:
    """From the beginning of `first` to the end of `last`; with `hour` ("10") that hour of the one day.

    until: where comparisons end, as what is yet to come is compared with nothing. slip: why it isn't what was asked
    for.
    """

    kind: Kind
    first: date
    last: date
    hour: str
    zone: ZoneInfo
    until: datetime
    slip: Slip = ""

    def __str__(self) -> str:
        days = f"{self.first}" if self.first == self.last else f"{self.first} – {self.last}"
        return f"{days} {self.hour}:00–{int(self.hour) + 1:02}:00" if self.hour else days

    @property
    def period(self) -> Period:
        """The time itself."""
        start, end = self._walls()
        return _period(start, end, self.zone)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """The same weekdays before: last week's, or so many weeks ago as the span is long."""
        return self._ago(timedelta(weeks=-(-self.days // 7)))

    @property
    def year_ago(self) -> Period:
        """The same weekdays 52 weeks ago."""
        return self._ago(YEAR)

    @property
    def query(self) -> dict[str, str]:
        """The same as a query: what a link carries on."""
        own = {"from": self.first.isoformat(), "to": self.last.isoformat()}
        return {**own, **({"hour": self.hour} if self.hour else {})}

    def _walls(self) -> tuple[datetime, datetime]:
        if self.hour:
            start = datetime.combine(self.first, time(int(self.hour)))
            return start, start + timedelta(hours=1)
        return datetime.combine(self.first, time()), datetime.combine(self.last + timedelta(days=1), time())

    def _ago(self, ago: timedelta) -> Period:
        start, end = self._walls()
        end = max(start, min(end, self.until.astimezone(self.zone).replace(tzinfo=None)))
        return _period(start - ago, end - ago, self.zone)


def chosen(query: Mapping[str, str], zone: ZoneInfo, now: datetime, otherwise: Kind = "today") -> Span:
    """What a query asks for: `period`, or `from` and `to` (2026-11-21), and `hour` (00 to 23). What can't be is left
    aside, and `slip` says so.

    A form has both: days count unless the word was changed, which `was` tells.
    """
    today = now.astimezone(zone).date()
    word = query.get("period", "")
    own = bool(query.get("from") or query.get("to")) and word in ("", "own", query.get("was", ""))
    kind = next((kind for kind in KINDS if kind == word), otherwise)
    slip: Slip = ""
    if own:
        kind = "own"
        first, last, slip = _own(query.get("from", ""), query.get("to", ""), today)
    elif kind == "own":
        first = last = today
    else:
        first, last = _days(kind, today)
    hour = query.get("hour", "")
    if hour and (first != last or hour not in [f"{n:02}" for n in range(24)]):
        hour, slip = "", slip or "hour"
    return Span(kind, first, last, hour, zone, now, slip)


def _days(kind: Kind, today: date) -> tuple[date, date]:
    """First and last day; those that are yet to come belong to it."""
    monday, month = today - timedelta(days=today.weekday()), today.replace(day=1)
    day = timedelta(days=1)
    if kind == "yesterday":
        return today - day, today - day
    if kind == "week":
        return monday, monday + 6 * day
    if kind == "last_week":
        return monday - 7 * day, monday - day
    if kind == "month":
        return month, _next_month(month) - day
    if kind == "last_month":
        return (month - day).replace(day=1), month - day
    if kind == "quarter":
        first = month.replace(month=(today.month - 1) // 3 * 3 + 1)
        return first, _next_month(_next_month(_next_month(first))) - day
    return today, today


def _own(first: str, last: str, today: date) -> tuple[date, date, Slip]:
    try:
        end = day(last) if last else None
        start = day(first) if first else end or today
    except ValueError:
        return today, today, "day"
    end = end or start
    if end < start:
        return start, start, "order"
    if (end - start).days >= LONGEST:
        return start, start, "long"
    return start, end, ""


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _period(start: datetime, end: datetime, zone: ZoneInfo) -> Period:
    return Period(start.replace(tzinfo=zone).astimezone(UTC), end.replace(tzinfo=zone).astimezone(UTC), zone)
