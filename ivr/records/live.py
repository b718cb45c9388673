"""Live queue state: what the exchange shows now, written by the engine for whoever draws it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ivr.records import models
from ivr.records.store import upsert

FRESH = timedelta(seconds=15)
"""Older than this a picture is of a node that shows nothing any more; each shows its own again well before."""


@dataclass(frozen=True, slots=True)
class LiveQueue:
    """A desk's queue at a moment: callers waiting, the longest wait in seconds, officers free and logged in."""

    desk: str
    waiting: int
    longest_wait_s: int
    agents_free: int
    agents_logged_in: int
    at: datetime


def show(session: Session, node: str, queues: Iterable[LiveQueue]) -> None:
    """Replace what is shown of a node by `queues`, all the desks it has."""
    queues = list(queues)
    desks = [queue.desk for queue in queues]
    session.execute(delete(models.LiveQueue).where(models.LiveQueue.node == node, models.LiveQueue.desk.not_in(desks)))
    upsert(session, models.LiveQueue, [{"node": node, **asdict(queue)} for queue in queues])


def of_others(session: Session, node: str, at: datetime) -> list[LiveQueue]:
    """What other nodes show at a time, as far as it is fresh; who waited then waits on."""
    table = models.LiveQueue
    rows = session.scalars(select(table).where(table.node != node, table.at > at - FRESH))
    shown = [LiveQueue(r.desk, r.waiting, r.longest_wait_s, r.agents_free, r.agents_logged_in, r.at) for r in rows]
    return [
        replace(one, longest_wait_s=one.longest_wait_s + round((at - one.at).total_seconds())) if one.waiting else one
        for one in shown
    ]
