"""What a person does about a message: look at it, mend it and send it again, call it back, decide an unknown fate."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from callback import outbox
from ivr.errors import OnestopError
from ivr.records.keys import Keys
from ivr.records.message_tables import Message, State

FAILED: tuple[State, ...] = ("dead", "undelivered")
"""States in which a message can be mended and sent again."""


def listed(session: Session, states: Sequence[State], limit: int) -> list[Message]:
    """The messages in these states (none: in any) that changed last."""
    found = select(Message).order_by(Message.changed_at.desc()).limit(limit)
    return list(session.scalars(found.where(Message.state.in_(states)) if states else found))


def find(session: Session, id: str) -> Message:
    """The message whose id begins so. Raises OnestopError when there is none, or several."""
    found = session.scalars(select(Message).where(Message.id.startswith(id, autoescape=True)).limit(2)).all()
    if len(found) != 1:
        what = "are several messages" if found else "is no message"
        raise OnestopError(f"there {what} whose id begins with {id}; `ivr messages list` shows them")
    return found[0]


def resend(session: Session, id: str) -> str:
    """Send a failed message again; its new id (the provider may still know the old one). Raises OnestopError."""
    return _again(session, find(session, id), FAILED, {})


def repair(session: Session, keys: Keys, id: str, to: str | None, values: Mapping[str, str]) -> str:
    """Change a failed message's number or variables and send it again; its new id. Raises OnestopError."""
    message = find(session, id)
    if to and message.case:
        raise OnestopError("a message about a case goes to its registered number alone: that is mended in the case")
    known = json.loads(keys.open(message.values))
    if unknown := [name for name in values if name not in known]:
        raise OnestopError(f"it has no variable {', '.join(unknown)}; it has {', '.join(known)}")
    changes: dict[str, Any] = {"values": keys.seal(json.dumps(known | dict(values), ensure_ascii=False))}
    if to:
        changes |= {"number": keys.seal(to), "who": keys.who(to)}
    return _again(session, message, FAILED, changes)


def cancel(session: Session, id: str) -> None:
    """Call back a message that waits or failed. Raises OnestopError when it has gone out, or may have."""
    _change(session, find(session, id), ("waiting", *FAILED), {"state": "cancelled", "reason": "cancelled by a person"})


def resolve(session: Session, id: str, *, sent: bool) -> str:
    """Decide the fate of an unknown message: it was sent, or it goes out (again) now; its id. Raises OnestopError."""
    message = find(session, id)
    if not sent:
        return _again(session, message, ("unknown",), {})
    _change(session, message, ("unknown",), {"state": "delivered", "reason": "held to be sent by a person"})
    return message.id


def resolve_held(session: Session, *, sent: bool) -> int:
    """Decide the fate of every message that a restore holds; how many there were."""
    held = session.scalars(select(Message.id).where(Message.state == "unknown", Message.reason == outbox.HELD)).all()
    for id in held:
        resolve(session, id, sent=sent)
    return len(held)


def _again(session: Session, message: Message, before: Sequence[State], changes: Mapping[str, Any]) -> str:
    id = secrets.token_hex(16)
    fresh = {"state": "waiting", "due": datetime.now(UTC), "attempts": 0, "sender": None, "reference": None}
    _change(session, message, before, {**fresh, "id": id, "code": None, "reason": None, **changes})
    return id


def _change(session: Session, message: Message, before: Sequence[State], changes: Mapping[str, Any]) -> None:
    """A worker or a callback may be at it: only what is still in one of the states `before` is changed."""
    changed = (
        update(Message)
        .where(Message.id == message.id, Message.state.in_(before))
        .values(changed_at=datetime.now(UTC), **changes)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    if session.scalar(changed) is None:
        raise OnestopError(f"the message is {message.state}; this can be done while it is {' or '.join(before)}")
