"""Which time a report speaks of: half-open, between two points in the office's own zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

YEARS = range(1900, 9000)
"""Beyond them lie slips, and times that some zone can't say."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` (inclusive) to `end` (exclusive), both in UTC; `zone` is the office's."""

    start: datetime
    end: datetime
    zone: ZoneInfo

    def __str__(self) -> str:
        start, end = (t.astimezone(self.zone).strftime("%Y-%m-%d %H:%M") for t in (self.start, self.end))
        return f"{start} ≤ t < {end} ({self.zone.key})"

    @property
    def dates(self) -> str:
        """The same for a reader: its days, the last one included; with times where it isn't of whole days."""
        start, end = (t.astimezone(self.zone) for t in (self.start, self.end))
        if start.time() == end.time() == time():
            first, last = start.date(), end.date() - timedelta(days=1)
            return f"{first}" if first == last else f"{first} – {last}"
        return f"{start:%Y-%m-%d %H:%M} – {end:{'%H:%M' if start.date() == end.date() else '%Y-%m-%d %H:%M'}}"


def between(first: str | None, last: str | None, zone: ZoneInfo, now: datetime) -> Period:
    """The period that somebody means by two texts: `2026-11-21` or `2026-11-21T09:30`, in the office's zone.

    A day as `last` is within the period, a time is its end. Without `last`: to the end of today; without `first`:
    the day of `last`, or today. Raises ValueError with the reason.
    """
    today = now.astimezone(zone).date()
    start_day, start = _parse(first) if first else (None, None)
    end_day, end = _parse(last) if last else (None, None)
    if end is None:
        end = _midnight((end_day or today) + timedelta(days=1))
    if start is None:
        start = _midnight(start_day or (end - timedelta(microseconds=1)).date())
    period = Period(_utc(start, zone), _utc(end, zone), zone)
    if period.start >= period.end:
        raise ValueError(f"the period is empty: {period}")
    return period


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day of the zone begins, in UTC."""
    return _utc(datetime.combine(day, time()), zone)


def day(text: str) -> date:
    """A day somebody wrote: `2026-11-21`. Raises ValueError, also for one too far away to be meant."""
    found = date.fromisoformat(text)
    if found.year not in YEARS:
        raise ValueError(f"“{text}” lies too far away")
    return found


def _parse(text: str) -> tuple[date | None, datetime | None]:
    """A day, or a time without a zone."""
    try:
        return day(text), None
    except ValueError:
        pass
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text}” is neither a day (2026-11-21) nor a time (2026-11-21T09:30)") from None
    if when.year not in YEARS:
        raise ValueError(f"“{text}” lies too far away")
    if when.tzinfo is not None:
        raise ValueError(f"“{text}” carries a zone: write it in the office's own")
    return None, when


def _midnight(day: date) -> datetime:
    """The day's first moment on the wall clock: days aren't 24 hours everywhere, so it is never added up."""
    return datetime.combine(day, time())


def _utc(wall: datetime, zone: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=zone).astimezone(UTC)
