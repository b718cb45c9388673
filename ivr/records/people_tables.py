"""The tables of the people who use the pages: who may come in, who is in, and who tried to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.models import Base


class Person(Base):
    """Somebody with a way in. Who is removed stays, without one: what he did keeps his name."""

    __tablename__ = "people"

    name: Mapped[str] = mapped_column(primary_key=True, doc="What he logs in with.")
    role: Mapped[str]
    desks: Mapped[str] = mapped_column(doc="Desks that the role `desk` is limited to, separated by blanks.")
    hash: Mapped[str] = mapped_column(doc="Of the password: argon2id, with its parameters and salt.")
    once_until: Mapped[datetime | None] = mapped_column(
        doc="The password is a one-time one, good until then and to be changed at once; None: the person's own."
    )
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    seen_at: Mapped[datetime | None] = mapped_column(doc="When he last logged in.")
    locked_at: Mapped[datetime | None] = mapped_column(doc="Since when an admin keeps him out.")
    removed_at: Mapped[datetime | None]


class WebSession(Base):
    """Somebody who is logged in. The token in his cookie is never stored."""

    __tablename__ = "web_sessions"
    __table_args__ = (Index(None, "person"),)

    hash: Mapped[str] = mapped_column(primary_key=True, doc="SHA-256 of the token, hexadecimal.")
    person: Mapped[str] = mapped_column(ForeignKey("people.name", ondelete="CASCADE"))
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(doc="Last sign of life, to the minute.")
    address: Mapped[str] = mapped_column(doc="Where he logged in from.")


class LoginTry(Base):
    """How often a name, or an address, was tried in vain of late."""

    __tablename__ = "login_tries"
    __table_args__ = (Index(None, "first_at"),)

    subject: Mapped[str] = mapped_column(primary_key=True, doc="SHA-256 of it: people type passwords for names.")
    first_at: Mapped[datetime]
    count: Mapped[int]
