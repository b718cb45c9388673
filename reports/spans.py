"""Which parts of a period are counted already, by month, day and hour, and which must be counted now. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from reports.period import Period, midnight

Grain = Literal["month", "day", "hour"]

HOUR = timedelta(hours=1)

Span = tuple[datetime, datetime]
"""From (included) to (not)."""


@dataclass(frozen=True)
class Counted:
    """What is counted: the hours from `since` until `until`, but for those with a quarter of an hour in `stale`
    (ordered); and which days and months of the office are added up, by their beginning."""

    since: datetime
    until: datetime
    stale: Sequence[datetime] = ()
    rolled: Mapping[Grain, Set[datetime]] = field(default_factory=dict)

    def is_fresh(self, start: datetime, end: datetime) -> bool:
        """Whether nothing has changed in this time."""
        place = bisect_left(self.stale, start)
        return place == len(self.stale) or self.stale[place] >= end


@dataclass(frozen=True, slots=True)
class Spans:
    """A period in parts: kept ones by grain, and those to be counted. Neighbours are one span."""

    kept: Mapping[Grain, Sequence[Span]]
    live: Sequence[Span]


def divided(period: Period, counted: Counted | None, grains: Sequence[Grain]) -> Spans:
    """The parts of a period, each in the largest of `grains` (month before day) that it fits, else by the hour."""
    if counted is None:
        return Spans({}, [(period.start, period.end)])
    kept: dict[Grain, list[Span]] = {"month": [], "day": [], "hour": []}
    live: list[Span] = []
    at = period.start
    while at < period.end:
        grain, end = _part(at, period, counted, grains)
        spans = kept[grain] if grain else live
        if spans and spans[-1][1] == at:
            spans[-1] = spans[-1][0], end
        else:
            spans.append((at, end))
        at = end
    return Spans({grain: spans for grain, spans in kept.items() if spans}, live)


def _part(at: datetime, period: Period, counted: Counted, grains: Sequence[Grain]) -> tuple[Grain | None, datetime]:
    """The next part of a period, from `at`: None, or kept in which grain; and its end."""
    for grain in grains:
        if at in counted.rolled.get(grain, ()):
            end = following(grain, at, period.zone)
            if end <= min(period.end, counted.until) and counted.is_fresh(at, end):
                return grain, end
    if at >= counted.until:
        return None, period.end
    if at < counted.since:
        return None, min(counted.since, period.end)
    start = hour(at, period.zone)
    end = start + HOUR
    if start == at and end <= min(counted.until, period.end) and counted.is_fresh(at, end):
        return "hour", end
    return None, min(end, period.end)


def hour(at: datetime, zone: ZoneInfo) -> datetime:
    """The beginning of the hour on the office's wall clock."""
    local = at.astimezone(zone)
    return at - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)


def beginning(grain: Grain, at: datetime, zone: ZoneInfo) -> datetime:
    """When the office's month, day or hour began that `at` is in."""
    if grain == "hour":
        return hour(at, zone)
    day = at.astimezone(zone).date()
    return midnight(day.replace(day=1) if grain == "month" else day, zone)


def following(grain: Grain, start: datetime, zone: ZoneInfo) -> datetime:
    """When the month, day or hour after the one that began at `start` begins."""
    if grain == "hour":
        return start + HOUR
    day = start.astimezone(zone).date() + timedelta(days=31 if grain == "month" else 1)
    return midnight(day.replace(day=1) if grain == "month" else day, zone)


def months(period: Period) -> Iterator[Span]:
    """A period in parts, each within one of the office's calendar months."""
    at = period.start
    while at < period.end:
        end = min(following("month", beginning("month", at, period.zone), period.zone), period.end)
        yield at, end
        at = end


def hours(start: datetime, end: datetime, zone: ZoneInfo) -> list[Span]:
    """The hours of the office's wall clock between two times; shorter ones where a change of its time cuts them."""
    found = []
    while start < end:
        after = min(hour(start, zone) + HOUR, end)
        found.append((start, after))
        start = after
    return found
