"""The journal: what the engine saw and promised, on the local disk before anything depends on it.

A folder of segments, `000000000001.journal` and on. A record is one line: length of the JSON in bytes, its
CRC-32 as eight hex digits, the JSON, a newline; written with one write(). Only the engine that holds the
newest segment's lock appends. A line without its newline is a torn tail: cut when the segment is opened again,
never read. So after any failed write the segment is closed, and the next append opens it afresh: that is all
it takes to recover once the disk has room again.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import threading
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ivr.errors import JournalUnavailable

FOLDER = Path("journal")
"""Where the journal lies within the data folder."""

SUFFIX = ".journal"
SEGMENT_BYTES = 8 * 1024 * 1024
_BLOCK = 64 * 1024


class Journal:
    """Appends records durably, and finds the sessions that wait at a desk. Safe to share between threads."""

    def __init__(self, folder: Path, segment_bytes: int = SEGMENT_BYTES) -> None:
        """A journal in `folder`, its segments rotated at `segment_bytes`. Touches no disk: never fails."""
        self.folder = folder
        self._segment_bytes = segment_bytes
        self._lock = threading.Lock()
        self._fd = -1
        self._size = 0  # of the open segment, up to the end of its last good record

    def append(self, record: Mapping[str, Any], durable: bool = False) -> None:
        """Write one record; with `durable` it is on the disk when this returns: a promise may be spoken.

        Raises JournalUnavailable when it can't be written: nothing of it is then in the journal.
        """
        line = encode(record)
        with self._lock:
            try:
                fd = self._writable(len(line))
                if os.write(fd, line) < len(line):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                if durable:
                    os.fsync(fd)
            except OSError as error:
                self._retract()
                raise JournalUnavailable(f"the journal in {self.folder} can't be written: {error}") from error
            self._size += len(line)

    def sessions(self) -> dict[str, dict[str, Any]]:
        """The newest "desk" record of each call that the journal doesn't know to have ended, by call id.

        Read at start, to take up the calls that wait or talk at a desk. Raises JournalUnavailable.
        """
        waiting: dict[str, dict[str, Any]] = {}
        try:
            for segment in segments(self.folder):
                for line in segment.read_bytes().split(b"\n")[:-1]:
                    with suppress(ValueError):  # the recorder sets bad records aside
                        record = decode(line)
                        if record["k"] == "desk":
                            waiting[record["call"]] = record
                        elif record["k"] in ("end", "cut"):
                            waiting.pop(record["call"], None)
        except OSError as error:
            raise JournalUnavailable(f"the journal in {self.folder} can't be read: {error}") from error
        return waiting

    def close(self) -> None:
        """Let go of the segment; a later append opens it again."""
        with self._lock:
            self._close()

    def _writable(self, length: int) -> int:
        """The file descriptor that a line of `length` bytes is to be written to."""
        if self._fd >= 0 and os.fstat(self._fd).st_nlink == 0:
            self._close()  # somebody deleted the segment: what is written into it would be lost unnoticed
        if self._fd < 0:
            existing = segments(self.folder)
            self._open(existing[-1] if existing else self.folder / f"{1:012}{SUFFIX}")
        if self._size and self._size + length > self._segment_bytes:
            number = int(segments(self.folder)[-1].stem) + 1
            self._close()
            self._open(self.folder / f"{number:012}{SUFFIX}")
        return self._fd

    def _open(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)  # a second engine must not cut this one's tail
            self._size = _cut_torn_tail(fd)
            sync_folder(path.parent)
        except OSError:
            os.close(fd)
            raise
        self._fd = fd

    def _retract(self) -> None:
        """Take back a record that was written only in part, or written but not synced."""
        if self._fd >= 0:
            with suppress(OSError):
                os.ftruncate(self._fd, self._size)
            self._close()

    def _close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def encode(record: Mapping[str, Any]) -> bytes:
    """A record as its line, newline included."""
    body = json.dumps(record, separators=(",", ":")).encode()
    return b"%d %08x %s\n" % (len(body), zlib.crc32(body), body)


def decode(line: bytes) -> dict[str, Any]:
    """The record of a line (without its newline). Raises ValueError with the reason why it is none."""
    length, _, rest = line.partition(b" ")
    crc, _, body = rest.partition(b" ")
    if length != b"%d" % len(body):
        raise ValueError("wrong length")
    if crc != b"%08x" % zlib.crc32(body):
        raise ValueError("wrong checksum")
    record = json.loads(body)
    if not isinstance(record, dict) or not {"k", "call"} <= record.keys():
        raise ValueError("neither kind nor call")
    return record


def segments(folder: Path) -> list[Path]:
    """The journal's segments in `folder`, oldest first."""
    return sorted(folder.glob(f"{'[0-9]' * 12}{SUFFIX}"))


def _cut_torn_tail(fd: int) -> int:
    """Truncate the file behind its last newline; its size then."""
    size = end = os.fstat(fd).st_size
    while end > 0:
        start = max(0, end - _BLOCK)
        newline = os.pread(fd, end - start, start).rfind(b"\n")
        if newline >= 0:
            end = start + newline + 1
            break
        end = start
    if end < size:
        os.ftruncate(fd, end)
    return end


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable: a synced file that nobody can find keeps no promise."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
