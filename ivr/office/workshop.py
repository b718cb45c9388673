"""An office's files, edited one at a time: seen whole, tried out beside the others, put in place or not at all.

What stood in a file before is kept, so that an edit can be taken back. Who may edit, and who did, is others' business.
"""

from __future__ import annotations

import datetime
import fcntl
import hashlib
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ivr.errors import OnestopError, Problem
from ivr.language import loader
from ivr.language.source import LIMIT

EDITABLE = re.compile(
    r"[a-z][a-z0-9_]{0,39}\.yaml|(tables|calls)/[a-z][a-z0-9_]{0,39}\.yaml|tables/[a-z][a-z0-9_]{0,39}\.csv"
    r"|texts/[a-z]{2}\.yaml"
)
"""The files that can be edited, below the office's folder: nothing hidden, nothing outside it, no sound."""

KEPT = 20
"""Earlier contents kept of each file."""

Look = Callable[[Path], list[Problem]]
"""What is wrong with the office in a folder."""


class Conflict(OnestopError):
    """Somebody else has changed the file since it was read."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's content. hash: of it, to know whether it is still the same; "" for a file that isn't there."""

    name: str
    text: str
    hash: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier content of a file, and until when it stood there."""

    hash: str
    until: datetime.datetime


class Workshop:
    """The files of one office. Safe between threads and processes."""

    def __init__(self, folder: Path, kept: Path) -> None:
        """folder: the office's. kept: where earlier contents are kept, made when it is needed."""
        self._folder = folder
        self._kept = kept

    def names(self) -> list[str]:
        """The files there are, by their path below the folder."""
        found = (path for pattern in ("*", "*/*") for path in self._folder.glob(pattern) if path.is_file())
        names = (path.relative_to(self._folder).as_posix() for path in found)
        return sorted((name for name in names if self._is_own(name)), key=lambda name: ("/" in name, name))

    def read(self, name: str) -> Sheet:
        """A file. Raises OnestopError when it is none that can be edited, or can't be read."""
        path = self._path(name)
        try:
            raw = path.read_bytes() if path.exists() else b""
            return Sheet(name, raw.decode(), _hash(raw) if path.exists() else "")
        except (OSError, UnicodeDecodeError) as error:
            raise OnestopError(f"{name} can't be read: {error}") from error

    def trial(self, name: str, text: str, look: Look) -> list[Problem]:
        """What would be wrong with the office if the file were so; their places are named as the office's own."""
        self._path(name)
        with tempfile.TemporaryDirectory(prefix="onestop-") as place:
            beside = Path(place) / "office"
            for pattern in (*loader.READ, *loader.UNREAD, "calls/*.yaml"):
                for path in self._folder.glob(pattern):
                    target = beside / path.relative_to(self._folder)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, target)
            (beside / name).parent.mkdir(parents=True, exist_ok=True)
            (beside / name).write_text(text)
            return look(beside)

    def save(self, name: str, text: str, before: str, look: Look) -> list[Problem]:
        """Put a text in place of the one whose hash is `before`; the problems that kept it from that, or the warnings
        that didn't. An office with an error in it is never written.

        Raises Conflict, and OnestopError when the file can't be written.
        """
        path, raw = self._path(name), text.encode()
        if len(raw) > LIMIT:
            raise OnestopError(f"{name}: a file has at most {LIMIT} bytes")
        with self._alone():
            if self.read(name).hash != before:
                raise Conflict(f"{name} was changed by somebody else")
            problems = self.trial(name, text, look)
            if any(problem.severity == "error" for problem in problems):
                return problems
            try:
                self._keep(name)
                path.parent.mkdir(exist_ok=True)
                _put(path, raw)
            except OSError as error:
                raise OnestopError(f"{name} can't be written: {error.strerror}") from error
            return problems

    def earlier(self, name: str) -> list[Earlier]:
        """What stood in a file before, the newest first."""
        self._path(name)
        found = [(path.stat().st_mtime, path.name) for path in self._shelf(name).glob("[0-9a-f]*")]
        return [
            Earlier(hash, datetime.datetime.fromtimestamp(at, datetime.UTC)) for at, hash in sorted(found, reverse=True)
        ]

    def before(self, name: str, hash: str) -> str:
        """An earlier content. Raises OnestopError when it isn't kept any more."""
        self._path(name)
        try:
            if not re.fullmatch(r"[0-9a-f]{16}", hash):
                raise FileNotFoundError
            return (self._shelf(name) / hash).read_text()
        except (OSError, UnicodeDecodeError):
            raise OnestopError(f"what stood in {name} before isn't kept any more") from None

    def _path(self, name: str) -> Path:
        """Where a file is. Raises OnestopError for a name that is none of EDITABLE, or leads out of the folder."""
        if not EDITABLE.fullmatch(name) or not self._is_own(name):
            raise OnestopError("there is no such file that can be edited")
        return self._folder / name

    def _is_own(self, name: str) -> bool:
        """Whether it is a plain file of the folder, or could be one: a link may lead anywhere."""
        path = self._folder / name
        links = any(part.is_symlink() for part in (path, path.parent) if part != self._folder)
        return bool(EDITABLE.fullmatch(name)) and not links

    def _shelf(self, name: str) -> Path:
        return self._kept / name.replace("/", "+")

    def _keep(self, name: str) -> None:
        """Keep what stands in a file now, and no more than KEPT."""
        sheet, shelf = self.read(name), self._shelf(name)
        if not sheet.hash:
            return
        shelf.mkdir(mode=0o700, parents=True, exist_ok=True)
        _put(shelf / sheet.hash, sheet.text.encode())
        for old in self.earlier(name)[KEPT:]:
            (shelf / old.hash).unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._kept / ".lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _hash(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:16]


def _put(path: Path, raw: bytes) -> None:
    """Write a file whole or not at all; it keeps its mode."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
