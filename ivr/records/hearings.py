"""What callers heard of notices lately: who has heard which one, in which calls."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.records.models import Call
from ivr.records.notice_tables import Hearing


def since(session: Session, notices: Collection[str], at: datetime) -> list[tuple[str, str, str]]:
    """The plays of some notices since a time, as (keyed hash of the caller's number, notice, call)."""
    heard = select(Call.who, Hearing.notice, Hearing.call).join(Call, Call.id == Hearing.call)
    within = (Hearing.at >= at, Hearing.what == "played", Hearing.notice.in_(notices), Call.who.is_not(None))
    return [(who, notice, call) for who, notice, call in session.execute(heard.where(*within)) if who]
