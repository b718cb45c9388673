"""What happened at the desks lately: where a caller talked, how long entries at desks waited and talked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.records.models import Call, Leg

MOST = 20_000
"""Entries looked at; a busy office has so many in some hours."""


def desk(session: Session, who: str, since: datetime) -> str | None:
    """The desk where an officer last picked up, in calls since a time, for a caller (`who`: keyed hash of the number).

    Raises StoreUnavailable.
    """
    return session.scalar(
        select(Leg.desk)
        .join(Call, Call.id == Leg.call)
        .where(Call.who == who, Call.started_at >= since, Leg.connected_at.is_not(None))
        .order_by(Leg.connected_at.desc(), Leg.n.desc())
        .limit(1)
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry at a desk that is over: when it joined the queue, when an officer picked up, if any did, and its end."""

    desk: str
    since: datetime
    connected: datetime | None
    left: datetime


def entries(session: Session, node: str, since: datetime) -> Iterator[Entry]:
    """The entries at desks of a node that joined since a time, in order of leaving, the newest MOST at most.

    Raises StoreUnavailable.
    """
    rows = session.execute(
        select(Leg.desk, Leg.queued_at, Leg.connected_at, Leg.left_at)
        .join(Call, Call.id == Leg.call)
        .where(Call.node == node, Leg.queued_at >= since, Leg.left_at.is_not(None))
        .order_by(Leg.left_at.desc())
        .limit(MOST)
    ).all()
    return (Entry(desk, since, connected, left) for desk, since, connected, left in reversed(rows) if left)
