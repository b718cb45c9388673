"""Versions of the office: immutable copies on local disk, named by content hash, so that a call in progress keeps
the one it began with and a broken edit never reaches a caller.

The folder is shared by all processes of an installation. Its file `current` names the version that new calls take,
and, after a step back, the state of the office's files that was left. A version's folder has the time at which it
was last put in place.
"""

from __future__ import annotations

import datetime
import fcntl
import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ivr.errors import BadInput, Problem
from ivr.language import loader
from ivr.language.office import Office

KEPT = 10
"""Versions that stay for a step back, whether a call refers to them or not."""
GRACE = datetime.timedelta(hours=1)
"""So long after it was left a version counts as in use, whatever the database knows of calls by then."""
MEMORY = 2 * KEPT
"""Most versions kept in memory, and whatever is made of them; one that went is read again."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A version on disk. since: when it was last put in place; left: when the next one was, None for the newest."""

    version: str
    since: datetime.datetime
    left: datetime.datetime | None


class Versions:
    """The versions kept in one folder, and which of them new calls take. Safe between threads and processes."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when it isn't there."""
        self._folder = folder
        self._loaded: dict[str, Office] = {}
        self._newest: Office | None = None
        self._refused = ""
        self._loading = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def switching(self) -> Iterator[None]:
        """One process at a time puts a version in place; others wait here."""
        with (self._folder / ".lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def adopt(self, office_dir: Path) -> Office:
        """Check the office as it stands and put it in place.

        Raises BadInput when it has errors; then nothing changes.
        """
        return self.put_in_place(loader.load(office_dir))

    def put_in_place(self, office: Office) -> Office:
        """Keep a copy of a checked office, and make that the version for new calls.

        Raises BadInput when its files have changed since it was read; then nothing changes.
        """
        kept = self._folder / office.version
        if not kept.exists():
            self._copy(office.folder, kept)
        copy = self.get(office.version)
        self.mark(office.version)
        return copy

    def mark(self, version: str, left: str = "") -> None:
        """Make a kept version the one for new calls.

        left: state of the office's files that is gone back from; `adopt_or_last` doesn't take that up again.
        """
        os.utime(self._folder / version)
        temporary = self._folder / f".current-{os.getpid()}"
        with temporary.open("w") as file:
            file.write(f"{version} {left}")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._folder / "current")

    def marked(self) -> str:
        """The version for new calls, "" when there is none."""
        return self._marks()[0]

    def newest_good(self) -> Office:
        """The version for new calls; while another thread reads it, or when it can't be read, the one before.

        Raises BadInput when there is none.
        """
        version = self.marked()
        if loaded := self._loaded.get(version):
            self._newest = loaded
        elif self._newest is None:
            self._newest = self.get(version)
        elif version != self._refused and self._loading.acquire(blocking=False):
            try:
                self._newest = self._load(version)
            except BadInput as broken:
                self._refused = version  # each further call would read it in vain
                log.error("the newest version can't be read; the one before goes on", extra={"problems": str(broken)})
            finally:
                self._loading.release()
        return self._newest

    def in_use_or_adopt(self, office_dir: Path) -> Office:
        """The version for new calls; the office as it stands when there is none yet. Raises BadInput."""
        with self.switching():
            return self.newest_good() if self.marked() else self.adopt(office_dir)

    def adopt_or_last(self, office_dir: Path) -> Office:
        """The office as it stands, or, when that is broken or was gone back from, the version for new calls so far.

        Raises BadInput when neither is any good.
        """
        with self.switching():
            version, left = self._marks()
            if left and left == loader.version(office_dir):
                log.warning("the office's files are those that were gone back from", extra={"office": version})
                return self.newest_good()
            try:
                return self.adopt(office_dir)
            except BadInput as broken:
                try:
                    office = self.newest_good()
                except BadInput:
                    raise broken from None
                log.error("the office is broken; the last good version goes on", extra={"problems": str(broken)})
                return office

    def get(self, version: str) -> Office:
        """A kept version. Raises BadInput when it isn't there any more, or isn't readable."""
        office = self._loaded.get(version)
        if office is None:
            with self._loading:
                office = self._loaded.get(version) or self._load(version)
        return office

    def kept(self) -> list[Kept]:
        """The versions on disk, the one last put in place first."""
        times: list[tuple[float, str]] = []
        for folder in self._folder.glob("[!.]*/"):
            with suppress(FileNotFoundError):  # just pruned
                times.append((folder.stat().st_mtime, folder.name))
        found: list[Kept] = []
        left = None
        for seconds, version in sorted(times, reverse=True):
            since = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
            found.append(Kept(version, since, left))
            left = since
        return found

    def needed(self, in_use: Collection[str], now: datetime.datetime) -> list[str]:
        """The marked version first, then those that calls may still be on: in use, or left within GRACE of `now`."""
        marked = self.marked()
        others = [k.version for k in self.kept() if k.version in in_use or k.left is None or now - k.left < GRACE]
        return list(dict.fromkeys([*filter(None, [marked]), *others]))

    def prune(self, in_use: Collection[str], now: datetime.datetime) -> list[str]:
        """Delete what is neither needed nor among the last KEPT; the versions deleted."""
        needed = self.needed(in_use, now)
        gone = [kept.version for kept in self.kept()[KEPT:] if kept.version not in needed]
        for version in gone:
            dying = (self._folder / version).rename(self._folder / f".gone-{version}")  # never half a version
            shutil.rmtree(dying, ignore_errors=True)
        return gone

    def _load(self, version: str) -> Office:
        if not version:
            problem = Problem(str(self._folder), 0, 0, "no version of the office was ever good", "see: ivr check")
            raise BadInput([problem])
        # A program of another age may count other files in: the name stays what calls know the version by.
        office = replace(loader.load(self._folder / version), version=version)
        self._loaded[version] = office
        while len(self._loaded) > MEMORY:
            del self._loaded[next(iter(self._loaded))]
        return office

    def _copy(self, office_dir: Path, kept: Path) -> None:
        """Copy what belongs to an office; whole or not at all, also when two processes do it at once."""
        temporary = Path(tempfile.mkdtemp(dir=self._folder, prefix=".new-"))
        try:
            for pattern in loader.READ:
                for path in office_dir.glob(pattern):
                    target = temporary / path.relative_to(office_dir)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, target)
            if loader.version(temporary) != kept.name:
                problem = Problem(str(office_dir), 0, 0, "changed while it was read", "try again")
                raise BadInput([problem])
            if not kept.exists():
                temporary.rename(kept)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)

    def _marks(self) -> tuple[str, str]:
        """What `mark` wrote."""
        try:
            version, _, left = (self._folder / "current").read_text().partition(" ")
        except FileNotFoundError:
            return "", ""
        return version.strip(), left.strip()
