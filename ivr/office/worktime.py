"""Working time: when the period of a petition ends (민원처리법: a period skips what the office doesn't work).

Periods of five days or less are counted in working hours from the time of receipt, eight to the day; longer
ones in working days, the first day counted. 즉시 (at once) means three working hours.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from ivr.office.schedule import Schedule

HOURS_A_DAY = 8
"""Working hours that count as one day (시행령: 1일은 8시간)."""
IMMEDIATE_HOURS = 3
"""Working hours of 즉시."""

_DAY = datetime.timedelta(days=1)
_HORIZON = 10 * 366
"""Days searched before a clock is held to have no working time at all."""


def deadline(clock: Schedule, start: datetime.datetime, hours: float) -> datetime.datetime:
    """The first instant, in the office's zone, by which `hours` of open time have passed since `start`.

    Lunch, closed hours and days off don't count; a period that just fits the day ends at closing time, not on
    the next morning. Raises ValueError for a naive `start`, hours that are not positive, and a clock that
    never opens.
    """
    if start.tzinfo is None or hours <= 0:
        raise ValueError("an aware start and a positive number of hours are needed")
    left: float = round(hours * 3600)  # whole seconds: the remainder of a division must not push an end past closing
    begin = start.timestamp()
    for day in _days(start.astimezone(clock.zone).date()):
        for period in clock.timeline(day):
            if period.state != "open" or period.end <= begin:
                continue
            worked = period.end - max(period.start, begin)
            if worked >= left:
                return datetime.datetime.fromtimestamp(max(period.start, begin) + left, clock.zone)
            left -= worked
    raise ValueError("the clock never opens")


def deadline_days(clock: Schedule, first: datetime.date, days: int) -> datetime.date:
    """The last of `days` working days, the day of receipt `first` counted when it is one itself.

    Raises ValueError for days that are not positive and for a clock that never opens.
    """
    if days <= 0:
        raise ValueError("a positive number of days is needed")
    left = days
    for day in _days(first):
        left -= clock.works(day)
        if left == 0:
            return day
    raise ValueError("the clock never opens")


def _days(first: datetime.date) -> Iterator[datetime.date]:
    """`first` and the days after it, as far as anybody looks."""
    return (first + offset * _DAY for offset in range(_HORIZON))
