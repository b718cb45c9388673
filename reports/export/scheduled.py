"""The reports that write themselves: a file for each day, week, month or quarter that is over and recorded.

A file is there whole or not at all, and is marked as made (table `firings`) so that one that was moved away isn't made
again. What was killed between the two is found by its file.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from ivr.config import Report, Reports
from ivr.errors import NotYet, OnestopError
from ivr.language.calendar import Calendar, Clock
from ivr.office.schedule import Schedule
from ivr.records.message_tables import Firing
from ivr.records.store import Store, insert_new
from reports.export import written
from reports.export.figures import Naming, document
from reports.export.kept import kept
from reports.export.periods import Span, complete
from reports.figure import Language
from reports.sought import Filter

log = logging.getLogger(__name__)

Behind = Callable[[Session], datetime | None]
"""When the oldest of what isn't recorded yet happened; None: everything is recorded."""


@dataclass(frozen=True, slots=True)
class File:
    """A report of one span. made: it was written."""

    name: str
    report: Report
    span: Span
    path: Path
    made: bool

    @property
    def mark(self) -> dict[str, object]:
        """The row that says it was written."""
        return {"schedule": f"report {self.name} {self.report.every}", "fire_time": self.span.period.end}


@dataclass(frozen=True, slots=True)
class Scheduled:
    """The reports of an office, in the clock's hands (`callback.clock.Duty`)."""

    settings: Reports
    folder: Path
    calendar: Calendar
    naming: Naming
    language: Language
    behind: Behind
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def schedule(self) -> Schedule:
        """When the clock calls: every day at the time of the settings; made up later in the day."""
        return Schedule(self.calendar, Clock(hours={"mon-sun": f"{self.settings.at}-23:59"}, holidays=False))

    def files(self, session: Session) -> Iterator[File]:
        """Every report of the spans that are over, as far back as they are made up."""
        for name, report in self.settings.files.items():
            for span in complete(report.every, self.now(), self.calendar.tz):
                path = self.folder / f"{name}-{span.name}.{report.format}"
                file = File(name, report, span, path, made=False)
                mark = session.get(Firing, (file.mark["schedule"], file.mark["fire_time"]))
                yield File(name, report, span, path, made=mark is not None)

    def write(self, store: Store) -> None:
        """Write what is to be written, and mark each file as it is there: one that can't be written keeps no other from
        being made once. Raises NotYet while the recorder is behind, or when a file couldn't be written;
        StoreUnavailable."""
        with store.reading() as session:
            wanted = [file for file in self.files(session) if not file.made]
            behind = self.behind(session) if wanted else None
        if behind and behind < max(file.span.period.end for file in wanted):
            raise NotYet(f"calls from {behind:%Y-%m-%d %H:%M} UTC on aren't recorded yet")
        failed = 0
        for file in wanted:
            try:
                self._write(store, file)
            except (OnestopError, OSError) as error:
                log.warning("report %s of %s: %s", file.name, file.span.name, error)
                failed += 1
                continue
            with store.transaction() as session:
                insert_new(session, Firing, file.mark)
        if failed:
            raise NotYet(f"{failed} of {len(wanted)} reports couldn't be written")

    def _write(self, store: Store, file: File) -> None:
        """Write a file, unless it is there already."""
        if file.path.exists():
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        where = Filter(line=file.report.line, desk=file.report.desk)
        with store.reading() as session:
            whole = document(session, file.span.period, file.report.by, where, self.naming, self.language)
        with kept(file.path, over=False) as draft:
            written.document(file.report.format, whole, draft)
        log.info("report %s of %s is written", file.name, file.span.name, extra={"file": str(file.path)})
