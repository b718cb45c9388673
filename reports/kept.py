"""Tallies that are kept in the database, read back and added up there (reports.keeper writes them)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from operator import add
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from ivr.records.tally_marks import REACH
from ivr.records.tally_tables import CONTACT_TALLIES, EXIT_TALLIES, TallyBook, TallyMark, TallyRoll
from reports.contacts import group_name
from reports.period import Period
from reports.sought import ALL, By, Filter
from reports.spans import Counted, Grain, Span, Spans, divided, following
from reports.tally import BANDS, MAXIMA, NAMES, NONE, Tally

Of = Literal["call", "entry"]
Kind = Literal["contacts", "returns", "repeats"]

VERSION = 4
"""Of the definitions. Raise it with every change of what a contact comes to, what it is about or how a step is left:
everything is counted anew then. What numbers there are is compared besides."""

NUMBERS = tuple(
    name for of in NAMES for name in ([f"{of}.{place}" for place in range(len(NONE))] if of in BANDS else [of])
)
"""The numbers of a tally, each by its name."""

RETURNS = ("week", "resolved", "day", "one_stop")
"""The numbers of who called again (reports.callers), in the order of their columns."""

DIMENSIONS = ("line", "topic", "desk", "agent", "language")

_TABLE = CONTACT_TALLIES.c
_GRAINS: Mapping[By | None, Sequence[Grain]] = {"week": ("day",), "day": ("day",), "hour": (), "weekday_hour": ()}
"""What a group by time can be made of, besides hours; any other group of months and days."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a period: its spans, and the columns by the names of their numbers."""

    spans: Spans
    columns: Mapping[str, ColumnElement[int]]
    instead: Mapping[Grain, str] = field(default_factory=dict)
    """Grains that are read in another's place."""


CLOCK = "clock"
"""Grain of the hours of added-up days, of all calls together: few enough to read a year of them."""


def kept(session: Session, period: Period, by: By | None, of: Of = "call", where: Filter = ALL) -> Kept:
    """What is kept of a period for groups `by`."""
    book = session.get(TallyBook, 1, populate_existing=True)
    if book is None:
        return Kept(divided(period, None, ()), {})
    known = _known(session, book, period, "contacts")
    columns = {name: _TABLE[f"n{place}"] for place, name in enumerate(book.names.split())}
    clock = by in ("hour", "weekday_hour") and (of, where) == ("call", ALL)
    spans = divided(period, known, ("day",) if clock else _GRAINS.get(by, ("month", "day")))
    return Kept(spans, columns, {"day": CLOCK} if clock else {})


def kept_returns(session: Session, period: Period, by: By | None, now: datetime) -> Spans:
    """The months and days of a period of which is kept who called again, as it was a week later; `now` must be that
    late."""
    book = session.get(TallyBook, 1, populate_existing=True)
    if book is None or by in ("hour", "weekday_hour"):
        return divided(period, None, ())
    known = _known(session, book, period, "returns")
    late = {
        grain: {start for start in starts if following(grain, start, period.zone) <= now - REACH}
        for grain, starts in known.rolled.items()
    }
    spans = divided(period, replace(known, rolled=late), _GRAINS.get(by, ("month", "day")))
    there: dict[Grain, Sequence[Span]] = {grain: of for grain, of in spans.kept.items() if grain != "hour"}
    edges = [period.start, *(edge for span in sorted(chain(*there.values())) for edge in span), period.end]
    between = zip(edges[::2], edges[1::2], strict=True)
    return Spans(there, [(start, end) for start, end in between if start < end])


def _known(session: Session, book: TallyBook, period: Period, kind: Kind) -> Counted:
    known = counted(session, book, period, kind)
    if fits(book, period.zone.key):
        return known
    rolled = known.rolled if book.zone == period.zone.key else {}
    return Counted(book.since, book.closed or book.since, known.stale, rolled)  # what is closed is all there is of it


def fits(book: TallyBook, zone: str) -> bool:
    """Whether a book was kept by these definitions, for this zone."""
    return (book.zone, book.version) == (zone, VERSION) and set(NUMBERS) <= set(book.names.split())


def counted(session: Session, book: TallyBook, period: Period, kind: Kind = "contacts") -> Counted:
    """What of a period is counted. What is closed can't change."""
    marks = select(TallyMark.quarter).where(TallyMark.quarter >= period.start, TallyMark.quarter < period.end)
    if book.closed:
        marks = marks.where(TallyMark.quarter >= book.closed)
    rolls = select(TallyRoll.grain, TallyRoll.starts_at).where(
        TallyRoll.of == kind, TallyRoll.starts_at >= period.start, TallyRoll.starts_at < period.end
    )
    rolled: dict[Grain, set[datetime]] = {"day": set(), "month": set()}
    for grain, starts_at in session.execute(rolls):
        rolled[grain].add(starts_at)  # type: ignore[index]  # it is one of them
    stale = list(session.scalars(marks.order_by(TallyMark.quarter)))
    return Counted(book.since, book.until, stale, rolled)


