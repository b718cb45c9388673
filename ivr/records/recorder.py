"""The recorder: carries facts from the journal and the witness into the database, each once, none lost.

What a file says and how far it was read go into the database in one transaction, so the mark can't lie. Whatever
fails (a locked database, a full disk) is tried again with growing pauses; meanwhile the files keep everything.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ivr.errors import StoreUnavailable
from ivr.records import answers, calls, models, tellings
from ivr.records.facts import Known
from ivr.records.journal_tail import JournalTail
from ivr.records.store import Store, upsert
from ivr.records.tail import BITE, Bite, Tail, bite, set_aside
from ivr.records.witness import Witness

POLL_S = 1.0
"""Pause between looks at the files: how far the database lags behind. A transaction costs more than its lines."""

LONGEST_PAUSE_S = 5.0
"""Longest pause between two tries while the database can't be used."""

_log = logging.getLogger(__name__)


class Recorder:
    """Reads a node's journal and witness into a store. One per node; two would not hurt, only wait for each other."""

    def __init__(self, journal_dir: Path, witness_path: Path, store: Store, node: str) -> None:
        """Touches neither disk nor database; neither need be there yet."""
        self._store = store
        self._node = node
        self._tails: Sequence[Tail] = (JournalTail(journal_dir), Witness(witness_path, node))
        self._migrated = False
        self._marks: dict[str, dict[str, int]] = {}
        self._seen: list[tuple[Path, int, bool]] = []
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Record in a thread of its own until `stop`; it keeps no process alive, since the files keep everything."""
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Record what is there, if the database can be used right now, and end the thread."""
        self._stopping.set()
        if self._thread:
            self._thread.join()

    def once(self) -> int:
        """Record everything that is there; how many lines it was.

        Raises StoreUnavailable or OSError; what was recorded by then stays recorded, the rest is there for the
        next time.
        """
        if not self._migrated:
            self._store.migrate()
            self._migrated = True
        if (seen := self._sizes()) == self._seen:
            return 0
        total, more = 0, True
        while more:
            lines, more = self._record()
            total += lines
        self._tidy()
        self._seen = seen  # taken before reading: what was appended since is news, for the next time
        return total

    def _sizes(self) -> list[tuple[Path, int, bool]]:
        """What there is to read, without asking the database."""
        return [(f.path, f.path.stat().st_size, f.final) for tail in self._tails for f in tail.files({})]

    def _record(self) -> tuple[int, bool]:
        """Record the next bite of lines, in one transaction; how many there were, and whether there are more."""
        known: list[Known] = []
        lines = wrong = size = 0
        more = False
        with self._store.transaction() as session:
            self._marks = self._load(session)
            moved = []
            for tail in self._tails:
                marks = self._marks[tail.name]
                for file in tail.files(marks):
                    mark = marks.get(file.name, 0)
                    taken = bite(file, mark) if size < BITE else Bite([], mark, more=True)
                    more |= taken.more
                    for line in taken.lines:
                        pieces, complaint = tail.parse(line)
                        known += pieces
                        if complaint:
                            wrong += 1
                            set_aside(tail, file, line, complaint)
                    lines += len(taken.lines)
                    size += taken.mark - mark
                    if taken.mark != mark:
                        marks[file.name] = taken.mark
                        moved.append({"source": self._source(tail), "file": file.name, "position": taken.mark})
            calls.record(session, known)
            tellings.record(session, known)
            answers.record(session, known)
            upsert(session, models.Mark, moved)
        if wrong:
            _log.warning("set aside %d wrong lines of %d", wrong, lines)
        return lines, more

    def _tidy(self) -> None:
        """Begin new files where it is time, and delete those that were read and that nobody needs any more."""
        for tail in self._tails:
            marks = self._marks[tail.name]
            tail.tidy(marks)
            for file in tail.files(marks):
                if file.final and marks.get(file.name, 0) >= file.path.stat().st_size:
                    with self._store.transaction() as session:  # first: a mark must not outlive its file
                        mark = (self._source(tail), file.name)
                        session.execute(
                            delete(models.Mark).where(models.Mark.source == mark[0], models.Mark.file == mark[1])
                        )
                    file.path.unlink()

    def _load(self, session: Session) -> dict[str, dict[str, int]]:
        """The marks of each tail."""
        table = models.Mark
        return {
            tail.name: {
                mark.file: mark.position
                for mark in session.scalars(select(table).where(table.source == self._source(tail)))
            }
            for tail in self._tails
        }

    def _source(self, tail: Tail) -> str:
        return f"{self._node}/{tail.name}"

    def _run(self) -> None:
        pause = POLL_S
        while not self._stopping.wait(pause):
            pause = self._try(pause)
        self._try(pause)

    def _try(self, pause: float) -> float:
        """Record what there is; how long to wait before the next time, when it was `pause` before this one."""
        try:
            self.once()
        except (StoreUnavailable, OSError) as error:
            _log.warning("nothing recorded, trying again: %s", error)
            return min(2 * pause, LONGEST_PAUSE_S)
        except Exception:  # noqa: BLE001  # whatever it is, later calls must not go unrecorded for it
            _log.exception("nothing recorded, trying again")
            return LONGEST_PAUSE_S
        return POLL_S
