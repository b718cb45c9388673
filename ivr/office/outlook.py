"""What the coming weeks will bring, from last year's: day by day and half-hour by half-hour.

A working day takes after the working days of the same week of last year (52 weeks before: the same weekday), the nearer
ones counting more, each freed from what its weekday is worth; that times how the last eight weeks stand to the same
weeks of last year (a seasonal naive forecast with drift: Hyndman and Athanasopoulos, Forecasting: Principles and
Practice, 3rd edition, section 5.2). Its half-hours are those of the days that it takes after; few calls lean on the
habit of all days. Without last year it takes after the last eight weeks alone.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np

from ivr.office.twins import NONE, Twins
from ivr.office.weeks import Array

SLOT_MIN = 30
SLOTS = 24 * 60 // SLOT_MIN
YEAR = datetime.timedelta(days=364)
"""A year that keeps the weekday."""

RECENT = datetime.timedelta(days=56)
BACK = YEAR + datetime.timedelta(days=60) + RECENT
"""How much of the past a month from now on can be made to depend on."""

AROUND = 10
"""Days before and after last year's day among which its neighbours are looked for."""

NEARER = 0.15
"""Weight of the next working day before or after last year's day, against 1 of the day itself."""

STEADY = 100.0
"""Calls added on both sides of the comparison with last year: few calls are no trend."""

MOST_GROWTH = 3.0
HABIT = 50.0
"""Calls' worth of the habit of all days in a day's half-hours."""

Works = Callable[[datetime.date], bool]
"""Whether the office answers its telephones on a day."""

