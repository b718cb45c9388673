"""The days, weeks, months and quarters that reports are of. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from reports.period import Period, midnight

Every = Literal["day", "week", "month", "quarter"]

MADE_UP: Mapping[Every, int] = {"day": 7, "week": 4, "month": 3, "quarter": 2}
"""How many of them are made up after a time in which nobody wrote any."""


@dataclass(frozen=True, slots=True)
class Span:
    """One of them, and what it is called in a file's name: 2026-11-26, 2026-W48, 2026-11, 2026-Q4."""

    name: str
    period: Period


def complete(every: Every, now: datetime, zone: ZoneInfo) -> list[Span]:
    """The last ones that are over, the newest last."""
    first = _first(every, now.astimezone(zone).date())
    found = []
    for _ in range(MADE_UP[every]):
        end, first = first, _first(every, first - timedelta(days=1))
        found.append(Span(_name(every, first), Period(midnight(first, zone), midnight(end, zone), zone)))
    return found[::-1]


def coming(every: Every, now: datetime, zone: ZoneInfo) -> Span:
    """The one that is going on."""
    today = now.astimezone(zone).date()
    first = _first(every, today)
    end = _first(every, first + timedelta(days={"day": 1, "week": 7, "month": 31, "quarter": 92}[every]))
    return Span(_name(every, first), Period(midnight(first, zone), midnight(end, zone), zone))


def _first(every: Every, day: date) -> date:
    """The first day of the one that a day is in."""
    if every == "week":
        return day - timedelta(days=day.weekday())
    if every == "month":
        return day.replace(day=1)
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1) if every == "quarter" else day


def _name(every: Every, first: date) -> str:
    if every == "week":
        return f"{first:%G-W%V}"
    if every == "month":
        return f"{first:%Y-%m}"
    return f"{first.year}-Q{(first.month + 2) // 3}" if every == "quarter" else f"{first}"
