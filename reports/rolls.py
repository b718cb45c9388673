"""Days and months of kept tallies, added up from their hours, so that a year is read from few rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Table, delete, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from ivr.records.store import Store, upsert
from ivr.records.tally_tables import CONTACT_TALLIES, EXIT_TALLIES, NUMBERS, WAIT_TALLIES, TallyBook, TallyRoll
from reports.kept import CLOCK, counted
from reports.period import Period
from reports.spans import Counted, Grain, beginning, following
from reports.tally import MAXIMA

BATCH = 10
"""Days added up at once."""

QUIET = timedelta(days=3)
"""How long after its end a month is added up: late changes to its last days would have it done again and again."""

ROLLED: tuple[Grain, ...] = ("day", "month")
_PARTS: dict[Grain, Grain] = {"day": "hour", "month": "day"}


def roll(store: Store, zone: ZoneInfo) -> bool:
    """Add up a few days, or a month, that are over and whose parts are all there; whether there were any.

    Raises StoreUnavailable.
    """
    with store.reading() as session:
        book = session.get(TallyBook, 1)
        if book is None:
            return False
        turn, names = book.turn, book.names.split()
        whole = Period(book.since, book.until, zone)
        known = counted(session, book, whole)
        due: list[tuple[Grain, datetime]] = [("day", start) for start in due_of("day", known, whole)][:BATCH]
        due = due or [("month", start) for start in due_of("month", known, whole)][:1]
    if not due:
        return False
    with store.transaction() as session:
        if turned(session, turn):
            for grain, start in due:
                add_up(session, "month" if grain == "month" else "day", start, zone, names)
    return True


def turned(session: Session, turn: int, **moved: datetime) -> bool:
    """Change the book, if nobody has since its turn was this."""
    change = update(TallyBook).where(TallyBook.id == 1, TallyBook.turn == turn).values(turn=turn + 1, **moved)
    return session.scalar(change.returning(TallyBook.id).execution_options(synchronize_session=False)) is not None


def void(session: Session, start: datetime, end: datetime, zone: ZoneInfo, closed: datetime | None) -> None:
    """The days and months that reach into this time are to be added up anew; closed: before it calls may be gone."""
    for grain in ROLLED:
        first, last = (beginning(grain, at, zone) for at in (start, end - timedelta.resolution))
        gone = [TallyRoll.grain == grain, TallyRoll.starts_at >= first, TallyRoll.starts_at <= last]
        if closed:  # a month's callers are counted from its calls
            gone.append(or_(TallyRoll.of != "repeats", TallyRoll.starts_at >= closed))
        session.execute(delete(TallyRoll).where(*gone))


def add_up(session: Session, grain: Grain, start: datetime, zone: ZoneInfo, names: list[str]) -> None:
    """Add up a day's hours or a month's days, in place of what was added up there. names: of the numbers."""
    end = following(grain, start, zone)
    for table in (CONTACT_TALLIES, EXIT_TALLIES, WAIT_TALLIES):
        time = table.c.starts_at
        within = (time >= start, time < end, *([table.c.of.in_(("call", "entry"))] if "of" in table.c else []))
        session.execute(delete(table).where(table.c.grain == grain, *within))
        sums = _sums(table, names)
        key = [column for column in table.c if column.name not in ("grain", "starts_at", *sums, *NUMBERS)]
        rows = select(literal(grain), literal(start, time.type), *key, *sums.values())
        rows = rows.where(table.c.grain == _PARTS[grain], *within).group_by(*key)
        into = ["grain", "starts_at", *(column.name for column in key), *sums]
        session.execute(insert(table).from_select(into, rows))
    if grain == "day":
        _add_up_hours(session, start, end, names)
    upsert(session, TallyRoll, [{"of": "contacts", "grain": grain, "starts_at": start}])


def _add_up_hours(session: Session, start: datetime, end: datetime, names: list[str]) -> None:
    """Each hour of a day over everything else: what a year is drawn from by hours of the day."""
    table = CONTACT_TALLIES.c
    within = (table.of == "call", table.starts_at >= start, table.starts_at < end)
    session.execute(delete(CONTACT_TALLIES).where(table.grain == CLOCK, *within))
    sums = _sums(CONTACT_TALLIES, names)
    rows = select(literal(CLOCK), literal("call"), table.starts_at, *sums.values())
    rows = rows.where(table.grain == "hour", *within).group_by(table.starts_at)
    session.execute(insert(CONTACT_TALLIES).from_select(["grain", "of", "starts_at", *sums], rows))


def _sums(table: Table, names: list[str]) -> dict[str, ColumnElement[Any]]:
    if table is not CONTACT_TALLIES:
        return {column.name: func.sum(column) for column in table.c if column.name in ("calls", "entries")}
    columns = {column: table.c[column] for column in NUMBERS[: len(names)]}
    return {
        column: func.max(of) if name in MAXIMA else func.sum(of)
        for (column, of), name in zip(columns.items(), names, strict=True)
    }


def due_of(grain: Grain, known: Counted, whole: Period) -> Iterator[datetime]:
    """What isn't added up, is over, and can be."""
    last = whole.end - (QUIET if grain == "month" else timedelta())
    at = whole.start
    while (end := following(grain, at, whole.zone)) <= last:
        there = grain == "day" or _days_there(at, end, known, whole.zone)
        if at not in known.rolled.get(grain, ()) and known.is_fresh(at, end) and there:
            yield at
        at = end


def _days_there(start: datetime, end: datetime, known: Counted, zone: ZoneInfo) -> bool:
    at = start
    while at < end and at in known.rolled.get("day", ()):
        at = following("day", at, zone)
    return at >= end
