"""The calls that are looked for, one a row, as a stream: numbers masked, times as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from ivr.records.models import Call
from ivr.records.store import Store
from reports import search
from reports.contact import Result
from reports.export.document import Column, Value
from reports.export.figures import Naming
from reports.export.words import word
from reports.figure import Language
from reports.period import Period
from reports.queries import Journey
from reports.search import Wanted

PAGE = 2000
"""Calls read in one transaction: nobody who downloads slowly keeps one open."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Which calls, and how they are shown: callers by `mask` (sealed → masked), what came of them by `result`."""

    wanted: Wanted
    language: Language
    mask: Callable[[str], str]
    naming: Naming
    result: Callable[[Result], str]

    @property
    def period(self) -> Period:
        """When they were."""
        return self.wanted.period

    def columns(self) -> list[Column]:
        """The columns of each row."""
        zone = self.period.zone.key
        return [
            Column(f"{word('began', self.language)} ({zone})", "time"),
            Column(f"{word('ended', self.language)} ({zone})", "time"),
            *(
                Column(word(name, self.language), "text")
                for name in ("call", "line", "language", "caller", "outcome", "desk", "agent")
            ),
            *(Column(word(name, self.language), "seconds") for name in ("waited", "talked", "lasted")),
        ]

    def count(self, session: Session) -> int:
        """How many rows there will be."""
        return session.scalar(select(func.count()).select_from(Call).where(*search.conditions(self.wanted))) or 0

    def rows(self, store: Store) -> Iterator[Sequence[Value]]:
        """The calls, in the order in which they began. Raises StoreUnavailable."""
        after: tuple[datetime, str] | None = None
        while True:
            with store.reading() as session:
                ways = search.journeys(session, self._page(session, after))
                results = search.results(session, ways)
                rows = [self._row(way, results[way.call.id]) for way in ways]
                after = (ways[-1].call.started_at, ways[-1].call.id) if ways else None
            yield from rows
            if len(rows) < PAGE:
                return

    def _page(self, session: Session, after: tuple[datetime, str] | None) -> Sequence[Call]:
        page = select(Call).where(*search.conditions(self.wanted)).order_by(Call.started_at, Call.id).limit(PAGE)
        if after:
            page = page.where(Call.started_at >= after[0], tuple_(Call.started_at, Call.id) > after)
        return session.scalars(page).all()

    def _row(self, way: Journey, result: Result) -> list[Value]:
        call, leg = way.call, way.legs[-1] if way.legs else None  # where it came to in the end
        row: list[Value] = [call.started_at, call.ended_at, call.id, call.line or "?", call.language or ""]
        row += [self.mask(call.caller) if call.caller else "", self.result(result)]
        if leg is None:
            row += ["", "", None, None]
        else:
            officer = self.naming.group("agent", leg.agent) if leg.agent and leg.connected_at else ""
            row += [self.naming.desk(leg.desk), officer, _seconds(leg.queued_at, leg.connected_at or leg.left_at)]
            row.append(_seconds(leg.connected_at, leg.left_at))
        return [*row, _seconds(call.started_at, call.ended_at)]


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return None if start is None or end is None else (end - start).total_seconds()
