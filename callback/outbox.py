"""The outbox: what a message goes through from promise to end, each change one statement of the database.

    waiting ──claim──▶ submitting ──▶ accepted ──▶ delivered
       ▲  │                │ │ │          └──────▶ undelivered
       │  └▶ dead,         │ │ └▶ unknown: a person decides
       │     cancelled     │ └──▶ dead
       └───────────────────┘

A claim is a lease: it moves `due` behind the lease's end and raises `fence`. Whoever dies holding one is succeeded by
the next worker that finds the message due; whoever was merely stopped finds its fence outdated and writes nothing.
"submitting" is stored before the provider is called: a message found so is looked for, not sent again.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Literal, cast

from sqlalchemy import CursorResult, Executable, Table, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from callback.sender import Delivery
from ivr.records import restore_tables
from ivr.records.keys import Keys
from ivr.records.message_tables import Bulk, Message, State
from ivr.records.store import insert_new

LEASE = timedelta(seconds=60)
"""How long a worker may take over a claimed message: well above any sender's time limit."""

URGENT, USUAL, OF_BULK = range(3)
"""Priorities: a status change does not queue behind 20,000 messages of a bulk."""

ASKED = "asked/"
"""How the key of a message begins that a caller asked for, to the own number."""

HELD = "restored from a backup: perhaps sent since, perhaps not"
"""Reason of an unknown message that a restore holds back."""

Claimable = Literal["waiting", "submitting", "accepted"]


@dataclass(frozen=True, slots=True)
class Note:
    """A message to be promised.

    key: idempotency key, e.g. "case/20261234/3": the same key is the same message for ever. to: telephone number, in
    any way of writing. values: the template's variables, complete. urgent: also in quiet hours. due: not before;
    default now. case: the receipt number it is about. since: when what it follows from happened, where the program
    itself comes to it, perhaps again (a promise on the telephone, a time of the clock).
    """

    key: str
    to: str
    template: str
    language: str
    values: Mapping[str, str]
    case: str | None = None
    urgent: bool = False
    due: datetime | None = None
    bulk: str | None = None
    since: datetime | None = None


def enqueue(session: Session, keys: Keys, note: Note) -> bool:
    """Promise a message within the caller's transaction; False when its key is there already (nothing changes then).

    One that follows from before the database was restored from a backup may have gone out already: it is held.
    """
    now = datetime.now(UTC)
    restored = restore_tables.last(session) if note.since else None
    held = restored is not None and note.since is not None and note.since <= restored
    row = {
        "id": secrets.token_hex(16),
        "key": note.key,
        "case": note.case,
        "bulk": note.bulk,
        "template": note.template,
        "language": note.language,
        "number": keys.seal(note.to),
        "who": keys.who(note.to),
        "values": keys.seal(json.dumps(dict(note.values), ensure_ascii=False)),
        "priority": URGENT if note.urgent else OF_BULK if note.bulk else USUAL,
        "state": "unknown" if held else "waiting",
        "due": None if held else note.due or now,
        "reason": HELD if held else None,
        "attempts": 0,
        "fence": 0,
        "created_at": now,
        "changed_at": now,
    }
    return insert_new(session, Message, row)


def claim(session: Session, state: Claimable, owner: str, now: datetime, limit: int) -> list[Message]:
    """Lease up to `limit` messages in a state that are due, urgent and old ones first; not those of a paused bulk.

    One atomic statement: on SQLite nobody else writes meanwhile, on PostgreSQL rows that another worker is just
    claiming are skipped.
    """
    values = {"now": now, "until": now + LEASE, "claimer": owner, "limit": limit}
    return sorted(session.scalars(_claim(state), values), key=lambda message: (message.priority, message.created_at))


@cache
def _claim(state: Claimable) -> Executable:
    """The statement, kept: to make it anew costs more than to run it."""
    ready = select(Message.id).where(Message.state == state, Message.due <= bindparam("now"))
    if state == "waiting":  # what a provider has been asked to send is followed to its end all the same
        paused = select(Bulk.id).where(Bulk.state == "paused")
        ready = ready.where(or_(Message.bulk.is_(None), Message.bulk.not_in(paused)))
    ready = ready.order_by(Message.priority, Message.due).limit(bindparam("limit")).with_for_update(skip_locked=True)
    chosen = ready.cte("chosen")
    return (
        update(Message)
        .where(Message.id.in_(select(chosen.c.id)))
        .values(owner=bindparam("claimer"), fence=Message.fence + 1, due=bindparam("until"))
        .returning(Message)
        .execution_options(synchronize_session=False)
    )


def settle(session: Session, id: str, fence: int, before: Claimable, **changes: Any) -> bool:
    """Write what came of a claim. False, and nothing written, when the claim is not the newest one any more or the
    message has moved on by itself (a provider's callback): then somebody else knows better."""
    table = cast(Table, Message.__table__)  # not the class: the ORM's way of updating takes twice the time
    newest = (table.c.id == id, table.c.fence == fence, table.c.state == before)
    changes["changed_at"] = datetime.now(UTC)
    return session.scalar(update(table).where(*newest).values(changes).returning(table.c.id)) is not None


def hold(session: Session, at: datetime) -> int:
    """Right after a restore at `at`: hold back what may have gone out between backup and loss; how many messages.

    That is whatever was on its way, and whatever was due by now: a worker never sends a message before it is due.
    """
    doubtful = or_(Message.state == "submitting", and_(Message.state == "waiting", Message.due <= at))
    held = update(Message).where(doubtful).values(state="unknown", due=None, reason=HELD, changed_at=at)
    return cast(CursorResult[Any], session.execute(held.execution_options(synchronize_session=False))).rowcount


def delivered(session: Session, reference: str, delivery: Delivery, code: str = "") -> bool:
    """Note what a provider told of a message it had accepted; what has ended stays as it is.

    False when no message has this reference (yet: a callback can be quicker than our own note of the acceptance).
    """
    known = session.scalar(select(Message.id).where(Message.reference == reference))
    if known is None:
        return False
    if delivery != "sending":
        ended: State = delivery
        session.execute(
            update(Message)
            .where(Message.id == known, Message.state == "accepted")
            .values(state=ended, code=code or None, changed_at=datetime.now(UTC))
            .execution_options(synchronize_session=False)
        )
    return True
