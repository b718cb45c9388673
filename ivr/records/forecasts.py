"""The forecast in the database: replaced as a whole by who makes it, asked by load triggers and pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ivr.records.forecast_tables import Forecast
from ivr.records.history import ALL
from ivr.records.store import upsert

LONGEST = timedelta(hours=1)
"""Longest slot: how far before a time one that reaches into it may begin."""


def expected(session: Session, start: datetime, end: datetime, topic: str = ALL) -> float | None:
    """Calls expected from `start` (inclusive) to `end`, both aware; a slot is shared out by the time that lies within.

    None: no forecast for all of it, so nobody knows. Raises StoreUnavailable.
    """
    slots = session.execute(
        select(Forecast.starts_at, Forecast.minutes, Forecast.expected).where(
            Forecast.topic == topic, Forecast.starts_at > start - LONGEST, Forecast.starts_at < end
        )
    )
    calls, known = 0.0, timedelta()
    for starts_at, minutes, count in slots:
        length = timedelta(minutes=minutes)
        within = min(end, starts_at + length) - max(start, starts_at)
        if within > timedelta():
            known += within
            calls += count * (within / length)
    return calls if known >= end - start else None


def replace(session: Session, since: datetime, slots: Iterable[Forecast]) -> None:
    """Forget what was expected from `since` on, and keep `slots` instead; earlier ones stay, to be compared."""
    session.execute(delete(Forecast).where(Forecast.starts_at >= since))
    upsert(
        session,
        Forecast,
        [{"topic": s.topic, "starts_at": s.starts_at, "minutes": s.minutes, "expected": s.expected} for s in slots],
    )
