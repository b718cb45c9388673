"""Days and moments as an admin writes them, by the office's wall clock, and the instants they stand for."""

from __future__ import annotations

import datetime
import re
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

_YEARS = range(2000, 2200)
"""Years that can be meant. Beyond stand slips and “for ever”; the last day that there is has no day after it."""


def _date(value: object) -> datetime.date:
    if isinstance(value, datetime.date):
        return value
    try:
        return _meant(datetime.date.fromisoformat(str(value)))
    except ValueError:
        raise ValueError(f"“{value}” is no date: write e.g. 2026-12-31") from None


def _meant(day: datetime.date) -> datetime.date:
    if day.year not in _YEARS:
        raise ValueError
    return day


def _moment(value: object) -> datetime.date:
    if isinstance(value, datetime.date):
        return value
    wrong = f"“{value}” is no date or time: write e.g. 2027-01-22, or 2027-01-22T15:00"
    try:
        at = datetime.datetime.fromisoformat(str(value))
        _meant(at)
    except ValueError:
        raise ValueError(wrong) from None
    if at.tzinfo is not None:
        raise ValueError(wrong)
    return at if re.search(r"[T ]", str(value)) else at.date()


Day = Annotated[datetime.date, BeforeValidator(_date)]
"""A day as a whole."""

Moment = Annotated[datetime.datetime | datetime.date, BeforeValidator(_moment)]
"""A day as a whole, or a minute of it."""

_DAY = datetime.timedelta(days=1)


def instant(shown: datetime.datetime, zone: ZoneInfo) -> float:
    """When the wall clock of `zone` first shows the naive time `shown`, or a later one where the change to summer time
    leaps over it; seconds since the epoch.
    """
    at = shown.replace(tzinfo=zone)
    earlier, later = at.replace(fold=1).timestamp(), at.timestamp()
    if earlier >= later:  # an ordinary time, or one that comes twice
        return later
    while later - earlier > 1:  # a change falls on a whole second
        middle = (earlier + later) // 2
        if datetime.datetime.fromtimestamp(middle, zone).utcoffset() == at.utcoffset():
            earlier = middle
        else:
            later = middle
    return later


def minute(day: datetime.date, minutes: int, zone: ZoneInfo) -> float:
    """When so many minutes after midnight of `day` are on the wall clock; past 1440 on the next day."""
    return instant(wall(day) + datetime.timedelta(minutes=minutes), zone)


def wall(moment: datetime.date) -> datetime.datetime:
    """What the wall clock shows when a moment comes; a day with its first minute."""
    if isinstance(moment, datetime.datetime):
        return moment
    return datetime.datetime.combine(moment, datetime.time.min)


def begin(moment: datetime.date, zone: ZoneInfo) -> float:
    """When a moment comes; a day with its first minute. Seconds since the epoch."""
    return instant(wall(moment), zone)


def end(moment: datetime.date, zone: ZoneInfo) -> float:
    """When something is over that goes on until a moment; of a day when the whole of it is. Seconds since the epoch."""
    return begin(moment if isinstance(moment, datetime.datetime) else moment + _DAY, zone)
