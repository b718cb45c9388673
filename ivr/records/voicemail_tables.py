"""The table of voicemails."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.models import Base


class Voicemail(Base):
    """What a caller said for a desk. The worker tells its officers, once, and marks it told."""

    __tablename__ = "voicemails"
    __table_args__ = (Index(None, "told_at"), Index(None, "desk", "at"))

    file: Mapped[str] = mapped_column(primary_key=True, doc="Name of its sound (ivr.records.mailbox).")
    call: Mapped[str]
    desk: Mapped[str]
    language: Mapped[str] = mapped_column(doc="Language of the call.")
    at: Mapped[datetime]
    seconds: Mapped[int]
    told_at: Mapped[datetime | None] = mapped_column(doc="None: its officers have not been told yet.")
    heard_at: Mapped[datetime | None] = mapped_column(doc="When it was marked as done.")
    heard_by: Mapped[str | None] = mapped_column(doc="Who did that.")
    deleted_at: Mapped[datetime | None] = mapped_column(doc="When its sound was deleted.")
