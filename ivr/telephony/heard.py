"""Which callers have heard which notices today: for those that a caller hears at most so many times a day."""

from __future__ import annotations

import datetime
import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy.orm import Session

from ivr.records import hearings

OVERLAP = datetime.timedelta(minutes=5)
"""How far a reading goes back behind the one before: other nodes' records come late."""


class Heard:
    """The plays of one day, by caller (keyed hash) and notice. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: dict[str, dict[str, set[str]]] = {}
        self._day: datetime.date | None = None
        self._read_to: datetime.datetime | None = None

    def times(self, who: str, call: str) -> Mapping[str, int]:
        """In how many calls but this one the caller has heard each notice today."""
        with self._lock:
            return {notice: len(calls - {call}) for notice, calls in self._calls.get(who, {}).items()}

    def add(self, plays: Iterable[tuple[str, str, str]]) -> None:
        """Plays of today: (who, notice, call)."""
        with self._lock:
            for who, notice, call in plays:
                self._calls.setdefault(who, defaultdict(set))[notice].add(call)

    def read(self, session: Session, notices: Collection[str], now: datetime.datetime) -> None:
        """Take in what the database knows of some notices today; `now` in the office's zone."""
        if self._day != now.date():
            with self._lock:
                self._calls.clear()
            self._day, self._read_to = now.date(), None
        if not notices:
            return
        midnight = datetime.datetime.combine(now.date(), datetime.time.min, now.tzinfo)
        since = midnight if self._read_to is None else max(midnight, self._read_to - OVERLAP)
        self.add(hearings.since(session, notices, since))
        self._read_to = now.astimezone(datetime.UTC)  # a wall clock's OVERLAP is an hour off where summer time begins
