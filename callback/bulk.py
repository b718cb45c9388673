"""Bulks: one message to many, handed in piece by piece, and stopped, resumed or called back as a whole."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from callback.bulk_file import Draft
from callback.outbox import enqueue
from callback.sender import Size
from ivr.errors import OnestopError
from ivr.records.keys import Keys
from ivr.records.message_tables import Bulk, BulkState, Message, State
from ivr.records.store import Store, insert_new

PIECE = 200
"""Rows handed in within one transaction: some 50 ms, so that nobody waits long for SQLite."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What the messages of one kind amount to. longest: in the sender's unit; won: None without a price."""

    kind: str
    messages: int
    parts: int
    longest: int
    unit: str
    won: float | None


def costs(sizes: Sequence[Size], prices: Mapping[str, float]) -> list[Cost]:
    """Messages, parts and cost by kind."""
    table = []
    for kind in sorted({size.kind for size in sizes}):
        own = [size for size in sizes if size.kind == kind]
        parts, price = sum(size.parts for size in own), prices.get(kind)
        longest = max(size.length for size in own)
        table.append(Cost(kind, len(own), parts, longest, own[0].unit, None if price is None else parts * price))
    return table


def hand_in(store: Store, keys: Keys, draft: Draft, progress: Callable[[int], object]) -> None:
    """Put a bulk into the outbox; what is there from an earlier try stays. `progress` gets the rows done since.

    Raises OnestopError when it was cancelled, and StoreUnavailable; done again it goes on where it was.
    """
    row = {"name": draft.name, "template": draft.template, "state": "running", "size": len(draft.notes)}
    with store.transaction() as session:
        insert_new(session, Bulk, {"id": draft.id, "created_at": datetime.now(UTC), **row})
    for start in range(0, len(draft.notes), PIECE):
        piece = draft.notes[start : start + PIECE]
        began = time.monotonic()
        with store.transaction() as session:
            if _bulk(session, draft.id, lock=True).state == "cancelled":
                raise OnestopError(
                    f"the bulk {draft.id} was cancelled: what shall go to the same people needs a new file"
                )
            for note in piece:
                enqueue(session, keys, note)
        progress(len(piece))
        # SQLite gives its lock to whoever asks at the right moment: others get as much time as this piece took
        time.sleep(time.monotonic() - began)


def switch(session: Session, id: str, state: BulkState) -> int:
    """Pause, resume or cancel a bulk; how many messages wait or, when it is cancelled, were called back.

    What the provider has stays there. Raises OnestopError when there is no such bulk, or it was cancelled before.
    """
    bulk = _bulk(session, id, lock=True)
    if bulk.state == "cancelled":
        raise OnestopError(f"the bulk {bulk.id} was cancelled; that is final")
    bulk.state = state
    waiting = session.scalar(select(func.count()).where(Message.bulk == bulk.id, Message.state == "waiting"))
    if state == "cancelled":
        session.execute(
            update(Message)
            .where(Message.bulk == bulk.id, Message.state == "waiting")
            .values(state="cancelled", reason="the bulk was cancelled", changed_at=datetime.now(UTC))
        )
    return waiting or 0


def listed(session: Session, limit: int) -> list[Bulk]:
    """The newest bulks."""
    return list(session.scalars(select(Bulk).order_by(Bulk.created_at.desc()).limit(limit)))


def states(session: Session, id: str) -> Counter[State]:
    """How many messages of a bulk are in each state."""
    counted = select(Message.state, func.count().label("n")).where(Message.bulk == id).group_by(Message.state)
    return Counter({row.state: row.n for row in session.execute(counted)})


def _bulk(session: Session, id: str, *, lock: bool = False) -> Bulk:
    bulk = session.get(Bulk, id, with_for_update=lock)
    if bulk is None:
        raise OnestopError(f"there is no bulk {id}; `ivr bulk status` lists those there are")
    return bulk
