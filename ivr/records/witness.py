"""The witness: the exchange's own account of every call, written by the dialplan even while no engine lives.

A line is `CALLID|EPOCH.mmm|EVENT|A|B` (events: see `facts.Kind`). Asterisk's FILE() opens, appends and closes for
each, so the file can be renamed under it. Its lines are numbered files to us: `witness.log` is the newest, the
number of which follows from the files before it, `witness-N.log`; so marks stay true across a rename.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping
from pathlib import Path

from ivr.records.facts import Fact, Known
from ivr.records.tail import File

ROTATE_BYTES = 1024 * 1024
KEEP_S = 3600
"""A renamed file is read on for this long: a line may have been on its way into it."""

_EVENT = r"\|(?P<kind>enter|static|queue|connect|handover|leave|end)\|(?P<a>[^|]{0,80})\|(?P<b>[^|]{0,80})"


class Witness:
    """The witness's files, as the recorder reads them."""

    name = "witness"

    def __init__(self, path: Path, node: str) -> None:
        """`path` is the file that the exchange called `node` appends to; it may not be there yet."""
        self._path = path
        beginning = rf"{re.escape(node)}-[0-9A-Za-z._;]{{1,60}}\|[0-9]{{10}}\.[0-9]{{3}}"
        self._beginning = re.compile(rf"(?={beginning}\|)")
        self._line = re.compile(beginning + _EVENT)

    def files(self, marks: Mapping[str, int]) -> list[File]:
        """The renamed files there still are, oldest first, then the one being written."""
        old = sorted((_number(p), p) for p in self._path.parent.glob(f"{self._path.stem}-*{self._path.suffix}"))
        over = time.time() - KEEP_S
        files = [File(str(n), p, p.stat().st_mtime < over) for n, p in old]
        if self._path.exists():
            files.append(File(str(self._newest(marks)), self._path, final=False))
        return files

    def parse(self, line: bytes) -> tuple[list[Known], str]:
        """The fact of a line. A line whose writing broke off runs on into the next one: that one is still told."""
        try:
            *torn, whole = self._beginning.split(line.decode().rstrip("\r"))
        except UnicodeDecodeError:
            return [], "not UTF-8"
        match = self._line.fullmatch(whole)
        if match is None:
            return [], "not CALLID|EPOCH.mmm|EVENT|A|B"
        call, time_ = match[0].split("|")[:2]
        try:
            fact = Fact(call, int(time_.replace(".", "")), match["kind"], match["a"], match["b"])  # type: ignore[arg-type]
        except ValueError as error:
            return [], str(error)
        return [fact], "broken off" if any(torn) else ""

    def tidy(self, marks: Mapping[str, int]) -> None:
        """Rename the file being written once it is large and has been read."""
        if not self._path.exists():
            return
        newest = self._newest(marks)
        if marks.get(str(newest), 0) >= ROTATE_BYTES:
            os.utime(self._path)  # from now on counts how long it is kept
            self._path.rename(self._path.with_name(f"{self._path.stem}-{newest}{self._path.suffix}"))

    def _newest(self, marks: Mapping[str, int]) -> int:
        """The number of the file being written: behind all that were renamed, and none that was read before."""
        renamed = [_number(p) for p in self._path.parent.glob(f"{self._path.stem}-*{self._path.suffix}")]
        return max([1, *map(int, marks), *(n + 1 for n in renamed)])


def _number(path: Path) -> int:
    return int(path.stem.rpartition("-")[2])
