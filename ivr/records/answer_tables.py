"""The table of answers to surveys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.models import Base


class Answer(Base):
    """What a caller thought of a conversation: one answer for each question and desk of a call, the last one given."""

    __tablename__ = "answers"
    __table_args__ = (Index(None, "at"),)

    call: Mapped[str] = mapped_column(primary_key=True)
    desk: Mapped[str] = mapped_column(primary_key=True, doc="Desk of the conversation; empty: there was none.")
    question: Mapped[str] = mapped_column(primary_key=True, doc="Name of the question: `as` of the survey.")
    agent: Mapped[str | None] = mapped_column(doc="Officer who spoke last; None: not known, or not yet.")
    answer: Mapped[int] = mapped_column(doc="1, the best, to 5, the worst.")
    at: Mapped[datetime]
