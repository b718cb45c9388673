"""Legal holds: what no retention rule deletes or erases, until somebody lifts the hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ivr.errors import OnestopError
from ivr.records.case_tables import Case
from ivr.records.keys import Keys, without_numbers
from ivr.records.message_tables import Message
from ivr.records.models import Call
from ivr.records.retention_tables import Hold
from ivr.records.store import insert_new
from ivr.records.wish_tables import Wish

_SUBJECT = re.compile(r"(call|case):[0-9A-Za-z._;-]{1,100}")
_NUMBER = re.compile(r"\+?[0-9][0-9 -]{5,24}")


def subject(text: str, keys: Keys) -> tuple[str, str]:
    """What a hold is on, as it is kept and as it may be shown: `call:ID`, `case:RECEIPT`, or a telephone number.

    Raises OnestopError for anything else.
    """
    if _SUBJECT.fullmatch(text):
        return text, text
    if _NUMBER.fullmatch(text.strip()):
        return f"who:{keys.who(text)}", Keys.mask(text)
    raise OnestopError("a hold is on call:ID, case:RECEIPT or a telephone number")


def hold(session: Session, subject: str, shown: str, reason: str, by: str, at: datetime) -> bool:
    """Hold something; False when it was held before, by whoever it was then."""
    row = {"subject": subject, "shown": shown, "reason": without_numbers(reason), "by": by, "at": at}
    return insert_new(session, Hold, row)


def known(session: Session, subject: str) -> bool:
    """Whether anything is recorded of what a hold is on: who mistypes a receipt holds nothing."""
    kind, _, name = subject.partition(":")
    among: dict[str, tuple[InstrumentedAttribute[Any], ...]] = {
        "call": (Call.id,),
        "case": (Case.receipt,),
        "who": (Call.who, Case.who, Message.who, Wish.who),
    }
    return any(session.scalar(select(exists().where(column == name))) for column in among[kind])


def lift(session: Session, subject: str) -> bool:
    """Lift a hold; False when there was none."""
    return session.scalar(delete(Hold).where(Hold.subject == subject).returning(literal(1))) is not None


def listed(session: Session) -> Sequence[Hold]:
    """All holds, old ones first."""
    return session.scalars(select(Hold).order_by(Hold.at, Hold.subject)).all()


def held(**columns: Any) -> ColumnElement[bool]:
    """Whether a row is held by what its columns name: held(call=Call.id, who=Call.who)."""
    return exists().where(or_(*(Hold.subject == literal(f"{kind}:") + column for kind, column in columns.items())))
