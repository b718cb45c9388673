"""Courtesy scores kept: given from outside, entered or imported, and taken back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ivr.records.courtesy_tables import CourtesyScore
from ivr.records.store import insert_new

ITEMS = 8
_POINTS = re.compile(r"\d{1,3}(\.\d{1,2})?")
_EXTENSION = re.compile(r"\d{2,6}")
MOST = 100_00
"""Points of a whole score, in hundredths."""


@dataclass(frozen=True, slots=True)
class Score:
    """A test call to an officer (extension) and the points given for its items, in hundredths."""

    on: date
    agent: str
    source: str
    items: tuple[int, ...]

    @classmethod
    def read(cls, on: str, agent: str, source: str, points: Sequence[str]) -> Score:
        """From texts: a day, an extension, who gave it, eight numbers of points. Raises ValueError with the reason."""
        try:
            day = date.fromisoformat(on)
        except ValueError:
            raise ValueError(f"“{on}” is no day: write 2026-11-21") from None
        if not _EXTENSION.fullmatch(agent):
            raise ValueError(f"“{agent}” is no officer's extension (2 to 6 digits)")
        if not source or len(source) > 100 or not source.isprintable():
            raise ValueError("who gave the score is told in 1 to 100 characters")
        wrong = [text for text in points if not _POINTS.fullmatch(text)]
        if wrong or len(points) != ITEMS:
            what = f"“{wrong[0]}” is no number of points" if wrong else f"there are {len(points)} items"
            raise ValueError(f"{what}: give {ITEMS} numbers, as 12.5")
        items = tuple(round(float(text) * 100) for text in points)
        if sum(items) > MOST:
            raise ValueError(f"the items come to {sum(items) / 100:g} points: 100 is the most")
        return cls(day, agent, source, items)


def add(session: Session, scores: Iterable[Score], now: datetime, *, again: bool) -> int:
    """Keep scores; how many are new. Scores that say the same are told apart by how many of them came before: among
    these alone, so that a file read again adds nothing, or with `again` after all that are kept, too."""
    seen: dict[Score, int] = {}
    new = 0
    for score in scores:
        seen[score] = seen.get(score, 0) + 1
        key = _id(score, seen[score])
        while again and session.get(CourtesyScore, key) is not None:
            seen[score] += 1
            key = _id(score, seen[score])
        items = {f"item{n}": points for n, points in enumerate(score.items, 1)}
        row = {"id": key, "on": score.on, "agent": score.agent, "source": score.source, **items, "entered_at": now}
        new += insert_new(session, CourtesyScore, row)
    return new


def listed(session: Session, first: date, last: date) -> Sequence[CourtesyScore]:
    """The scores of test calls from one day to another (both included), in their order."""
    wanted = select(CourtesyScore).where(CourtesyScore.on >= first, CourtesyScore.on <= last)
    return session.scalars(wanted.order_by(CourtesyScore.on, CourtesyScore.agent, CourtesyScore.id)).all()


def remove(session: Session, id: str) -> bool:
    """Take a score back; whether there was one."""
    gone = session.execute(delete(CourtesyScore).where(CourtesyScore.id == id).returning(CourtesyScore.id))
    return gone.scalar_one_or_none() is not None


def _id(score: Score, nth: int) -> str:
    said = "\n".join([str(score.on), score.agent, score.source, *map(str, score.items), str(nth)])
    return hashlib.sha256(said.encode()).hexdigest()[:12]
