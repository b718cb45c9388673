"""Keeps who called again, by day, and who called often, by month, once that can't change any more: what reports.callers
and reports.repeats count call by call.

A call marks the same caller's calls before it (ivr.records.tally_marks), so a day that is kept and has no mark still
says what its calls say. What is counted anew of a day has this counted anew too (reports.rolls.void).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, insert, literal, select
from sqlalchemy.orm import Session

from ivr.records.store import Store, upsert
from ivr.records.tally_marks import REACH
from ivr.records.tally_tables import CONTACT_TALLIES, TallyBook, TallyRoll
from reports import callers, repeats, rolls
from reports.kept import DIMENSIONS, RETURNS, counted
from reports.period import Period
from reports.sought import By
from reports.spans import beginning, following, months

_BYS: Sequence[By] = ("hour", *DIMENSIONS)  # type: ignore[assignment]  # each is a By

BATCH = 7
"""Days counted at once, at most: they are read together with the seven days after them."""

SETTLED = REACH + timedelta(days=1)
"""After so long a call changes no other's tally."""


def settle(store: Store, zone: ZoneInfo, now: datetime) -> bool:
    """Count a few days, whose calls can't change any more unless they are marked, else a month; whether there were any.

    Raises StoreUnavailable.
    """
    return _count_days(store, zone, now) or _add_up_month(store, zone) or _count_month(store, zone, now)


def _count_days(store: Store, zone: ZoneInfo, now: datetime) -> bool:
    with store.reading() as session:
        book = session.get(TallyBook, 1)
        days = due(session, book, zone, now)[:BATCH] if book else []
        if book is None or not days:
            return False
        days = [day for n, day in enumerate(days) if day - days[0] < timedelta(days=n, hours=12)]  # without gaps
        turn = book.turn
        end = following("day", days[-1], zone)
        rows = _rows(session, Period(days[0], end, zone), now)
    with store.transaction() as session:
        if rolls.turned(session, turn):
            table = CONTACT_TALLIES.c
            within = (table.grain == "day", table.of == "return", table.starts_at >= days[0], table.starts_at < end)
            session.execute(delete(CONTACT_TALLIES).where(*within))
            if rows:
                session.execute(insert(CONTACT_TALLIES), rows)
            upsert(session, TallyRoll, [{"of": "returns", "grain": "day", "starts_at": day} for day in days])
    return True


def _add_up_month(store: Store, zone: ZoneInfo) -> bool:
    """Add up the days of a month."""
    with store.reading() as session:
        book = session.get(TallyBook, 1)
        if book is None:
            return False
        turn, whole = book.turn, Period(book.since, book.until, zone)
        month = next(rolls.due_of("month", counted(session, book, whole, "returns"), whole), None)
    if month is None:
        return False
    table, end = CONTACT_TALLIES.c, following("month", month, zone)
    with store.transaction() as session:
        if rolls.turned(session, turn):
            within = (table.of == "return", table.starts_at >= month, table.starts_at < end)
            session.execute(delete(CONTACT_TALLIES).where(table.grain == "month", *within))
            key = [table[name] for name in DIMENSIONS]
            sums = {name: func.sum(table[name]) for name in (f"n{place}" for place in range(len(RETURNS)))}
            rows = select(
                literal("month"), literal("return"), literal(month, table.starts_at.type), *key, *sums.values()
            )
            rows = rows.where(table.grain == "day", *within).group_by(*key)
            into = ["grain", "of", "starts_at", *DIMENSIONS, *sums]
            session.execute(insert(CONTACT_TALLIES).from_select(into, rows))
            upsert(session, TallyRoll, [{"of": "returns", "grain": "month", "starts_at": month}])
    return True


def _count_month(store: Store, zone: ZoneInfo, now: datetime) -> bool:
    """Count who called often in a month."""
    with store.reading() as session:
        book = session.get(TallyBook, 1)
        months_due = due_months(session, book, zone, now) if book else []
        if book is None or not months_due:
            return False
        month, turn = months_due[0], book.turn
        found = repeats.of_calls(session, Period(month, following("month", month, zone), zone))
    with store.transaction() as session:
        if rolls.turned(session, turn):
            table = CONTACT_TALLIES.c
            key = {"grain": "month", "of": "repeat", "starts_at": month}
            session.execute(delete(CONTACT_TALLIES).where(*(table[name] == value for name, value in key.items())))
            numbers = {f"n{place}": getattr(found, name) for place, name in enumerate(repeats.NUMBERS)}
            session.execute(insert(CONTACT_TALLIES), [key | numbers])
            upsert(session, TallyRoll, [{"of": "repeats", "grain": "month", "starts_at": month}])
    return True


def due_months(session: Session, book: TallyBook, zone: ZoneInfo, now: datetime) -> Sequence[datetime]:
    """The months whose repeat callers aren't counted, and can be: over, and all of their calls are there."""
    whole = Period(book.since, book.until, zone)
    known = counted(session, book, whole, "repeats")
    return [
        start
        for start, end in months(whole)
        if end == following("month", start, zone)
        and end <= now - rolls.QUIET
        and start not in known.rolled["month"]
        and start >= (book.closed or start)
        and known.is_fresh(start, end)
    ]


def due(session: Session, book: TallyBook, zone: ZoneInfo, now: datetime) -> Sequence[datetime]:
    """The days of which isn't counted who called again, and can be."""
    known = counted(session, book, Period(book.since, book.until, zone), "returns")
    days, at = [], book.since
    while (end := following("day", at, zone)) <= min(book.until, now - SETTLED):
        if at not in known.rolled["day"] and known.is_fresh(at, end):
            days.append(at)
        at = end
    return days


def _rows(session: Session, period: Period, now: datetime) -> list[dict[str, Any]]:
    days: dict[tuple[Any, ...], callers.Returns] = defaultdict(callers.Returns)
    for (at, *values), found in callers.of_calls(session, period, _BYS, now).items():
        days[beginning("day", at, period.zone), *values] += found
    rows = []
    for (start, *values), found in days.items():
        key = {"grain": "day", "of": "return", "starts_at": start, **dict(zip(DIMENSIONS, values, strict=True))}
        rows.append(key | {f"n{place}": getattr(found, name) for place, name in enumerate(RETURNS)})
    return rows
