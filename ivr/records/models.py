"""The tables. Every time is UTC and knows it; a migration in `migrations/versions` goes with every change here."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, ForeignKey, Index, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from ivr.records import facts
from ivr.records.outcome import CallOutcome, LegOutcome


class UtcTime(TypeDecorator[datetime]):
    """A point in time. Takes aware datetimes only, gives them back in UTC; SQLite keeps none of the zone itself."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time with ValueError: nobody could tell what it means."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: Text, int: BigInteger, datetime: UtcTime}  # SQLAlchemy's own idiom


class Fact(Base):
    """Everything that journal and witness told of a call: `calls` and `legs` can be made from it again."""

    __tablename__ = "facts"
    __table_args__ = {"sqlite_with_rowid": False}  # the key is the row

    call: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[int] = mapped_column(primary_key=True, doc="UTC epoch milliseconds, as told.")
    kind: Mapped[facts.Kind] = mapped_column(Text, primary_key=True)
    a: Mapped[str] = mapped_column(primary_key=True)
    b: Mapped[str] = mapped_column(primary_key=True)


class Call(Base):
    """A call that reached a line."""

    __tablename__ = "calls"
    __table_args__ = (Index(None, "started_at"), Index(None, "who", "started_at"), Index(None, "node", "outcome"))

    id: Mapped[str] = mapped_column(primary_key=True)
    node: Mapped[str]
    line: Mapped[str | None]
    flow: Mapped[str | None] = mapped_column(doc="None: the engine never saw the call.")
    language: Mapped[str | None] = mapped_column(doc="The one chosen last.")
    office: Mapped[str | None] = mapped_column(doc="Version of the office that the call ran on.")
    caller: Mapped[str | None] = mapped_column(doc="The caller's number, sealed (ivr.records.keys).")
    who: Mapped[str | None] = mapped_column(doc="Keyed hash of the caller's number.")
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[CallOutcome] = mapped_column(Text)
    static: Mapped[str | None] = mapped_column(doc="Why the exchange took the static way, if it did.")
    source: Mapped[str | None] = mapped_column(doc="The other system it was imported from; None: our own line.")


class Leg(Base):
    """One try at a desk; `n` counts from 0 within the call."""

    __tablename__ = "legs"
    __table_args__ = (Index(None, "queued_at"),)

    call: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    desk: Mapped[str]
    queued_at: Mapped[datetime]
    connected_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    agent: Mapped[str | None]
    outcome: Mapped[LegOutcome] = mapped_column(Text)
    told_low: Mapped[int | None] = mapped_column(doc="The wait that the caller was told before, from so many seconds,")
    told_high: Mapped[int | None] = mapped_column(doc="to so many; None: told nothing.")


class Step(Base):
    """A step of a flow that a call left; `n` counts from 0 within the turn."""

    __tablename__ = "steps"

    call: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    flow: Mapped[str]
    step: Mapped[str]
    exit: Mapped[str]
    at: Mapped[datetime]


class Mark(Base):
    """How far the recorder has read a file; written together with what it read."""

    __tablename__ = "marks"

    source: Mapped[str] = mapped_column(primary_key=True, doc="NODE/journal or NODE/witness")
    file: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(doc="Bytes read.")


class LiveQueue(Base):
    """A desk's queue as the exchange of a node last showed it."""

    __tablename__ = "live_queues"

    node: Mapped[str] = mapped_column(primary_key=True)
    desk: Mapped[str] = mapped_column(primary_key=True)
    waiting: Mapped[int]
    longest_wait_s: Mapped[int]
    agents_free: Mapped[int]
    agents_logged_in: Mapped[int]
    at: Mapped[datetime]
