"""A duty that one process has at a time: taken for a while, renewed, taken over when its owner is gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from ivr.records.message_tables import Lease
from ivr.records.store import insert_new


def hold(session: Session, name: str, owner: str, now: datetime, length: timedelta) -> int | None:
    """Take or renew a lease until `now + length`; its fence, or None while somebody else holds it."""
    if insert_new(session, Lease, {"name": name, "owner": owner, "fence": 1, "until": now + length}):
        return 1
    fence = case((Lease.owner == owner, Lease.fence), else_=Lease.fence + 1)
    taken = (
        update(Lease)
        .where(Lease.name == name, or_(Lease.owner == owner, Lease.until < now))
        .values(owner=owner, fence=fence, until=now + length)
        .returning(Lease.fence)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(taken)


def is_held(session: Session, name: str, owner: str, fence: int) -> bool:
    """Whether the lease is still this owner's, and stays so until the transaction ends."""
    row = session.scalar(select(Lease).where(Lease.name == name).with_for_update())
    return row is not None and (row.owner, row.fence) == (owner, fence)


def release(session: Session, name: str, owner: str, now: datetime) -> None:
    """Give a lease up, so that nobody need wait for its end."""
    session.execute(update(Lease).where(Lease.name == name, Lease.owner == owner).values(until=now))
