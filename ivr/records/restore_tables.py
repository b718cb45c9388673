"""The table of restores: when a database was filled from a backup. What was promised before may have gone out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from ivr.records.models import Base


class Restore(Base):
    """This database was filled from a backup."""

    __tablename__ = "restores"

    backup: Mapped[str] = mapped_column(primary_key=True, doc="The backup's id.")
    of: Mapped[datetime] = mapped_column(doc="The state that the backup holds.")
    at: Mapped[datetime] = mapped_column(doc="When it was restored.")


def last(session: Session) -> datetime | None:
    """When this database was last restored from a backup; None: never."""
    return session.scalar(select(func.max(Restore.at)))
