"""The tables of notices: what switches them, who changed that and why, and what each call heard of them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.models import Base

Change = Literal["on", "off", "auto", "said"]
"""on, off: switched so, whatever its windows and triggers say; auto: by those again; said: put on the air with words of
its own (an emergency notice)."""

Via = Literal["command", "page", "trigger"]


class Switch(Base):
    """How a notice is switched now. One without a row goes by its windows and triggers."""

    __tablename__ = "switches"

    notice: Mapped[str] = mapped_column(primary_key=True)
    on: Mapped[bool]
    until: Mapped[datetime | None] = mapped_column(doc="When the switch ends by itself; None: when it is changed.")
    reason: Mapped[str]
    who: Mapped[str]
    via: Mapped[Via] = mapped_column(Text)
    at: Mapped[datetime]
    texts: Mapped[str | None] = mapped_column(
        doc="Words of an emergency notice by language, JSON; the first is spoken "
        "where a language has none. None: a notice of notices.yaml."
    )


class SwitchChange(Base):
    """One change of a notice, for ever: rows are added only."""

    __tablename__ = "switch_changes"
    __table_args__ = (Index(None, "notice", "at"), Index(None, "at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    notice: Mapped[str]
    change: Mapped[Change] = mapped_column(Text)
    until: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(doc="Words of whoever did it; a trigger's measures.")
    who: Mapped[str] = mapped_column(doc="cli:USER, page:USER, trigger:NODE.")
    via: Mapped[Via] = mapped_column(Text)
    texts: Mapped[str | None]


class Trigger(Base):
    """A load trigger's state, the same for all nodes: whoever changes it first has changed it for all."""

    __tablename__ = "triggers"

    notice: Mapped[str] = mapped_column(primary_key=True)
    on: Mapped[bool]
    since: Mapped[datetime]


class Hearing(Base):
    """A notice, or a part of it, that a call met."""

    __tablename__ = "hearings"
    __table_args__ = (Index(None, "at"),)

    call: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    notice: Mapped[str] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True, doc="played, finished, or the offer that was taken.")


class Request(Base):
    """A caller asked for a message to the own number. The callback worker keeps it, once, and marks it kept."""

    __tablename__ = "requests"
    __table_args__ = (Index(None, "kept_at"),)

    call: Mapped[str] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(primary_key=True, doc="What it is for: notice/NAME, desk/NAME.")
    template: Mapped[str] = mapped_column(primary_key=True, doc="Message of messages.yaml.")
    language: Mapped[str]
    note: Mapped[str] = mapped_column(doc="Number and values, sealed; empty once it is kept.")
    at: Mapped[datetime]
    kept_at: Mapped[datetime | None] = mapped_column(doc="None: the worker has not taken it up yet.")
