"""The tables of the outbox: messages and their bulks, who wants none, and what workers agree on among themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.models import Base

State = Literal["waiting", "submitting", "accepted", "delivered", "undelivered", "dead", "unknown", "cancelled"]
"""waiting: to be sent when due. submitting: stored before the provider is called, so that a crash leaves a trace.
accepted: the provider has it. delivered, undelivered: it said how it ended. dead: refused, or given up after many
tries. unknown: nobody can tell whether it went out; a person decides. cancelled: called back before it went."""

STATES: tuple[State, ...] = get_args(State)

BulkState = Literal["running", "paused", "cancelled"]


class Bulk(Base):
    """Messages of one file, handed in together."""

    __tablename__ = "bulks"

    id: Mapped[str] = mapped_column(primary_key=True, doc="Hash of file and template: the same file is the same bulk.")
    name: Mapped[str] = mapped_column(doc="The file's name.")
    template: Mapped[str]
    state: Mapped[BulkState] = mapped_column(Text)
    size: Mapped[int] = mapped_column(doc="Rows of the file: how many messages it comes to.")
    created_at: Mapped[datetime]


class Message(Base):
    """A message to one number, from the moment it was promised."""

    __tablename__ = "messages"
    __table_args__ = (
        Index(None, "key", unique=True),
        Index(None, "state", "priority", "due"),  # a worker's claim reads it in this order
        Index(None, "who", "submitted_at"),
        Index(None, "sender", "reference", unique=True),  # two alike must not take one another's
        Index(None, "case"),
        Index(None, "changed_at"),
        Index(None, "bulk", "state"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(doc="Idempotency key: the same promise made twice is one message.")
    case: Mapped[str | None] = mapped_column(doc="Receipt number of the case it is about.")
    bulk: Mapped[str | None] = mapped_column(ForeignKey("bulks.id"))
    template: Mapped[str]
    language: Mapped[str]
    number: Mapped[str] = mapped_column(doc="Where it goes, sealed (ivr.records.keys).")
    who: Mapped[str] = mapped_column(doc="Keyed hash of the number.")
    values: Mapped[str] = mapped_column(doc="The template's variables as JSON, sealed.")
    text: Mapped[str | None] = mapped_column(doc="What was last handed to the provider, sealed; it finds it by it.")
    priority: Mapped[int] = mapped_column(doc="0 urgent, 1 usual, 2 of a bulk; the lower goes first.")
    state: Mapped[State] = mapped_column(Text)
    due: Mapped[datetime | None] = mapped_column(
        doc="When a worker may take it up next; a claim moves it to its lease's end. None: no worker will."
    )
    attempts: Mapped[int] = mapped_column(doc="How often the provider was, or was about to be, asked to send it.")
    owner: Mapped[str | None] = mapped_column(doc="Worker that claimed it last.")
    fence: Mapped[int] = mapped_column(doc="Grows with every claim: only the newest claim's result is taken.")
    sender: Mapped[str | None] = mapped_column(doc="Provider that was asked last.")
    reference: Mapped[str | None] = mapped_column(doc="That provider's name for it.")
    code: Mapped[str | None] = mapped_column(doc="The provider's error code.")
    reason: Mapped[str | None] = mapped_column(doc="Why it is where it is, for a person to read.")
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None] = mapped_column(doc="When it was last about to be handed to the provider.")
    changed_at: Mapped[datetime] = mapped_column(doc="When its state last changed.")


class OptOut(Base):
    """Somebody who wants no messages."""

    __tablename__ = "opt_outs"

    who: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Lease(Base):
    """A duty that one process has for a while, e.g. the clock's. `fence` grows whenever it changes hands."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    fence: Mapped[int]
    until: Mapped[datetime]


class Firing(Base):
    """A time of a schedule whose work was done; written with that work, so that it is done once."""

    __tablename__ = "firings"

    schedule: Mapped[str] = mapped_column(primary_key=True)
    fire_time: Mapped[datetime] = mapped_column(primary_key=True)


class Bucket(Base):
    """A provider's token bucket, shared by all workers of the database."""

    __tablename__ = "buckets"

    name: Mapped[str] = mapped_column(primary_key=True)
    tokens: Mapped[float] = mapped_column(doc="Messages that could be sent at once at the time `at`.")
    at: Mapped[datetime]
