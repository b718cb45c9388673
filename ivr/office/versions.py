"""Versions of the office: immutable copies on local disk, named by content hash, so that a call in progress keeps
the one it began with and a broken edit never reaches a caller.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import threading
from pathlib import Path

from ivr.errors import BadInput, Problem
from ivr.language import loader
from ivr.language.office import Office

log = logging.getLogger(__name__)


class Versions:
    """The versions kept in one folder, and which of them new calls take."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when it isn't there."""
        self._folder = folder
        self._loaded: dict[str, Office] = {}
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def adopt(self, office_dir: Path) -> Office:
        """Check the office as it stands, keep a copy, and make it the one for new calls.

        Raises BadInput when it has errors; then nothing changes.
        """
        office = loader.load(office_dir)
        kept = self._folder / office.version
        if not kept.exists():
            self._copy(office_dir, kept)
        self._mark(office.version)
        return self.get(office.version)

    def newest_good(self) -> Office:
        """The version adopted last. Raises BadInput when there is none."""
        try:
            return self.get((self._folder / "current").read_text().strip())
        except FileNotFoundError:
            problem = Problem(str(self._folder), 0, 0, "no version of the office was ever good", "see: ivr check")
            raise BadInput([problem]) from None

    def adopt_or_last(self, office_dir: Path) -> Office:
        """The office as it stands, or, when it is broken, the last good version (and a loud log entry).

        Raises BadInput when neither is any good.
        """
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
        with self._lock:
            if version not in self._loaded:
                self._loaded[version] = loader.load(self._folder / version)
            return self._loaded[version]

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

    def _mark(self, version: str) -> None:
        temporary = self._folder / f".current-{os.getpid()}"
        temporary.write_text(version)
        temporary.replace(self._folder / "current")
