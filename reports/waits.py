"""Announced against actual wait: how often the range that callers were told held, desk by desk."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ivr.records.models import Leg
from ivr.records.tally_tables import WAIT_TALLIES
from reports import kept, table
from reports.contact import Stay
from reports.contacts import within
from reports.figure import Figure, figure, ratio
from reports.period import Period
from reports.spans import Spans
from reports.wording import JOURNAL, Text

LONG_S = 30.0
"""Waits longer than this are to be told (ARS guideline)."""
FORMULA = (
    "Told = callers told a range before the queue. Held = waits within the range told ÷ told and picked up. "
    "Width, wait = medians of the range's width, of the wait in whole seconds, of those told and picked up. "
    f"Long told = told ÷ waited for more than {LONG_S:g} s, picked up or not"
)
SOURCE = "the engine's journal; waits: the exchange's lines for each call: queue, connect, leave, end"
TITLES = ("desk", "told", "held", "width_s", "wait_s", "long_told")


Counts = Counter[tuple[str, int]]
"""How often what was measured of entries, by its seconds; 0 of what has none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry at a desk: the range (low, high) that was told, the wait (None while it lasts, or its end isn't known),
    and whether an officer picked up."""

    told: tuple[int, int] | None
    wait_s: float | None
    picked_up: bool


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of a desk, or of all; None: its denominator is 0."""

    told: int
    held: float | None
    width_s: float | None
    wait_s: float | None
    long_told: float | None


def measured(entry: Entry) -> Iterator[tuple[str, int]]:
    """What is counted of an entry: it, that it was told, that it was long (and told); of one told and picked up the
    range's width, the wait, that it held."""
    yield "entry", 0
    if entry.told:
        yield "told", 0
    if entry.wait_s is None:
        return
    if entry.wait_s > LONG_S:
        yield "long_told" if entry.told else "long_untold", 0
    if entry.told and entry.picked_up:
        low, high = entry.told
        yield "width", high - low
        yield "wait", round(entry.wait_s)
        if low <= entry.wait_s <= high:
            yield "held", 0


def figures(counts: Counts) -> Row:
    """What came of the entries that were so counted."""
    apart: dict[str, Counter[int]] = defaultdict(Counter)
    for (what, seconds), count in counts.items():
        apart[what][seconds] += count
    many = {what: of.total() for what, of in apart.items()}
    long_told = many.get("long_told", 0)
    return Row(
        told=many.get("told", 0),
        held=ratio(many.get("held", 0), many.get("wait", 0)),
        width_s=_median(apart["width"]),
        wait_s=_median(apart["wait"]),
        long_told=ratio(long_told, long_told + many.get("long_untold", 0)),
    )


def row_figures() -> list[Figure[Row]]:
    """What each value of a row is, in the order of TITLES."""
    picked_up: Text = ("told a range and picked up", "안내받고 응대된 것")
    return [
        figure(
            "told",
            "count",
            ("Told", "안내됨"),
            (
                "entries at desks whose callers were told a range before the queue",
                "대기 전에 예상 시간을 안내받음",
            ),
            ("", ""),
            JOURNAL,
            lambda row: float(row.told),
        ),
        figure(
            "held",
            "share",
            ("Held", "적중률"),
            ("waits within the range told ÷ told and picked up", "안내한 범위 안의 대기 ÷ 안내받고 응대된 것"),
            picked_up,
            JOURNAL,
            lambda row: row.held,
        ),
        figure(
            "width_s",
            "seconds",
            ("Width", "안내 폭"),
            ("median of the range's width", "안내한 범위 너비의 중앙값"),
            picked_up,
            JOURNAL,
            lambda row: row.width_s,
        ),
        figure(
            "wait_s",
            "seconds",
            ("Wait", "실제 대기"),
            ("median of the wait in whole seconds", "실제 대기시간(초)의 중앙값"),
            picked_up,
            JOURNAL,
            lambda row: row.wait_s,
        ),
        figure(
            "long_told",
            "share",
            ("Long told", "긴 대기 안내율"),
            (f"told ÷ waited for more than {LONG_S:g} s", f"안내받음 ÷ {LONG_S:g}초 넘게 기다린 것"),
            (
                f"waited for more than {LONG_S:g} s: picked up, given up or not reached",
                f"{LONG_S:g}초 넘게 기다린 것 (응대된 것, 포기한 것, 연결되지 못한 것)",
            ),
            JOURNAL,
            lambda row: row.long_told,
        ),
    ]


@dataclass(frozen=True, slots=True)
class Waits:
    """The figures of a period by desk; `whole` is of all together."""

    period: Period
    desks: dict[str, Row]
    whole: Row

    def text(self, form: Literal["table", "json", "csv"]) -> str:
        """The figures as they are printed."""
        rows = [*self.desks.items(), ("all", self.whole)]
        if form == "json":
            return self._json()
        if form == "csv":
            return table.spreadsheet(TITLES, [[name, *map(_plain, _values(row))] for name, row in rows])
        shown = [[name, *_shown(row)] for name, row in rows]
        return f"{table.aligned(TITLES, shown, numbers=True)}\n\n{self.definitions()}\n"

    def definitions(self) -> str:
        """How the figures are made, in lines."""
        counted = "entries at desks, by the time they joined the queue"
        return f"Period: {self.period}. Counted: {counted}.\n{FORMULA}. Source: {SOURCE}."

    def _json(self) -> str:
        whole = {
            "from": self.period.start.astimezone(self.period.zone).isoformat(),
            "to": self.period.end.astimezone(self.period.zone).isoformat(),
            "zone": self.period.zone.key,
            "desks": {name: dict(zip(TITLES[1:], _values(row), strict=True)) for name, row in self.desks.items()},
            "all": dict(zip(TITLES[1:], _values(self.whole), strict=True)),
            "formula": FORMULA,
            "source": SOURCE,
        }
        return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def waits(session: Session, period: Period, names: dict[str, str], desk: str | None = None) -> Waits:
    """The waits of a period, of all desks or of one. names: what desks are called, by id; one that is gone has its id
    only."""
    spans = kept.kept(session, period, None).spans
    found = _kept(session, spans)
    for start, end in spans.live:
        for of, _, entry in entries(session, Period(start, end, period.zone)):
            found[of].update(measured(entry))
    wanted = {of: counts for of, counts in sorted(found.items()) if desk in (None, of)}
    rows = {f"{names[of]} ({of})" if of in names else of: figures(counts) for of, counts in wanted.items()}
    return Waits(period, rows, figures(sum(wanted.values(), Counter())))


def entries(session: Session, period: Period) -> Iterator[tuple[str, datetime, Entry]]:
    """The entries at desks of a period: desk, when the queue was joined, what was told and waited."""
    told = (Leg.told_low, Leg.told_high)
    legs = select(Leg.desk, *told, Leg.outcome, Leg.queued_at, Leg.connected_at, Leg.left_at)
    for desk, low, high, outcome, queued_at, *over in session.execute(legs.where(*within(Leg.queued_at, period))):
        stay = Stay(outcome, queued_at, *over)
        wait_s = stay.waited.total_seconds() if stay.waited is not None else None
        between = (low, high) if low is not None and high is not None else None
        yield desk, queued_at, Entry(between, wait_s, stay.answered)


def _kept(session: Session, spans: Spans) -> defaultdict[str, Counts]:
    """The sums of what is kept, by desk."""
    of = WAIT_TALLIES.c
    key = (of.desk, of.what, of.seconds)
    found: defaultdict[str, Counts] = defaultdict(Counter)
    for grain, those in spans.kept.items():
        rows = select(*key, func.sum(of.entries)).where(of.grain == grain, kept.inside(of.starts_at, those))
        for desk, what, seconds, entries_ in session.execute(rows.group_by(*key)):
            found[desk][what, seconds] += int(entries_)
    return found


def _median(counts: Mapping[int, int]) -> float | None:
    """The median of numbers that are there so often."""
    ordered = sorted(counts)
    ends = list(accumulate(counts[number] for number in ordered))
    if not ends:
        return None
    low, high = (ordered[bisect_right(ends, place)] for place in ((ends[-1] - 1) // 2, ends[-1] // 2))
    return (low + high) / 2


def _values(row: Row) -> list[float | None]:
    return [row.told, row.held, row.width_s, row.wait_s, row.long_told]


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _shown(row: Row) -> list[str]:
    shares = [f"{share:.1%}" if share is not None else "–" for share in (row.held, row.long_told)]
    seconds = [f"{value:.0f}" if value is not None else "–" for value in (row.width_s, row.wait_s)]
    return [str(row.told), shares[0], *seconds, shares[1]]
