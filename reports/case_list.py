"""Cases as a person looks for them: what is due first, by desk, status, kind and receipt number; how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from callback.access import Desks, open_to
from callback.status import OPEN
from ivr.language.cases import Status
from ivr.records.case_tables import Case
from ivr.records.message_tables import Message

Due = Literal["overdue", "today", "later", "rests"]
"""How a deadline lies: over, on this day, later; rests: the period doesn't run, or the case is closed."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases; "" for any. status: without one those that are open. receipt: how its number begins. since, until:
    only those open with a deadline then, half-open; None: without an end."""

    desk: str = ""
    status: Status | Literal[""] = ""
    type: str = ""
    receipt: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many open cases a desk has, how many of them are due today, how many overdue; sensitive ones included."""

    desk: str
    open: int
    today: int
    overdue: int


def listed(session: Session, desks: Desks, wanted: Wanted, limit: int, offset: int = 0) -> Sequence[Case]:
    """The cases, those that are due first in front. A receipt number is found whatever its case's status."""
    found = select(Case).where(open_to(desks))
    if wanted.status:
        found = found.where(Case.status == wanted.status)
    if wanted.until is not None:
        found = found.where(Case.status.in_(OPEN), Case.deadline < wanted.until)
    elif not wanted.status and not wanted.receipt:
        found = found.where(Case.status.in_(OPEN))
    if wanted.since is not None:
        found = found.where(Case.deadline >= wanted.since)
    if wanted.desk:
        found = found.where(Case.desk == wanted.desk)
    if wanted.type:
        found = found.where(Case.type == wanted.type)
    if wanted.receipt:
        found = found.where(Case.receipt.startswith(wanted.receipt, autoescape=True))
    ordered = found.order_by(Case.deadline.is_(None), Case.deadline, Case.receipt)
    return session.scalars(ordered.limit(limit).offset(offset)).all()


def counts(session: Session, desks: Desks, now: datetime, zone: ZoneInfo) -> list[Count]:
    """How many cases are open at each desk that somebody acts for (None: at every desk)."""
    over, end = Case.deadline < now, midnight(now, zone)
    today = (Case.deadline >= now) & (Case.deadline < end)
    found = select(
        Case.desk, func.count(), func.sum(case((today, 1), else_=0)), func.sum(case((over, 1), else_=0))
    ).where(Case.status.in_(OPEN))
    if desks is not None:
        found = found.where(Case.desk.in_(desks))
    rows = session.execute(found.group_by(Case.desk).order_by(Case.desk)).all()
    return [Count(desk, open, int(due or 0), int(overdue or 0)) for desk, open, due, overdue in rows]


def due(case: Case, now: datetime, zone: ZoneInfo) -> Due:
    """How the deadline of a case lies at a time."""
    if case.deadline is None or case.status not in OPEN:
        return "rests"
    if case.deadline < now:
        return "overdue"
    return "today" if case.deadline < midnight(now, zone) else "later"


def late(case: Case, now: datetime, zone: ZoneInfo) -> int:
    """How many days ago the deadline of a case was; 0 on its day, and when there is none."""
    if case.deadline is None:
        return 0
    return max(0, (now.astimezone(zone).date() - case.deadline.astimezone(zone).date()).days)


def midnight(now: datetime, zone: ZoneInfo) -> datetime:
    """The end of a day."""
    day = now.astimezone(zone).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def messages(session: Session, receipt: str) -> Sequence[Message]:
    """What was sent about a case, the newest first."""
    return session.scalars(select(Message).where(Message.case == receipt).order_by(Message.created_at.desc())).all()
