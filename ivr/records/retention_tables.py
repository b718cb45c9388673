"""The tables of retention: what must not be deleted, and the protocol of what was."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.models import Base


class Hold(Base):
    """Something that stays whatever its age, until the hold is lifted."""

    __tablename__ = "holds"

    subject: Mapped[str] = mapped_column(primary_key=True, doc="call:ID, case:RECEIPT, or who:HASH (Keys.who).")
    shown: Mapped[str] = mapped_column(doc="The same for people: a number masked.")
    reason: Mapped[str]
    by: Mapped[str] = mapped_column(doc="cli:USER, page:NAME.")
    at: Mapped[datetime]


class Deletion(Base):
    """What one rule deleted on one day: how much of what, and from when. Nothing personal, kept for good."""

    __tablename__ = "deletions"

    day: Mapped[str] = mapped_column(primary_key=True, doc="Day of the job in UTC, 2026-11-27.")
    kind: Mapped[str] = mapped_column(primary_key=True, doc="Key of `retention` in config.yaml.")
    days: Mapped[int] = mapped_column(primary_key=True, doc="The rule: older than so many days.")
    count: Mapped[int]
    first: Mapped[datetime] = mapped_column(doc="Time of the oldest that went.")
    last: Mapped[datetime] = mapped_column(doc="Time of the newest that went.")
    at: Mapped[datetime] = mapped_column(doc="When the last of it went.")
