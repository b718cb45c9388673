"""Who wants no messages: held by the number's keyed hash alone, whoever the message comes from and however urgent."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ivr.records.keys import Keys
from ivr.records.message_tables import OptOut
from ivr.records.store import insert_new


def add(session: Session, keys: Keys, number: str) -> bool:
    """No more messages to `number`; False when that was so already."""
    return insert_new(session, OptOut, {"who": keys.who(number), "at": datetime.now(UTC)})


def remove(session: Session, keys: Keys, number: str) -> None:
    """Messages to `number` again."""
    session.execute(delete(OptOut).where(OptOut.who == keys.who(number)))


def is_out(session: Session, who: str) -> bool:
    """Whether the owner of the number behind this hash wants none."""
    return session.scalar(select(OptOut.who).where(OptOut.who == who)) is not None
