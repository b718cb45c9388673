"""The table of promises made on the telephone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.models import Base


class Promise(Base):
    """A caller was promised messages about a case. The callback worker keeps it, once, and marks it kept."""

    __tablename__ = "promises"
    __table_args__ = (Index(None, "kept_at"),)

    call: Mapped[str] = mapped_column(primary_key=True)
    receipt: Mapped[str] = mapped_column(primary_key=True, doc="The case's receipt number.")
    template: Mapped[str] = mapped_column(primary_key=True, doc="Message of messages.yaml.")
    language: Mapped[str] = mapped_column(doc="Language of the call, and of the messages.")
    at: Mapped[datetime]
    kept_at: Mapped[datetime | None] = mapped_column(doc="None: the worker has not taken it up yet.")
