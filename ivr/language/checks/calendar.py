"""The calendar's end: a year that nobody has entered yet."""

from __future__ import annotations

import datetime

from ivr.language.draft import Draft

FROM_MONTH = 10
"""Month from which the next year is near enough to be entered."""


def check(draft: Draft, today: datetime.date) -> None:
    """Advise, from October on, to enter the office's own days off of the next year. Public holidays need no entry."""
    calendar, year = draft.calendar, today.year + 1
    if calendar is None or today.month < FROM_MONTH:
        return
    days = {*calendar.days_off, *(day for clock in calendar.clocks.values() for day in clock.days_off)}
    if not any(day.year == year for day in days) and (calendar.complete_until or 0) < year:
        message = f"no days off of {year} are entered: only public holidays will be kept"
        hint = f"e.g. {year}-05-04: 재량휴무일; when there are none: complete_until: {year}"
        draft.complain("calendar.yaml", ("days_off",), message, hint, key=True, severity="advice")
