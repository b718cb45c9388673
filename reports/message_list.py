"""Messages as a person looks for them, and what callers were promised that is yet to become one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from callback.access import Desks, open_to
from ivr.records.case_tables import Case
from ivr.records.message_tables import Message, State
from ivr.records.notice_tables import Request
from ivr.records.promise_tables import Promise

PERSON: tuple[State, ...] = ("unknown", "dead", "undelivered")
"""States that a person decides about."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages; none of it for any. desk: in charge of the case that it is about. since, until: when it changed
    last, from (inclusive) and before."""

    states: Sequence[State] = ()
    template: str = ""
    desk: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """Something promised on the telephone that the worker has not taken up yet. about: a receipt number, notice/NAME
    or desk/NAME."""

    call: str
    about: str
    template: str
    at: datetime


def listed(session: Session, desks: Desks, wanted: Wanted, limit: int, offset: int = 0) -> Sequence[Message]:
    """The messages that changed last. Whoever acts for desks sees those about their cases alone."""
    found = select(Message).where(_seen_by(desks))
    if wanted.states:
        found = found.where(Message.state.in_(wanted.states))
    if wanted.template:
        found = found.where(Message.template == wanted.template)
    if wanted.desk:
        found = found.where(Message.case.in_(select(Case.receipt).where(Case.desk == wanted.desk)))
    if wanted.since:
        found = found.where(Message.changed_at >= wanted.since)
    if wanted.until:
        found = found.where(Message.changed_at < wanted.until)
    newest = found.order_by(Message.changed_at.desc(), Message.id)
    return session.scalars(newest.limit(limit).offset(offset)).all()


def find(session: Session, id: str, desks: Desks) -> Message | None:
    """The message of an id, if there is one that these desks may see."""
    return session.scalars(select(Message).where(Message.id == id, _seen_by(desks))).one_or_none()


def receipts(session: Session, messages: Sequence[Message], desks: Desks) -> set[str]:
    """Those of the cases which messages are about that may be named: a sensitive one only to its desk."""
    named = {message.case for message in messages if message.case}
    return set(session.scalars(select(Case.receipt).where(Case.receipt.in_(named), open_to(desks))))


def left(session: Session, desks: Desks) -> dict[State, int]:
    """How many messages are left to a person, by state."""
    found = select(Message.state, func.count().label("n")).where(Message.state.in_(PERSON), _seen_by(desks))
    return {row.state: row.n for row in session.execute(found.group_by(Message.state))}


def owed(session: Session, desks: Desks, limit: int) -> list[Owed]:
    """What is yet to be taken up, the oldest first."""
    seen = true() if desks is None else Request.about.in_([f"desk/{desk}" for desk in desks])
    requests = session.scalars(select(Request).where(Request.kept_at.is_(None), seen).order_by(Request.at).limit(limit))
    cases = select(Case.receipt).where(open_to(desks))
    promises = session.scalars(
        select(Promise).where(Promise.kept_at.is_(None), Promise.receipt.in_(cases)).order_by(Promise.at).limit(limit)
    )
    found = [Owed(one.call, one.about, one.template, one.at) for one in requests]
    found += [Owed(one.call, one.receipt, one.template, one.at) for one in promises]
    return sorted(found, key=lambda one: one.at)[:limit]


def _seen_by(desks: Desks) -> ColumnElement[bool]:
    return true() if desks is None else Message.case.in_(select(Case.receipt).where(open_to(desks)))
