"""The tables of tallies: what reports counted of calls, kept, and what has changed since.

The numbers of a tally stand in columns without names of their own; the book says which is which. So a figure that is
added needs no change of the database, and those of calls long deleted keep their places.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.models import Base, UtcTime

ROOM = 96
"""Numbers of a tally at most."""

NUMBERS = tuple(f"n{place}" for place in range(ROOM))


class TallyMark(Base):
    """A quarter of an hour of whose calls something was written since they were counted."""

    __tablename__ = "tally_marks"

    quarter: Mapped[datetime] = mapped_column(primary_key=True)
    token: Mapped[int] = mapped_column(doc="New with every change: who counts takes back only the mark seen before.")


class TallyBook(Base):
    """How far calls were counted, and in what way. One row."""

    __tablename__ = "tally_books"

    id: Mapped[int] = mapped_column(primary_key=True, doc="1")
    zone: Mapped[str] = mapped_column(doc="The office's time zone: days and months are its.")
    version: Mapped[int] = mapped_column(doc="Of the definitions.")
    names: Mapped[str] = mapped_column(doc="What the numbers are, in the order of their columns, separated by blanks.")
    since: Mapped[datetime] = mapped_column(doc="No call before it, unless marked.")
    until: Mapped[datetime] = mapped_column(doc="Counted up to here, but for what is marked.")
    closed: Mapped[datetime | None] = mapped_column(
        doc="Before it nothing is counted anew: calls were deleted, their tallies stay."
    )
    turn: Mapped[int] = mapped_column(doc="Grows with every change: what was counted before another's change is void.")


class TallyRoll(Base):
    """A day or month (of the office's calendar) whose hours are added up."""

    __tablename__ = "tally_rolls"

    of: Mapped[str] = mapped_column(primary_key=True, doc="contacts, returns, repeats")
    grain: Mapped[str] = mapped_column(primary_key=True, doc="day, month")
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)


CONTACT_TALLIES = Table(
    "contact_tallies",
    Base.metadata,
    Column("grain", Text, nullable=False),  # hour, day, month
    Column("of", Text, nullable=False),  # call, entry, return, repeat
    Column("starts_at", UtcTime, nullable=False),
    *(Column(name, Text) for name in ("line", "topic", "desk", "agent", "language")),
    *(Column(name, BigInteger) for name in NUMBERS),
    Index("ix_contact_tallies_grain_of_starts_at", "grain", "of", "starts_at"),
)
"""Tallies by time and by everything figures are asked for; NULL: not known, a number: 0."""

EXIT_TALLIES = Table(
    "exit_tallies",
    Base.metadata,
    Column("grain", Text, nullable=False),
    Column("starts_at", UtcTime, nullable=False),
    *(Column(name, Text) for name in ("line", "topic", "flow", "step", "exit")),
    Column("calls", BigInteger, nullable=False),
    Index("ix_exit_tallies_grain_starts_at", "grain", "starts_at"),
)
"""How many calls left a step by an exit."""

WAIT_TALLIES = Table(
    "wait_tallies",
    Base.metadata,
    Column("grain", Text, nullable=False),
    Column("starts_at", UtcTime, nullable=False),
    Column("desk", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("seconds", BigInteger, nullable=False),
    Column("entries", BigInteger, nullable=False),
    Index("ix_wait_tallies_grain_starts_at", "grain", "starts_at"),
)
"""At how many entries at a desk which wait was told and had, second by second: medians can't be added up."""
