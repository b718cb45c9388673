"""Reading files that others append to, from a mark on: only whole lines, bounded bites, nothing skipped in silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ivr.records.facts import Known

BITE = 256 * 1024
"""Bytes read at once; also the longest line."""

_BAD_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class File:
    """One of a tail's files. Marks are kept under `name`; `final`: no line will come any more, and nobody needs it
    once it has been read."""

    name: str
    path: Path
    final: bool


@dataclass(frozen=True, slots=True)
class Bite:
    """What was read: whole lines without their newlines, the mark behind them, and whether the file had more."""

    lines: list[bytes]
    mark: int
    more: bool


class Tail(Protocol):
    """A source of facts: append-only files of lines."""

    @property
    def name(self) -> str:
        """What its marks are kept under."""

    def files(self, marks: Mapping[str, int]) -> list[File]:
        """The files there are, oldest first. `marks`: how far each has been read."""

    def parse(self, line: bytes) -> tuple[list[Known], str]:
        """What a line says, and what is wrong with it ("" when nothing is)."""

    def tidy(self, marks: Mapping[str, int]) -> None:
        """Begin a new file if the newest, read up to `marks`, is large enough."""


def bite(file: File, mark: int) -> Bite:
    """The next lines of `file` behind `mark`. Raises OSError.

    A file shorter than its mark was replaced: it is read from its start. A line longer than a bite is handed out
    in pieces, which no parser takes; so is the rest of a final file that lacks its newline.
    """
    with file.path.open("rb") as stream:
        if stream.seek(0, 2) < mark:
            mark = 0
        stream.seek(mark)
        data = stream.read(BITE)
    end = data.rfind(b"\n") + 1
    if not end and (len(data) == BITE or file.final):
        end = len(data)
    lines = data[:end].removesuffix(b"\n").split(b"\n") if end else []
    return Bite(lines, mark + end, more=len(data) == BITE)


def set_aside(tail: Tail, file: File, line: bytes, reason: str) -> None:
    """Keep a line that is wrong beside its file, in `NAME-FILE.bad`, with the reason. At least once; up to 4 MiB.

    Control characters are escaped: whoever looks at it may do so on a terminal.
    """
    path = file.path.with_name(f"{tail.name}-{file.name}.bad")
    if path.exists() and path.stat().st_size > _BAD_BYTES:
        return
    shown = f"{reason}: {line[:2000].decode('latin-1')}".encode("unicode_escape")
    with path.open("ab") as bad:
        bad.write(shown + b"\n")
