"""Live queue state: what the exchange shows now, written by the engine for whoever draws it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ivr.records import models
from ivr.records.store import upsert


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
