"""The table of wishes: how a caller wants to be served the next time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, Session, mapped_column

from ivr.records.models import Base
from ivr.records.store import upsert


class Wish(Base):
    """What a caller has chosen last."""

    __tablename__ = "wishes"

    who: Mapped[str] = mapped_column(primary_key=True, doc="Keyed hash of the caller's number.")
    slow: Mapped[bool] = mapped_column(doc="Slow and easy mode.")
    at: Mapped[datetime]


def keep(session: Session, who: str, slow: bool, at: datetime) -> None:
    """Keep a wish, unless a newer one of the caller is known: nodes tell theirs in any order."""
    known = session.get(Wish, who)
    if known is None or known.at <= at:
        upsert(session, Wish, [{"who": who, "slow": slow, "at": at}])


def slow(session: Session, who: str) -> bool:
    """Whether this caller wants slow and easy mode. Raises StoreUnavailable."""
    wish = session.get(Wish, who)
    return wish is not None and wish.slow
