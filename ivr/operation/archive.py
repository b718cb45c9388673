"""The file of a backup: a tar with gzip, in which each member's checksum is known and the last member lists them all.

    backup.json      what it is a backup of, and when (see `Header`)
    …                the members
    manifest.json    size and SHA-256 of each; without it the file isn't whole

It appears under its name when it is complete and on the disk, never over another file. A writer that was killed leaves
a draft, hidden in the same folder, which the next one clears away.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import io
import json
import os
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from ivr.errors import OnestopError
from ivr.records.journal import sync_folder

FORMAT = 1
HEADER, MANIFEST = "backup.json", "manifest.json"
DRAFT = ".onestop-draft-"

_CHUNK = 1 << 20
_LEVEL = 1  # of gzip: texts shrink to a tenth, what is sealed shrinks at no level

_BROKEN = (tarfile.TarError, EOFError, zlib.error, ValueError, gzip.BadGzipFile)
"""What reading a file that is no whole backup ends with."""

Told = Callable[[str], None]
"""Hears how it goes on, in words."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a backup is of. id: unique; at: ISO time (UTC) of the state it holds; revision: of the database's tables;
    seal, lookup: by which the right keys are known (see `ivr.operation.key_folder`)."""

    id: str
    at: str
    program: str
    revision: str
    node: str
    seal: str
    lookup: str
    format: int = FORMAT


class Writer:
    """Adds members to a backup; used by `writing`."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._sums: dict[str, list[Any]] = {}

    def add(self, name: str, source: IO[bytes], size: int) -> None:
        """Add the next `size` bytes of `source` as a member. Raises OSError when it has less."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        summed = _Summed(source)
        self._tar.addfile(info, summed)
        self._sums[name] = [size, summed.sum.hexdigest()]

    def add_bytes(self, name: str, data: bytes) -> None:
        """Add a small member."""
        self.add(name, io.BytesIO(data), len(data))

    def close(self) -> None:
        """Add the list of all members."""
        self.add_bytes(MANIFEST, json.dumps(self._sums).encode())


@contextmanager
def writing(target: Path, header: Header) -> Iterator[Writer]:
    """A new backup, in place under its name when the block ends well. Raises OnestopError or OSError."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_existing(target)
    _clear_drafts(target.parent)
    fd, name = tempfile.mkstemp(prefix=DRAFT, dir=target.parent)  # mode 0600
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)  # says that somebody is still writing it
        with (
            open(fd, "wb", closefd=False) as file,
            gzip.GzipFile(target.stem, "wb", _LEVEL, file, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
        ):
            writer = Writer(tar)
            writer.add_bytes(HEADER, json.dumps(asdict(header)).encode())
            yield writer
            writer.close()
        os.fsync(fd)
        try:
            os.link(name, target)
        except FileExistsError:
            refuse_existing(target)
        sync_folder(target.parent)
    finally:
        os.unlink(name)
        os.close(fd)


def refuse_existing(target: Path) -> None:
    """Raise OnestopError when there is something under this name: a backup takes no other's place."""
    if target.exists():
        raise OnestopError(f"{target} is there already: a backup overwrites nothing; name another file, or a folder")


def members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Each member's name and content in their order, to be read before the next one is asked for; the first is HEADER.

    At the end everything has been held against the checksums. Raises OnestopError when the file isn't a whole backup;
    what was read until then isn't to be relied on. Names lead nowhere but below a folder.
    """
    sums: dict[str, list[Any]] = {}
    listed = None
    try:
        with tarfile.open(path, "r|gz", bufsize=_CHUNK) as tar:
            for info in tar:
                content = tar.extractfile(info) if info.isreg() else None
                if content is None or not _inside(info.name) or info.name in sums or listed is not None:
                    raise _not_whole(path, f"{info.name!r} doesn't belong in a backup")
                summed = _Summed(content)
                if info.name == MANIFEST:
                    listed = json.loads(summed.read())
                else:
                    yield info.name, summed  # type: ignore[misc]
                    while summed.read(_CHUNK):  # what its reader left
                        pass
                    sums[info.name] = [info.size, summed.sum.hexdigest()]
    except _BROKEN as error:
        raise _not_whole(path, str(error)) from error
    if listed is None:
        raise _not_whole(path, "its end is missing")
    if wrong := sorted(name for name in {*listed, *sums} if listed.get(name) != sums.get(name)):
        raise _not_whole(path, f"changed since it was written: {', '.join(wrong[:5])}")


def header(name: str, content: IO[bytes], path: Path) -> Header:
    """The header of a backup, from its first member. Raises OnestopError when it is none, or of a newer program."""
    try:
        known: Any = json.loads(content.read()) if name == HEADER else None
    except _BROKEN as error:
        raise _not_whole(path, f"its header can't be read: {error}") from error
    if not isinstance(known, dict) or "format" not in known:
        raise _not_whole(path, "it has no header")
    if known["format"] != FORMAT:
        raise OnestopError(f"{path} was made by a newer program ({known.get('program')}): upgrade this one first")
    if known.keys() != Header.__dataclass_fields__.keys():
        raise _not_whole(path, "its header isn't one")
    return Header(**known)


def verify(path: Path, told: Told = lambda _: None) -> Header:
    """Read all of a backup and hold it against its checksums. Raises OnestopError, or OSError."""
    found = None
    for name, content in members(path):
        found = found or header(name, content, path)
        told(name)
    if found is None:
        raise _not_whole(path, "it is empty")
    return found


def _clear_drafts(folder: Path) -> None:
    """Delete drafts that nobody writes any more."""
    for draft in folder.glob(f"{DRAFT}*"):
        try:
            with draft.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                draft.unlink()
        except (BlockingIOError, FileNotFoundError):
            continue


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and not {"..", "."} & set(path.parts) and "\0" not in name


def _not_whole(path: Path, reason: str) -> OnestopError:
    return OnestopError(f"{path} is no whole backup: {reason}")


class _Summed(io.RawIOBase):
    """Bytes that are summed up while they are read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self.sum = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self.sum.update(data)
        return data

    def readable(self) -> bool:
        return True

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._lines())

    def _lines(self) -> Iterable[bytes]:
        rest = b""
        while data := self.read(_CHUNK):
            *lines, rest = (rest + data).split(b"\n")
            yield from lines
        if rest:
            yield rest
