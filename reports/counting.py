"""Calls counted by the hour, for the tables that keep it: everything by which figures are ever asked for at once."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ivr.records import history
from ivr.records.models import Call, Step
from reports import contacts, topics, waits
from reports.contact import Contact
from reports.kept import DIMENSIONS, NUMBERS, numbers
from reports.period import Period
from reports.sought import ALL, By, Conditions
from reports.spans import Span
from reports.tally import Tally

Row = dict[str, Any]

EXIT_KEY = ("line", "topic", "flow", "step", "exit")

_CALLS: Sequence[By | None] = ("hour", "line", "topic", None, None, "language")
_ENTRIES: Sequence[By | None] = ("hour", *DIMENSIONS)  # type: ignore[assignment]  # each is a By


def contact_rows(session: Session, hours: Sequence[Span], period: Period, columns: dict[str, str]) -> list[Row]:
    """Rows of `contact_tallies` for these hours, which follow each other and make up the period.

    columns: the columns by the names of their numbers.
    """
    starts = [start for start, _ in hours]
    rows = []
    for of, found, bys in (("call", contacts.calls, _CALLS), ("entry", contacts.entries, _ENTRIES)):
        groups: dict[tuple[Any, ...], list[Contact]] = defaultdict(list)
        for (at, *values), contact in found(session, period, bys, ALL):
            groups[(starts[bisect_right(starts, at) - 1], *values)].append(contact)
        for (start, *values), those in groups.items():
            key = dict(zip(DIMENSIONS, values, strict=True))
            counts = zip(NUMBERS, numbers(Tally.of(those)), strict=True)
            row = {"grain": "hour", "of": of, "starts_at": start, **key, **dict.fromkeys(columns.values())}
            rows.append(row | {columns[name]: count or None for name, count in counts})
    return rows


def exit_rows(session: Session, hours: Sequence[Span]) -> list[Row]:
    """Rows of `exit_tallies` for these hours, which follow each other."""
    starts = [start for start, _ in hours]
    found: Counter[tuple[Any, ...]] = Counter()
    within = (Call.started_at >= starts[0], Call.started_at < hours[-1][1])
    at = history.quarter_of(session, Call.started_at)
    for row in exits(session, within, {"at": at, "line": Call.line.expression, "topic": topics.topic()}):
        start = starts[bisect_right(starts, datetime.fromtimestamp(int(row["at"]), UTC)) - 1]
        found[(start, *(row[name] for name in EXIT_KEY))] += row["calls"]
    return [
        {"grain": "hour", "starts_at": start, **dict(zip(EXIT_KEY, key, strict=True)), "calls": calls}
        for (start, *key), calls in found.items()
    ]


def wait_rows(session: Session, hours: Sequence[Span], period: Period) -> list[Row]:
    """Rows of `wait_tallies` for these hours, which follow each other and make up the period."""
    starts = [start for start, _ in hours]
    found: Counter[tuple[Any, ...]] = Counter()
    for desk, at, entry in waits.entries(session, period):
        start = starts[bisect_right(starts, at) - 1]
        found.update((start, desk, what, seconds) for what, seconds in waits.measured(entry))
    key = ("starts_at", "desk", "what", "seconds")
    return [{"grain": "hour", **dict(zip(key, of, strict=True)), "entries": count} for of, count in found.items()]


def exits(session: Session, wanted: Conditions, apart: Mapping[str, ColumnElement[Any]]) -> list[Row]:
    """How calls left steps: flow, step, exit, calls; apart: by what of the calls besides."""
    last = func.row_number().over(
        partition_by=(Step.call, Step.flow, Step.step), order_by=(Step.turn.desc(), Step.n.desc())
    )
    calls = select(Call.id, *(of.label(name) for name, of in apart.items())).where(*wanted).cte("wanted")
    left = (
        select(Step.flow, Step.step, Step.exit, *(calls.c[name] for name in apart), last.label("nth"))
        .join(calls, calls.c.id == Step.call)
        .subquery()
    )
    key = [left.c[name] for name in (*apart, "flow", "step", "exit")]
    once = select(*key, func.count().label("calls")).where(left.c.nth == 1).group_by(*key)
    return [dict(row) for row in session.execute(once).mappings()]
