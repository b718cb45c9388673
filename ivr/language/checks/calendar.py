"""The calendar: what contradicts itself, and a year that nobody has entered yet."""

from __future__ import annotations

import datetime
from itertools import pairwise

from ivr.language.draft import Draft

FILE = "calendar.yaml"
FROM_MONTH = 10
"""Month from which the next year is near enough to be entered."""


def check(draft: Draft) -> None:
    """Add days that are both off and extended, and terms that overlap."""
    calendar = draft.calendar
    if calendar is None:
        return
    for name, clock in calendar.clocks.items():
        for day in sorted(clock.extended.keys() & clock.days_off.keys()):
            message = f"{day} is a day off of this clock, too"
            draft.complain(FILE, ("clocks", name, "extended", str(day)), message, "take it out of `days_off`", key=True)
    for (_, one), (place, other) in pairwise(sorted(enumerate(calendar.terms), key=lambda entry: entry[1].from_)):
        if other.from_ <= one.until:
            message = f"“{other.name}” begins before “{one.name}” is over"
            draft.complain(FILE, ("terms", place, "from"), message, f"{one.name} ends on {one.until}")


def review(draft: Draft, today: datetime.date) -> None:
    """Advise, from October on, to enter the next year's days off of the office's own, and the terms and peaks of an
    office that has any. Public holidays need no entry.
    """
    calendar, year = draft.calendar, today.year + 1
    if calendar is None or today.month < FROM_MONTH or (calendar.complete_until or 0) >= year:
        return
    done = f"complete_until: {year}"
    days = {*calendar.days_off, *(day for clock in calendar.clocks.values() for day in clock.days_off)}
    if not any(day.year == year for day in days):
        message = f"no days off of {year} are entered: only public holidays will be kept"
        _advise(draft, "days_off", message, f"e.g. {year}-05-04: 재량휴무일; when there are none: {done}")
    last = max((term.until for term in calendar.terms), default=None)
    if last is not None and last.year < year:
        _advise(draft, "terms", f"no term of {year} is entered: the last one ends on {last}", f"add them, or: {done}")
    if calendar.peaks and not any(peak.days[1].year >= year for peak in calendar.peaks):
        _advise(draft, "peaks", f"no peak of {year} is entered", f"add them; when there are none: {done}")


def _advise(draft: Draft, key: str, message: str, hint: str) -> None:
    draft.complain(FILE, (key,), message, hint, key=True, severity="advice")
