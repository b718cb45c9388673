"""Keeps tallies: counts hours that are over, and those of which something was written since, in bounded batches.

Reports are exact at any moment, whatever of this is done: what isn't kept, or is marked, they count themselves. A batch
is counted beside the writers and then put down in one transaction, together with the marks that it takes back; a mark
that was set anew meanwhile stays. Of several keepers at once, the one whose turn it isn't drops its batch.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from ivr.errors import StoreUnavailable
from ivr.records.models import Call, Leg
from ivr.records.store import Store, insert_new
from ivr.records.tally_tables import CONTACT_TALLIES, EXIT_TALLIES, ROOM, WAIT_TALLIES, TallyBook, TallyMark, TallyRoll
from reports import counting, rolls
from reports.kept import NUMBERS, VERSION, fits
from reports.period import Period
from reports.returned import SETTLED, due, due_months, settle
from reports.spans import HOUR, Span, beginning, hour, hours

POLL_S = 5.0
"""Pause between looks: how long reports count a change themselves."""

BATCH = timedelta(days=1)
LONG_BATCH = timedelta(days=7)
FEW = 2000
"""Calls of a longer batch at most."""
MARKED = 24
"""Hours counted anew at once."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the keeper is, for people: counted from since until; marked: quarters of an hour changed since."""

    since: datetime
    until: datetime
    now: datetime
    marked: int


