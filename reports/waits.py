"""Announced against actual wait: how often the range that callers were told held, desk by desk."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from sqlalchemy import extract, or_, select
from sqlalchemy.orm import Session

from ivr.records.models import Leg
from reports import table
from reports.figure import Figure, figure
from reports.period import Period
from reports.wording import JOURNAL, Text

LONG_S = 30.0
"""Waits longer than this are to be told (ARS guideline)."""
FORMULA = (
    "Told = callers told a range before the queue. Held = waits within the range told ÷ told and picked up. "
    "Width, wait = medians of the range's width, of the wait, of those told and picked up. "
    f"Long told = told ÷ picked up after more than {LONG_S:g} s"
)
SOURCE = "the engine's journal; waits: the exchange's lines for each call: queue, connect"
TITLES = ("desk", "told", "held", "width_s", "wait_s", "long_told")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry at a desk that an officer picked up, or that was told a range (low, high); wait_s is None without an
    officer."""

    told: tuple[int, int] | None
    wait_s: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of a desk, or of all; None: its denominator is 0."""

    told: int
    held: float | None
    width_s: float | None
    wait_s: float | None
    long_told: float | None


def figures(entries: Sequence[Entry]) -> Row:
    """What came of these entries."""
    known = [(entry.told, entry.wait_s) for entry in entries if entry.told and entry.wait_s is not None]
    long = [entry for entry in entries if entry.wait_s is not None and entry.wait_s > LONG_S]
    return Row(
        told=sum(entry.told is not None for entry in entries),
        held=_mean([low <= wait <= high for (low, high), wait in known]),
        width_s=median(high - low for (low, high), _ in known) if known else None,
        wait_s=median(wait for _, wait in known) if known else None,
        long_told=_mean([entry.told is not None for entry in long]),
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
            ("median of the wait", "실제 대기시간의 중앙값"),
            picked_up,
            JOURNAL,
            lambda row: row.wait_s,
        ),
        figure(
            "long_told",
            "share",
            ("Long told", "긴 대기 안내율"),
            (f"told ÷ picked up after more than {LONG_S:g} s", f"안내받음 ÷ {LONG_S:g}초 넘게 기다려 응대된 것"),
            (f"picked up after more than {LONG_S:g} s", f"{LONG_S:g}초 넘게 기다려 응대된 것"),
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


def waits(session: Session, period: Period, names: dict[str, str]) -> Waits:
    """The waits of a period. names: what desks are called, by id; a desk that is gone has its id only."""
    within = (Leg.queued_at >= period.start, Leg.queued_at < period.end)
    found: dict[str, list[Entry]] = {
        desk: [] for desk in session.scalars(select(Leg.desk).where(*within).distinct().order_by(Leg.desk))
    }
    # of a year's entries only those that count; SQLite's seconds are whole: a wait may look a second shorter or longer
    lasted = extract("epoch", Leg.connected_at) - extract("epoch", Leg.queued_at)
    counts = or_(Leg.told_low.is_not(None), lasted > LONG_S - 1)
    entries = select(Leg.desk, Leg.queued_at, Leg.connected_at, Leg.told_low, Leg.told_high).where(*within, counts)
    for desk, queued_at, connected_at, low, high in session.execute(entries):
        told = (low, high) if low is not None and high is not None else None
        wait = (connected_at - queued_at).total_seconds() if connected_at else None
        found[desk].append(Entry(told, wait))
    rows = {f"{names[desk]} ({desk})" if desk in names else desk: figures(of) for desk, of in found.items()}
    return Waits(period, rows, figures([entry for of in found.values() for entry in of]))


def _mean(held: list[bool]) -> float | None:
    return sum(held) / len(held) if held else None


def _values(row: Row) -> list[float | None]:
    return [row.told, row.held, row.width_s, row.wait_s, row.long_told]


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _shown(row: Row) -> list[str]:
    shares = [f"{share:.1%}" if share is not None else "–" for share in (row.held, row.long_told)]
    seconds = [f"{value:.0f}" if value is not None else "–" for value in (row.width_s, row.wait_s)]
    return [str(row.told), shares[0], *seconds, shares[1]]
