"""Exports in the making: a few at once, each with its progress, its file kept for an hour and for who asked alone.

They live in the process that serves the pages. When that ends they are gone, and so are their files.
"""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from ivr.errors import OnestopError
from reports.export.document import Value

AT_ONCE = 2
"""Exports made at the same time; more wait."""
MOST = 8
"""Exports made and waiting, of everybody."""
MOST_OWN = 3
"""Exports made and waiting, of one person."""
KEPT = timedelta(hours=1)
"""How long a file can be fetched."""

State = Literal["waiting", "making", "ready", "failed"]

_log = logging.getLogger(__name__)


class Full(OnestopError):
    """Too many exports are in the making."""


@dataclass(slots=True)
class Job:
    """An export. name: what its file is called. done: rows of `total` that are written."""

    owner: str
    name: str
    total: int
    path: Path
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    done: int = 0
    state: State = "waiting"
    until: datetime | None = None

    def counted(self, rows: Iterable[Sequence[Value]]) -> Iterator[Sequence[Value]]:
        """The rows, counted as they are taken."""
        for row in rows:
            yield row
            self.done += 1


class Jobs:
    """All exports of a process. Thread-safe."""

    def __init__(self, folder: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """folder: of this process alone; what an earlier one left there is deleted."""
        self._folder, self._now = folder, now
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._turn = threading.BoundedSemaphore(AT_ONCE)
        shutil.rmtree(folder, ignore_errors=True)

    def start(self, owner: str, name: str, total: int, make: Callable[[Job], None]) -> Job:
        """Begin an export; `make` writes its file, in a thread of its own. Raises Full, OSError."""
        with self._lock:
            self._tidy()
            open_ = [job for job in self._jobs.values() if job.state in ("waiting", "making")]
            if len(open_) >= MOST or sum(job.owner == owner for job in open_) >= MOST_OWN:
                raise Full("too many exports are in the making")
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            job = Job(owner, name, total, self._folder / secrets.token_hex(16))
            job.path.touch(mode=0o600)
            self._jobs[job.id] = job
        threading.Thread(target=self._run, args=(job, make), name=f"export {job.id[:6]}", daemon=True).start()
        return job

    def of(self, owner: str) -> list[Job]:
        """Somebody's exports, the newest first."""
        with self._lock:
            self._tidy()
            return [job for job in reversed(self._jobs.values()) if job.owner == owner]

    def get(self, id: str, owner: str) -> Job | None:
        """Somebody's export; None when there is none, any more, or it is another's."""
        return next((job for job in self.of(owner) if job.id == id), None)

    def _run(self, job: Job, make: Callable[[Job], None]) -> None:
        with self._turn:
            job.state = "making"
            try:
                make(job)
                state: State = "ready"
            except Exception:  # noqa: BLE001  # whatever it is, the page has to say that nothing comes
                _log.exception("an export failed")
                job.path.unlink(missing_ok=True)
                state = "failed"
            job.until, job.state = self._now() + KEPT, state

    def _tidy(self) -> None:
        """Forget what is over, with its file."""
        for job in [job for job in self._jobs.values() if job.until and job.until <= self._now()]:
            job.path.unlink(missing_ok=True)
            del self._jobs[job.id]