class Keeper:
    """Keeps the tallies of an office's database."""

    def __init__(self, store: Store, zone: ZoneInfo, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._store, self._zone, self._now = store, zone, now

    def step(self) -> bool:
        """One batch; whether there may be more to do. Raises StoreUnavailable."""
        return self._open() or self._marked() or self._onward() or self._added_up()

    def progress(self) -> Progress | None:
        """How far it is; None before the first batch. Raises StoreUnavailable."""
        with self._store.reading() as session:
            book = session.get(TallyBook, 1)
            if book is None:
                return None
            marked = len(session.scalars(_marks(book, None, book.until)).all())
            return Progress(book.since, book.until, hour(self._now(), self._zone), marked)

    def anew(self) -> None:
        """Have everything counted anew, but what is closed. Raises StoreUnavailable."""
        with self._store.transaction() as session:
            book = session.get(TallyBook, 1, with_for_update=True)
            if book is not None:
                _restart(session, book, self._zone)

    def close(self, before: datetime) -> bool:
        """Have nothing before a time counted anew any more, so that its calls may be deleted while their tallies stay.

        What is begun before it can reach into the days after: they are closed with it. False: not all of that is
        counted yet, and nothing is done. Raises StoreUnavailable.
        """
        closed = hour(before, self._zone) + SETTLED
        with self._store.transaction() as session:
            book = session.get(TallyBook, 1, with_for_update=True)
            if book is None or not fits(book, self._zone.key) or book.until < closed:
                return False
            if session.scalars(_marks(book, None, closed).limit(1)).first():
                return False
            now = self._now()
            if any(day < before for day in due(session, book, self._zone, now)):
                return False
            if any(month < closed for month in due_months(session, book, self._zone, now)):
                return False
            book.closed, book.turn = max(closed, book.closed or closed), book.turn + 1
        return True

    def _open(self) -> bool:
        """Begin the book, or begin it again when definitions or zone are others now."""
        with self._store.reading() as session:
            book = session.get(TallyBook, 1)
            if book is not None and fits(book, self._zone.key):
                return False
            first = [at for time in (Call.started_at, Leg.queued_at) if (at := session.scalar(select(func.min(time))))]
        with self._store.transaction() as session:
            book = session.get(TallyBook, 1, with_for_update=True)
            if book is None:
                since = beginning("month", min([self._now(), *first]), self._zone)
                row = {"zone": self._zone.key, "version": VERSION, "names": " ".join(NUMBERS), "turn": 0}
                insert_new(session, TallyBook, {"id": 1, "since": since, "until": since, **row})
            elif not fits(book, self._zone.key):
                log.info("tallies are counted anew: other definitions, or another time zone")
                _restart(session, book, self._zone)
        return True

    def _marked(self) -> bool:
        """Count hours anew of which something was written since, the newest first."""
        with self._store.reading() as session:
            book = _book(session)
            marks = [*session.scalars(_marks(book, None, book.until).order_by(TallyMark.quarter.desc()).limit(MARKED))]
            chosen = sorted({hour(mark.quarter, self._zone) for mark in marks})
            if not chosen:
                return False
            batch = [self._counted(session, book, [(start, start + HOUR)]) for start in chosen]
            since = min(book.since, beginning("month", chosen[0], self._zone))
        return self._put_down(book, batch, {"since": since})

    def _onward(self) -> bool:
        """Count the hours that are over since it was last done, a day of them at most."""
        with self._store.reading() as session:
            book = _book(session)
            over = hour(self._now(), self._zone)
            if book.until >= over:
                return False
            long = select(Call.id).where(Call.started_at >= book.until, Call.started_at < book.until + LONG_BATCH)
            many = len(session.scalars(long.limit(FEW)).all()) == FEW
            end = min(over, book.until + (BATCH if many else LONG_BATCH))
            batch = self._counted(session, book, hours(book.until, end, self._zone))
        return self._put_down(book, [batch], {"until": end})

    def _added_up(self) -> bool:
        return rolls.roll(self._store, self._zone) or settle(self._store, self._zone, self._now())

    def _counted(self, session: Session, book: TallyBook, of: Sequence[Span]) -> Batch:
        """These hours counted; their marks are read first, so that a later change can't be missed."""
        marks = [(mark.quarter, mark.token) for mark in session.scalars(_marks(book, of[0][0], of[-1][1]))]
        columns = {name: f"n{place}" for place, name in enumerate(book.names.split())}
        period = Period(of[0][0], of[-1][1], self._zone)
        contacts = counting.contact_rows(session, of, period, columns)
        exits, waits = counting.exit_rows(session, of), counting.wait_rows(session, of, period)
        return Batch(period, sorted(marks), contacts, exits, waits)

    def _put_down(self, book: TallyBook, batches: Sequence[Batch], moved: dict[str, datetime]) -> bool:
        with self._store.transaction() as session:
            if rolls.turned(session, book.turn, **moved):  # else another keeper was faster
                for batch in batches:
                    batch.put_down(session)
                    rolls.void(session, batch.period.start, batch.period.end, self._zone, book.closed)
        return True


@dataclass(frozen=True, slots=True)
class Batch:
    """Hours that were counted, and the marks that were there before."""

    period: Period
    marks: list[tuple[datetime, int]]
    contacts: list[counting.Row]
    exits: list[counting.Row]
    waits: list[counting.Row]

    def put_down(self, session: Session) -> None:
        """In place of what is kept of these hours."""
        for quarter, token in self.marks:  # one by one, in order, as they are written: nobody waits for each other
            session.execute(delete(TallyMark).where(TallyMark.quarter == quarter, TallyMark.token == token))
        rows_of = ((CONTACT_TALLIES, self.contacts), (EXIT_TALLIES, self.exits), (WAIT_TALLIES, self.waits))
        for table, rows in rows_of:
            time = table.c.starts_at
            within = (table.c.grain == "hour", time >= self.period.start, time < self.period.end)
            of = [table.c.of.in_(("call", "entry"))] if "of" in table.c else []  # the index's order
            session.execute(delete(table).where(*within, *of))
            if rows:
                session.execute(insert(table), rows)


def keep_until(stop: threading.Event, keeper: Keeper, may: Callable[[], bool]) -> None:
    """Keep tallies as calls come; blocks until `stop` is set. may: asked before each batch, whether it is this one's to
    do."""
    pause = 0.0
    while not stop.wait(pause):
        try:
            pause = 0.0 if may() and keeper.step() else POLL_S
        except StoreUnavailable as error:
            log.warning("tallies wait: %s", error)
            pause = POLL_S
        except Exception:  # whatever it is, reports count themselves, and it is tried again
            log.exception("tallies wait")
            pause = POLL_S


def _book(session: Session) -> TallyBook:
    """The book as it is now, to be read also when the session is over."""
    book = session.get_one(TallyBook, 1)
    session.expunge(book)
    return book


def _marks(book: TallyBook, start: datetime | None, end: datetime) -> Select[TallyMark]:
    marks = select(TallyMark).where(TallyMark.quarter < end)
    floor = max([at for at in (start, book.closed) if at], default=None)
    return marks.where(TallyMark.quarter >= floor) if floor else marks


def _names(book: TallyBook) -> str:
    """What the numbers are: those there were keep their places, for what is closed."""
    names = book.names.split()
    names += [name for name in NUMBERS if name not in names]
    if len(names) > ROOM:
        raise ValueError(f"a tally has {len(names)} numbers, and there is room for {ROOM}")
    return " ".join(names)


def _restart(session: Session, book: TallyBook, zone: ZoneInfo) -> None:
    """Nothing from `until` on is read: so what is kept of it need not be deleted at once."""
    book.until = hour(book.closed or book.since, zone)
    month = beginning("month", book.until, zone)
    anew = or_(TallyRoll.of == "contacts", (TallyRoll.of == "returns") & (TallyRoll.grain == "month"))
    gone = or_(TallyRoll.starts_at >= book.until, (TallyRoll.starts_at >= month) & anew)
    session.execute(delete(TallyRoll).where(*([] if book.zone != zone.key else [gone])))
    book.since = min(book.since, book.until)
    book.zone, book.version, book.names, book.turn = zone.key, VERSION, _names(book), book.turn + 1
