"""The tables of cases, of the systems that may write them, and of look-ups that failed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.models import Base


class Case(Base):
    """A petition or a certificate on its way."""

    __tablename__ = "cases"
    __table_args__ = (Index(None, "status", "deadline"), Index(None, "desk"), Index(None, "who"))

    receipt: Mapped[str] = mapped_column(primary_key=True, doc="Receipt number, digits.")
    type: Mapped[str] = mapped_column(doc="Type of cases.yaml.")
    certificate: Mapped[bool] = mapped_column(doc="Takes the short way of certificates.")
    period: Mapped[str] = mapped_column(doc="Statutory period at receipt (7d, 3h): later edits don't move it.")
    status: Mapped[str]
    school: Mapped[str | None]
    desk: Mapped[str] = mapped_column(doc="Desk in charge.")
    moving_to: Mapped[str | None] = mapped_column(doc="While transferred (이송): the desk that is to take it.")
    officer: Mapped[str | None] = mapped_column(doc="Extension of the officer in charge.")
    received_at: Mapped[datetime]
    deadline: Mapped[datetime | None] = mapped_column(doc="None: doesn't run, the citizen is to supplement (보완).")
    extension: Mapped[int] = mapped_column(doc="By how much the period was extended, in its own unit; 0: not.")
    sensitive: Mapped[bool] = mapped_column(doc="The desk in charge alone sees it.")
    consent: Mapped[bool] = mapped_column(doc="The citizen wants messages.")
    language: Mapped[str]
    number: Mapped[str | None] = mapped_column(doc="Registered number in E.164, sealed (ivr.records.keys).")
    who: Mapped[str | None] = mapped_column(doc="Keyed hash of the registered number.")
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(doc="Grows by one with every change; events count along with it.")


class CaseEvent(Base):
    """One change of a case's status; `n` counts from 1, which is its receipt."""

    __tablename__ = "case_events"
    __table_args__ = (Index(None, "key", unique=True),)

    receipt: Mapped[str] = mapped_column(ForeignKey("cases.receipt", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(doc="Idempotency key: the same event told twice is one event.")
    from_status: Mapped[str | None] = mapped_column(doc="None: the receipt.")
    to_status: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(doc="Who told it: api:SYSTEM, cli:USER.")
    desk: Mapped[str | None] = mapped_column(doc="Desk it went to (이송) or arrived at (접수).")
    note: Mapped[str | None] = mapped_column(doc="Words of the officer, sealed: they may name people.")


class ApiToken(Base):
    """A system's way in. The token itself is never stored."""

    __tablename__ = "api_tokens"

    id: Mapped[str] = mapped_column(primary_key=True, doc="The token's public part, to list and revoke it by.")
    hash: Mapped[str] = mapped_column(doc="SHA-256 of the whole token, hexadecimal.")
    system: Mapped[str]
    scopes: Mapped[str] = mapped_column(doc="Separated by blanks.")
    desks: Mapped[str] = mapped_column(doc="Desks it is limited to, separated by blanks; empty: all, none sensitive.")
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ApiRequest(Base):
    """A request that changed something, with its answer: the same request again gets the same answer."""

    __tablename__ = "api_requests"

    system: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True, doc="The request's Idempotency-Key.")
    digest: Mapped[str] = mapped_column(doc="Keyed hash of what was asked: another request with the key is refused.")
    answer: Mapped[str] = mapped_column(doc="The answer's JSON, sealed.")
    at: Mapped[datetime]


class LookupAttempt(Base):
    """A look-up by telephone that found nothing it may tell. Told twice (a journal read again) it is one."""

    __tablename__ = "lookup_attempts"

    subject: Mapped[str] = mapped_column(primary_key=True, doc="Keyed hash of the caller, or the receipt number.")
    at: Mapped[datetime] = mapped_column(primary_key=True)
    call: Mapped[str] = mapped_column(primary_key=True)
