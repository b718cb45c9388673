"""The coming days of the office's calendar as people read them: when each clock is open, and why."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from ivr.language.calendar import WEEKDAYS, Calendar
from ivr.language.fields import Span
from ivr.office.schedule import Reason, Schedule
from reports.table import aligned

KNOWN_PEAK = "◆"
"""Mark of a peak that calendar.yaml names."""

_WORDS = {
    "extended": "{}, extended day",
    "own": "{}, own day off",
    "public": "{}, public holiday",
    "substitute": "{}, substitute day",
    "weekly": "weekly hours ({})",
    "none": "no hours on {}",
}
_PLAIN = ("weekly", "none")


def listed(calendar: Calendar, clocks: Sequence[str], days: Sequence[datetime.date]) -> str:
    """A row for each day: the hours of these clocks, and the reason; with the term, if there are any, and the peaks."""
    schedules = {name: Schedule(calendar, calendar.clocks[name]) for name in clocks}
    terms = [_term(calendar, day) for day in days]
    rows = []
    for day, term in zip(days, terms, strict=True):
        hours = [_hours(schedule.shifts(day)) if schedule.works(day) else "–" for schedule in schedules.values()]
        why = [_why({name: schedule.reason(day) for name, schedule in schedules.items()})]
        why += [f"{KNOWN_PEAK} {told}" for told in calendar.known_peaks(day)]
        weekday = WEEKDAYS[day.weekday()].capitalize()
        rows.append([f"{day} {weekday}", *hours, *([term] if any(terms) else []), "; ".join(why)])
    return aligned(["Day", *clocks, *(["Term"] if any(terms) else []), "Why"], rows)


def _hours(shifts: Sequence[Span]) -> str:
    return " ".join(f"{_time(start)}–{_time(end)}" for start, end in shifts) or "–"


def _time(minutes: int) -> str:
    minutes = minutes if minutes <= 24 * 60 else minutes - 24 * 60
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _why(reasons: dict[str, Reason]) -> str:
    """The reason that all clocks share; else what is out of the ordinary, with its clocks."""
    shared = set(reasons.values())
    if len(shared) == 1:
        return _worded(shared.pop())
    unusual = dict.fromkeys(reason for reason in reasons.values() if reason.kind not in _PLAIN)
    if not unusual:
        return "weekly hours"
    return "; ".join(
        f"{_worded(reason)} ({', '.join(name for name, its in reasons.items() if its == reason)})" for reason in unusual
    )


def _worded(reason: Reason) -> str:
    return _WORDS[reason.kind].format(reason.text).removeprefix(", ")


def _term(calendar: Calendar, day: datetime.date) -> str:
    return next((term.name for term in calendar.terms if term.from_ <= day <= term.until), "")
