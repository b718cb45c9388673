"""The tables of imports: files of other systems, and what each told of which call."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.models import Base


class Import(Base):
    """A file that was brought in."""

    __tablename__ = "imports"

    id: Mapped[str] = mapped_column(primary_key=True, doc="Hash of the file: the same file is the same import.")
    name: Mapped[str] = mapped_column(doc="The file's name.")
    form: Mapped[str] = mapped_column(doc="queue_log, cdr or sheet.")
    source: Mapped[str] = mapped_column(doc="Name of the other system.")
    at: Mapped[datetime]
    added: Mapped[int] = mapped_column(doc="Calls that nobody had told of before.")
    completed: Mapped[int] = mapped_column(doc="Calls of earlier imports of which it told more.")
    first: Mapped[datetime] = mapped_column(doc="When the first of its calls began.")
    last: Mapped[datetime]


class Imported(Base):
    """What a file told of a call; the call is made from all there is of it (ivr.records.retold)."""

    __tablename__ = "imported"
    __table_args__ = (Index(None, "file"),)

    call: Mapped[str] = mapped_column(primary_key=True)
    file: Mapped[str] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    told: Mapped[str] = mapped_column(doc="JSON.")