def tallies(
    session: Session,
    of: Of,
    known: Kept,
    period: Period,
    by: By | None,
    where: Filter,
    names: Sequence[str] = NUMBERS,
) -> dict[str, Tally]:
    """The sums of what is kept, by group. names: the first of NUMBERS, so many as are wanted; the others are 0."""
    maxima = [place for place, name in enumerate(names) if name in MAXIMA]
    wanted = [
        (func.max if name in MAXIMA else func.sum)(known.columns[name]) if name in known.columns else literal(0)
        for name in names
    ]
    found: dict[str, list[int]] = {}
    for grain, spans in known.spans.kept.items():
        rows = (
            select(_group(by), *wanted)
            .where(
                _TABLE.grain == known.instead.get(grain, grain),
                _TABLE.of == of,
                inside(_TABLE.starts_at, spans),
                *_about(where),
            )
            .group_by(_group(by))
        )
        for value, *numbers in session.execute(rows):
            name, more = group_name(by, value, period), [int(number) if number else 0 for number in numbers]
            found[name] = _together(found[name], more, maxima) if name in found else more
    rest = [0] * (len(NUMBERS) - len(names))
    return {name: tallied([*of, *rest]) for name, of in found.items()}


def returns(session: Session, spans: Spans, period: Period, by: By | None, where: Filter) -> dict[str, list[int]]:
    """The sums of what is kept of who called again, by group: RETURNS."""
    sums = [func.sum(_TABLE[f"n{place}"]) for place in range(len(RETURNS))]
    found: dict[str, list[int]] = {}
    for grain, of in spans.kept.items():
        wanted = (_TABLE.grain == grain, _TABLE.of == "return", inside(_TABLE.starts_at, of), *_about(where))
        for value, *numbers in session.execute(select(_group(by), *sums).where(*wanted).group_by(_group(by))):
            name, more = group_name(by, value, period), [int(number or 0) for number in numbers]
            found[name] = list(map(add, found[name], more)) if name in found else more
    return found


def exits(session: Session, spans: Spans, where: Filter) -> dict[tuple[str, str, str], int]:
    """The sums of what is kept of how steps were left."""
    table = EXIT_TALLIES.c
    key = (table.flow, table.step, table.exit)
    about = [table[name] == getattr(where, name) for name in ("line", "topic") if getattr(where, name) is not None]
    found: dict[tuple[str, str, str], int] = {}
    for grain, of in spans.kept.items():
        rows = select(*key, func.sum(table.calls)).where(table.grain == grain, inside(table.starts_at, of), *about)
        for flow, step, exit_, calls in session.execute(rows.group_by(*key)):
            found[flow, step, exit_] = found.get((flow, step, exit_), 0) + int(calls)
    return found


def numbers(tally: Tally) -> list[int]:
    """A tally as its NUMBERS."""
    return [
        number
        for name in NAMES
        for number in (getattr(tally, name) if name in BANDS else [getattr(tally, name)])
    ]  # fmt: skip


def tallied(of: Sequence[int]) -> Tally:
    """The tally of these NUMBERS."""
    rest = iter(of)
    width = len(NONE)
    return Tally(
        *(tuple(next(rest) for _ in range(width)) if name in BANDS else next(rest) for name in NAMES)  # type: ignore[arg-type]
    )


def _together(one: list[int], two: list[int], maxima: Sequence[int]) -> list[int]:
    """The numbers of both: a year by hours of the day is made of thousands of rows."""
    sums = list(map(add, one, two))
    for place in maxima:
        sums[place] = max(one[place], two[place])
    return sums


def _group(by: By | None) -> ColumnElement[Any]:
    if by is None:
        return literal("")
    return _TABLE[by] if by in DIMENSIONS else _TABLE.starts_at


def _about(where: Filter) -> list[ColumnElement[bool]]:
    wanted = {name: getattr(where, name) for name in ("line", "desk", "topic", "agent")}
    return [_TABLE[name] == value for name, value in wanted.items() if value is not None]


def inside(time: ColumnElement[datetime], spans: Sequence[Span]) -> ColumnElement[bool]:
    """That a time is in one of some spans."""
    return or_(*(and_(time >= start, time < end) for start, end in spans))
