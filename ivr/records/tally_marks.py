"""Which calls must be counted anew: whoever writes them marks the time they are counted in, in the same transaction.

Whether a caller called again is counted once that can't change any more, after REACH. So a call marks the same caller's
calls around it too, but only those so long ago that they may be counted already: calls brought in late do, calls as
they come don't.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.records.models import Call, Leg
from ivr.records.store import upsert
from ivr.records.tally_tables import TallyMark

REACH = timedelta(days=7)
"""How far apart calls of one caller can matter to each other. Counted is a day later, so that clocks need not agree."""

QUARTER_S = 900
"""Marks are by quarters of an hour: every zone's hours are made of whole ones."""


class Touched:
    """What a transaction changes. See the calls before they are written and after, then mark."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._quarters: set[datetime] = set()

    def see(self, calls: Collection[str]) -> None:
        """Note down where these calls, as they are now, are counted."""
        if not calls:
            return
        own = self._session.execute(select(Call.who, Call.started_at).where(Call.id.in_(calls))).all()
        entries = self._session.scalars(select(Leg.queued_at).where(Leg.call.in_(calls)))
        times = {*(row.started_at for row in own), *entries, *self._around([(row.who, row.started_at) for row in own])}
        self._quarters |= set(map(quarter, times))

    def mark(self) -> None:
        """Write the marks; once, at the transaction's end: whoever writes the same hours waits for it from here on."""
        mark(self._session, self._quarters)

    def _around(self, calls: Iterable[tuple[str | None, datetime]]) -> set[datetime]:
        """When the same callers' calls around these began that were over REACH ago."""
        old = datetime.now(UTC) - REACH
        began: dict[str, list[datetime]] = {}
        for who, at in calls:
            if who is not None and at - REACH < old - timedelta(hours=12):
                began.setdefault(who, []).append(at)
        if not began:
            return set()
        times = [at for of in began.values() for at in of]
        around = Call.started_at.between(min(times) - REACH, min(max(times) + REACH, old))
        others = self._session.execute(select(Call.who, Call.started_at).where(Call.who.in_(list(began)), around))
        return {at for who, at in others if any(abs(at - own) <= REACH for own in began[who or ""])}


def mark(session: Session, quarters: Iterable[datetime]) -> None:
    """Have everything that is counted in these quarters of an hour counted anew."""
    ordered = sorted(set(quarters))  # two that mark the same ones must not wait for each other
    upsert(session, TallyMark, [{"quarter": at, "token": secrets.randbits(62)} for at in ordered])


def quarter(at: datetime) -> datetime:
    """The beginning of the quarter of an hour."""
    seconds = int(at.timestamp())
    return datetime.fromtimestamp(seconds - seconds % QUARTER_S, UTC)
