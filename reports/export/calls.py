"""The calls of a period, one a row, as a stream: numbers masked, times as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, tuple_
from sqlalchemy.orm import Session

from ivr.records.models import Call, Leg
from ivr.records.store import Store
from reports.export.document import Column, Value
from reports.export.words import outcome, word
from reports.figure import Language
from reports.period import Period
from reports.sought import Filter

PAGE = 2000
"""Calls read in one transaction: nobody who downloads slowly keeps one open."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Which calls, and how they are shown: callers by `mask` (sealed → masked), desks by name."""

    period: Period
    where: Filter
    language: Language
    mask: Callable[[str], str]
    desks: Callable[[str], str]

    def columns(self) -> list[Column]:
        """The columns of each row."""
        zone = self.period.zone.key
        return [
            Column(f"{word('began', self.language)} ({zone})", "time"),
            Column(f"{word('ended', self.language)} ({zone})", "time"),
            *(
                Column(word(name, self.language), "text")
                for name in ("call", "line", "language", "caller", "outcome", "desk")
            ),
            *(Column(word(name, self.language), "seconds") for name in ("waited", "talked", "lasted")),
        ]

    def count(self, session: Session) -> int:
        """How many rows there will be."""
        return session.scalar(select(func.count()).select_from(Call).where(*self._conditions())) or 0

    def rows(self, store: Store) -> Iterator[Sequence[Value]]:
        """The calls, in the order in which they began. Raises StoreUnavailable."""
        after: tuple[datetime, str] | None = None
        while True:
            with store.reading() as session:
                calls = self._page(session, after)
                legs = self._last_legs(session, [call.id for call in calls])
            for call in calls:
                yield self._row(call, legs.get(call.id))
            if len(calls) < PAGE:
                return
            after = calls[-1].started_at, calls[-1].id

    def _page(self, session: Session, after: tuple[datetime, str] | None) -> Sequence[Any]:
        columns = (Call.id, Call.started_at, Call.ended_at, Call.line, Call.language, Call.caller, Call.outcome)
        page = select(*columns).where(*self._conditions()).order_by(Call.started_at, Call.id).limit(PAGE)
        if after:
            page = page.where(Call.started_at >= after[0], tuple_(Call.started_at, Call.id) > after)
        return session.execute(page).all()

    def _conditions(self) -> list[ColumnElement[bool]]:
        found = [Call.started_at >= self.period.start, Call.started_at < self.period.end, *self.where.about_calls()]
        legs = self.where.about_legs()
        return [*found, exists().where(Leg.call == Call.id, *legs)] if legs else found

    @staticmethod
    def _last_legs(session: Session, calls: Sequence[str]) -> dict[str, Any]:
        """Where each call came to in the end."""
        columns = (Leg.call, Leg.desk, Leg.queued_at, Leg.connected_at, Leg.left_at)
        legs = session.execute(select(*columns).where(Leg.call.in_(calls)).order_by(Leg.call, Leg.n))
        return {leg.call: leg for leg in legs}

    def _row(self, call: Any, leg: Any) -> list[Value]:
        row: list[Value] = [call.started_at, call.ended_at, call.id, call.line or "?", call.language or ""]
        row += [self.mask(call.caller) if call.caller else "", outcome(call.outcome, self.language)]
        if leg is None:
            row += ["", None, None]
        else:
            row += [self.desks(leg.desk), _seconds(leg.queued_at, leg.connected_at or leg.left_at)]
            row.append(_seconds(leg.connected_at, leg.left_at))
        return [*row, _seconds(call.started_at, call.ended_at)]


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return None if start is None or end is None else (end - start).total_seconds()
