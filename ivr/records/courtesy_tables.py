"""The table of courtesy scores (전화친절도), which a firm from outside gives for test calls."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, Index
from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.models import Base


class CourtesyScore(Base):
    """One test call and the points given for it, in hundredths: eight items, 100 points together at most."""

    __tablename__ = "courtesy_scores"
    __table_args__ = (Index(None, "on"),)

    id: Mapped[str] = mapped_column(primary_key=True, doc="Hash of what it says: the same row again is the same score.")
    on: Mapped[date] = mapped_column(Date, doc="Day of the test call, in the office's zone.")
    agent: Mapped[str] = mapped_column(doc="Extension of the officer who was called.")
    source: Mapped[str] = mapped_column(doc="Who gave it.")
    item1: Mapped[int]
    item2: Mapped[int]
    item3: Mapped[int]
    item4: Mapped[int]
    item5: Mapped[int]
    item6: Mapped[int]
    item7: Mapped[int]
    item8: Mapped[int]
    entered_at: Mapped[datetime]
