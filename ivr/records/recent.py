"""The desk that a caller talked to lately."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.records.models import Call, Leg


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
