"""When a case is due: its statutory period on the petition clock, longer by an extension and by time of supplement.

Up to five days a period is counted in working hours from the time of receipt, from six days on in working days, the
first counted (민원처리법 시행령 18조). The time a citizen takes to supplement (보완) doesn't count; in a period of days
neither do the day the request went out and the day the answer came (행정절차법 시행령 11조).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ivr.language.cases import Period
from ivr.office import worktime
from ivr.office.schedule import Schedule

LONGEST_HOURWISE = 5
"""Longest period, in days, that is counted in working hours."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Supplement:
    """A time in which the citizen was to supplement: aware instants."""

    start: datetime
    end: datetime


def deadline(
    clock: Schedule, period: Period, received: datetime, extension: int = 0, supplements: Sequence[Supplement] = ()
) -> datetime:
    """The instant, in the office's zone, by which a case received at `received` is due; of a day, its closing time.

    `extension` is in the period's own unit. Supplements lie after `received`, in order, and don't overlap. Raises
    ValueError for a naive `received` and for a clock that never opens.
    """
    if period.unit == "d" and period.amount > LONGEST_HOURWISE:
        return _by_days(clock, period.amount + extension, received, supplements)
    factor = worktime.HOURS_A_DAY if period.unit == "d" else 1
    return _by_hours(clock, (period.amount + extension) * factor, received, supplements)


def _by_hours(clock: Schedule, hours: float, received: datetime, supplements: Sequence[Supplement]) -> datetime:
    end = worktime.deadline(clock, received, hours)
    for supplement in supplements:
        if supplement.start >= end:
            break
        hours += _open_hours(clock, supplement)
        end = worktime.deadline(clock, received, hours)
    return end


def _by_days(clock: Schedule, days: int, received: datetime, supplements: Sequence[Supplement]) -> datetime:
    first = received.astimezone(clock.zone).date()
    end = worktime.deadline_days(clock, first, days)
    lost: set[date] = set()  # a day that two supplements touch is lost once
    for supplement in supplements:
        if supplement.start.astimezone(clock.zone).date() > end:
            break
        lost.update(day for day in _days(clock, supplement) if clock.works(day))
        end = worktime.deadline_days(clock, first, days + len(lost))
    closing = max(period.end for period in clock.timeline(end) if period.state == "open")
    return datetime.fromtimestamp(closing, clock.zone)


def _open_hours(clock: Schedule, supplement: Supplement) -> float:
    """Working hours within a supplement."""
    start, end = supplement.start.timestamp(), supplement.end.timestamp()
    periods = (p for day in _days(clock, supplement) for p in clock.timeline(day) if p.state == "open")
    return sum(max(0.0, min(p.end, end) - max(p.start, start)) for p in periods) / 3600


def _days(clock: Schedule, supplement: Supplement) -> Iterable[date]:
    """The local days that a supplement touches."""
    first, last = (at.astimezone(clock.zone).date() for at in (supplement.start, supplement.end))
    return (first + offset * _DAY for offset in range((last - first).days + 1))
