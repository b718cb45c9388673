"""When a schedule opens in the morning and closes in the evening, as instants."""

from __future__ import annotations

import datetime

from ivr.office.schedule import Schedule

_DAY = datetime.timedelta(days=1)
_HORIZON = 60
"""Days that an opening is looked for: more than any office rests."""


def opening(schedule: Schedule, day: datetime.date) -> datetime.datetime | None:
    """When it opens on `day`, in the office's zone; None when it doesn't."""
    if not schedule.works(day):
        return None
    first = next((p.start for p in schedule.timeline(day) if p.state == "open"), None)
    return None if first is None else datetime.datetime.fromtimestamp(first, schedule.zone)


def closing(schedule: Schedule, day: datetime.date) -> datetime.datetime | None:
    """When it closes for the last time on `day`, in the office's zone; None when it isn't open then."""
    last = max((p.end for p in schedule.timeline(day) if p.state == "open"), default=None)
    return None if last is None else datetime.datetime.fromtimestamp(last, schedule.zone)


def next_opening(schedule: Schedule, after: datetime.datetime) -> datetime.datetime | None:
    """The first opening later than the instant `after`; None when it never opens again."""
    today = after.astimezone(schedule.zone).date()
    openings = (opening(schedule, today + n * _DAY) for n in range(_HORIZON))
    return next((at for at in openings if at and at > after), None)


def last_opening(schedule: Schedule, until: datetime.datetime) -> datetime.datetime | None:
    """The last opening at the instant `until` or before it."""
    today = until.astimezone(schedule.zone).date()
    openings = (opening(schedule, today - n * _DAY) for n in range(_HORIZON))
    return next((at for at in openings if at and at <= until), None)


def next_working_day(schedule: Schedule, after: datetime.date) -> datetime.date | None:
    """The first day after `after` on which it opens."""
    days = (after + n * _DAY for n in range(1, _HORIZON))
    return next((day for day in days if schedule.works(day)), None)
