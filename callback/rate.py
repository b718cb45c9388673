"""A provider's limit: a token bucket in the database, so that all its workers together keep to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.records.message_tables import Bucket
from ivr.records.store import insert_new

BURST_S = 0.5
"""Seconds of the rate that may be saved up: enough for a worker's pause, little against the limit."""


def refill(tokens: float, at: datetime, now: datetime, per_second: float) -> float:
    """Tokens at `now` of a bucket that held `tokens` at `at`; a clock that went back adds none."""
    gained = max((now - at).total_seconds(), 0.0) * per_second
    return min(tokens + gained, _full(per_second))


def _full(per_second: float) -> float:
    return max(per_second * BURST_S, 1.0)


def bucket(session: Session, name: str, now: datetime, per_second: float) -> Bucket:
    """A provider's bucket, locked until the transaction ends: the workers' claims come one after the other."""
    found = select(Bucket).where(Bucket.name == name).with_for_update()
    row = session.scalar(found)
    if row is None:
        insert_new(session, Bucket, {"name": name, "tokens": _full(per_second), "at": now})
        row = session.scalars(found).one()
    return row


def spend(row: Bucket, count: int, now: datetime, per_second: float) -> None:
    """Take `count` tokens out."""
    row.tokens = refill(row.tokens, row.at, now, per_second) - count
    row.at = max(row.at, now)