Basis = Literal["year", "weeks"]
"""Last year's days, or only the last weeks'."""

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class History:
    """What came by day and half-hour of the wall clock: row 0 is `first`; the last row is the last whole day."""

    first: datetime.date
    calls: Array

    @property
    def days(self) -> list[datetime.date]:
        """The days of the rows."""
        return [self.first + n * _DAY for n in range(len(self.calls))]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is expected on days to come: days × half-hours.

    before: what came in the same weeks of last year (None: unknown); growth: the factor on it; usual: calls of an
    ordinary working day, for peaks to stand out from.
    """

    topic: str
    days: Sequence[datetime.date]
    expected: Array
    basis: Basis
    before: float | None
    growth: float
    usual: float


def histories(counts: Iterable[tuple[str, int, int]], zone: ZoneInfo, until: datetime.date) -> dict[str, History]:
    """Histories by topic from counts of (topic, seconds since the epoch, how many), to the day before `until`.

    All begin on the same day, that of the earliest count. An hour that a change of the clocks repeats counts twice into
    the same half-hours.
    """
    cells: dict[str, dict[tuple[datetime.date, int], int]] = defaultdict(lambda: defaultdict(int))
    for topic, second, count in counts:
        at = datetime.datetime.fromtimestamp(second, zone)
        if at.date() < until:
            cells[topic][at.date(), (at.hour * 60 + at.minute) // SLOT_MIN] += count
    first = min((day for known in cells.values() for day, _ in known), default=until)
    made = {}
    for topic, known in cells.items():
        calls = np.zeros(((until - first).days, SLOTS))
        for (day, slot), count in known.items():
            calls[(day - first).days, slot] = count
        made[topic] = History(first, calls)
    return made


def look_out(topic: str, history: History, days: Sequence[datetime.date], works: Works, known: Twins = NONE) -> Outlook:
    """What is to be expected on `days`, all later than the history, which has one day at least.

    known: days of known peaks take after their twins, and no other day does.
    """
    past = _Past(history, works, known)
    rows, bases = [], set()
    for day in days:
        calls, basis = past.like(day)
        bases.add(basis)
        rows.append(calls)
    before = [n for day in days if (n := past.total(day - YEAR)) is not None]
    return Outlook(
        topic,
        days,
        np.array(rows),
        "year" if "year" in bases else "weeks",
        float(sum(before)) if len(before) == len(days) else None,
        past.growth,
        past.usual,
    )


def instants(day: datetime.date, expected: Array, zone: ZoneInfo) -> list[tuple[datetime.datetime, float]]:
    """The half-hours of a day as instants (UTC) with what is expected in each. What falls into an hour that the clocks
    leave out is left out; an hour that they repeat is shared out between both."""
    midnight = datetime.datetime.combine(day, datetime.time.min)
    start, end = (at.replace(tzinfo=zone).astimezone(datetime.UTC) for at in (midnight, midnight + _DAY))
    step = datetime.timedelta(minutes=SLOT_MIN)
    starts = [start + n * step for n in range(-(-(end - start) // step))]
    walls = [at.astimezone(zone) for at in starts]
    slots = [(wall.hour * 60 + wall.minute) // SLOT_MIN for wall in walls]
    return [(at, float(expected[slot]) / slots.count(slot)) for at, slot in zip(starts, slots, strict=True)]


class _Past:
    """One topic's history, prepared."""

    def __init__(self, history: History, works: Works, twin: Twins) -> None:
        self._works, self._twins = works, twin
        self._rows: Mapping[datetime.date, Array] = dict(zip(history.days, history.calls, strict=True))
        self._first, self._end = history.first, history.first + len(history.calls) * _DAY
        recent = [day for day in self._rows if day >= self._end - RECENT]
        self._recent = {kind: [day for day in recent if works(day) == kind] for kind in (True, False)}
        working = [day for day in self._rows if works(day)]
        mean = sum(self._rows[day].sum() for day in working) / max(len(working), 1)
        # ten ordinary days beside what is known of a weekday
        self._worth = {n: self._of_weekday(n, working, mean) for n in range(7)}
        habit = sum((self._rows[day] for day in self._recent[True]), np.full(SLOTS, 1e-6))
        self._habit = habit / habit.sum()
        self.growth = self._growth(recent)
        totals = [self._rows[day].sum() for day in working if day >= self._end - YEAR]
        self.usual = float(np.median(totals) * self.growth) if totals else 0.0

    def total(self, day: datetime.date) -> float | None:
        """What came on a day; None: unknown."""
        return float(self._rows[day].sum()) if day in self._rows else None

    def like(self, day: datetime.date) -> tuple[Array, Basis]:
        """What `day` will be like, and from what that is known."""
        working = self._works(day)
        near = self._of_twin(day) or self._near(day - YEAR, working)
        basis: Basis = "year" if near else "weeks"
        weights = near or dict.fromkeys(self._recent[working], 1.0)
        if not weights:
            return np.zeros(SLOTS), basis
        worth = self._worth if working else dict.fromkeys(range(7), 1.0)
        calls = sum((w * self._rows[d] / worth[d.weekday()] for d, w in weights.items()), np.zeros(SLOTS))
        calls *= worth[day.weekday()] * (self.growth if near else 1.0) / sum(weights.values())
        total = calls.sum()
        if working:
            calls = total * (calls + HABIT * self._habit) / (total + HABIT)
        return np.asarray(calls), basis

    def _of_twin(self, day: datetime.date) -> dict[datetime.date, float]:
        twin = self._twins.of.get(day)
        alike = twin in self._rows and self._works(twin) == self._works(day) if twin else False
        return {twin: 1.0} if twin and alike else {}

    def _near(self, day: datetime.date, working: bool) -> dict[datetime.date, float]:
        """Days around `day` with their weights, the nearest ones of its kind; none where history doesn't reach."""
        if not self._first <= day < self._end:
            return {}
        alike = [d for n in range(-AROUND, AROUND + 1) if (d := day + n * _DAY) in self._rows]
        alike = [d for d in alike if self._works(d) == working and d not in self._twins.taken]
        at = sum(d < day for d in alike)
        here = day in alike
        return {d: NEARER ** (abs(n - at) if here or n < at else n - at + 1) for n, d in enumerate(alike)}

    def _of_weekday(self, weekday: int, working: Sequence[datetime.date], mean: float) -> float:
        own = [self._rows[day].sum() for day in working if day.weekday() == weekday]
        return float((sum(own) + 10 * mean) / ((len(own) + 10) * mean)) if mean else 1.0

    def _growth(self, recent: Sequence[datetime.date]) -> float:
        """By working days, so that holidays which move from one month into another are no trend."""
        before = [day - YEAR for day in recent]
        if not recent or before[0] < self._first:
            return 1.0
        now, then = ([float(self._rows[d].sum()) for d in days if self._works(d)] for days in (recent, before))
        days = min(len(now), len(then))
        if not days:
            return 1.0
        ratio = (sum(now) / len(now) * days + STEADY) / (sum(then) / len(then) * days + STEADY)
        return float(np.clip(ratio, 1 / MOST_GROWTH, MOST_GROWTH))
