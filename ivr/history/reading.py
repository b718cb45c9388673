"""From a file to calls ready to be brought in: read once, in one go, all of it checked before any of it counts.

What is read waits in a nameless file of the system's own, callers already sealed: memory stays small, and no number
lies about when this process dies.
"""

from __future__ import annotations

import csv
import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal, TextIO, TypeVar
from zoneinfo import ZoneInfo

from ivr.errors import BadInput, Problem
from ivr.history import asterisk, cdr, queue_log, sheet
from ivr.history.cdr_clock import Clock
from ivr.history.moments import Wall
from ivr.history.naming import Names
from ivr.history.telling import Complaints, Notes, Telling
from ivr.records import retold
from ivr.records.imports import Brought
from ivr.records.keys import Keys
from ivr.sheets import csv_file, text_file, workbook

Row = TypeVar("Row")
Format = Literal["queue_log", "cdr", "sheet"]
MOST_BYTES = 2 * 1024**3
MOST_ROWS = 5_000_000
_OFTEN = 1000
"""Rows between two looks at how far the reading is."""
_NOT_THESE = (
    (b"\xd0\xcf\x11\xe0", "is an old Excel workbook (.xls), or one with a password", "save it as .xlsx or CSV UTF-8"),
    (b"\x1f\x8b", "is packed (gzip)", "unpack it first"),
    (b"<", "is a web page or XML, whatever its name says", "open it in Excel and save it as .xlsx or CSV UTF-8"),
)


@dataclass(slots=True)
class Draft:
    """A file, read and found good. desks: entries by desk and outcome; first, last: epoch ms, when its calls began."""

    id: str
    name: str
    form: Format
    source: str
    notes: Notes
    staged: TextIO
    calls: int = 0
    desks: dict[str, Counter[str]] = field(default_factory=dict)
    first: int = 0
    last: int = 0

    def brought(self) -> Iterator[Brought]:
        """The calls, in the order of the file."""
        self.staged.seek(0)
        for line in self.staged:
            yield Brought.from_json(line)


@contextmanager
def read(
    path: Path,
    form: Format | None,
    names: Names,
    zone: ZoneInfo,
    keys: Keys,
    progress: Callable[[int], None] = lambda position: None,
) -> Iterator[Draft]:
    """Read a file; `form` None: it says by itself what it is. zone: the office's. progress: is told the bytes read.

    Raises BadInput with all that is wrong in it.
    """
    name = str(path)
    try:
        with path.open("rb") as stream, tempfile.TemporaryFile("w+", encoding="utf-8") as staged:
            if path.stat().st_size > MOST_BYTES:
                raise BadInput([Problem(name, 0, 0, f"is larger than {MOST_BYTES // 1024**3} GiB", "split it")])
            id = hashlib.file_digest(stream, "sha256").hexdigest()[:12]
            stream.seek(0)
            notes = Notes(Complaints(name))
            tellings, form = _tellings(
                stream, name, form, names, Wall(names.map.zone or zone, names.map.twice), keys, notes
            )
            source = names.map.source or (sheet.SOURCE if form == "sheet" else asterisk.SOURCE)
            draft = Draft(id, path.name, form, source, notes, staged)
            for n, telling in enumerate(tellings):
                if n % _OFTEN == 0:
                    progress(stream.tell())
                _stage(draft, telling, keys)
            notes.complaints.refuse()
            if not notes.rows:
                raise BadInput([Problem(name, 0, 0, "has no rows")])
            yield draft
    except OSError as error:
        raise BadInput([Problem(name, 0, 0, f"can't be read: {error.strerror}")]) from error


def _tellings(
    stream: BinaryIO, name: str, form: Format | None, names: Names, wall: Wall, keys: Keys, notes: Notes
) -> tuple[Iterator[Telling], Format]:
    """The file's calls, and what it is."""
    head = stream.read(4096)
    stream.seek(0)
    for magic, what, way_out in _NOT_THESE:
        if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(magic):
            raise BadInput([Problem(name, 0, 0, what, way_out)])
    is_book = head.startswith(b"PK\x03\x04")
    if name.lower().endswith((".xlsx", ".xlsm")) and not is_book:
        raise BadInput(
            [Problem(name, 0, 0, "isn't an Excel workbook, though it is called one", "name it .csv if it is CSV")]
        )
    found = "sheet" if is_book else _detected(head)
    if form not in (None, found):
        raise BadInput([Problem(name, 0, 0, f"is no {form}", f"by its first line it is a {found}")])
    columns = names.map.columns
    if found == "sheet" and columns is None:
        message = "is neither a queue_log nor a Master.csv of Asterisk: nobody knows what its columns hold"
        raise BadInput([Problem(name, 1, 1, message, "say it in a map: --map MAP.yaml (ivr import calls --help)")])
    if found != "sheet" and columns is not None:
        message = f"is a {found}, whose columns are known"
        raise BadInput([Problem(name, 0, 0, message, "leave `columns` out of the map")])
    if found == "queue_log":
        return queue_log.tell(_bounded(text_file.lines(stream, name), name), names, notes), found
    if found == "cdr":
        clock = Clock(wall, known=names.map.zone is not None)
        notes.clock = clock
        return cdr.tell(_bounded(csv_file.rows(stream, name), name), names, notes, clock), found
    assert columns is not None  # noqa: S101 - seen above
    rows = workbook.rows(stream, name, names.map.sheet) if is_book else csv_file.rows(stream, name)
    notes.clock = wall.zone.key
    return sheet.Reader(columns, names, wall, keys.who).tell(_bounded(rows, name), name, notes), found


def _detected(head: bytes) -> Format:
    """By the first line."""
    line = head.partition(b"\n")[0].decode("utf-8-sig", "replace").rstrip("\r")
    if queue_log.LINE.fullmatch(line):
        return "queue_log"
    return "cdr" if any(cdr.is_row(cells) for cells in csv.reader([line])) else "sheet"


def _bounded(rows: Iterator[Row], name: str) -> Iterator[Row]:
    for n, row in enumerate(rows, 1):
        if n > MOST_ROWS:
            raise BadInput([Problem(name, n, 1, f"has more than {MOST_ROWS:,} rows", "split it")])
        yield row


def _stage(draft: Draft, telling: Telling, keys: Keys) -> None:
    """Keep a call for later, its caller sealed, and count it."""
    caller = telling.caller if any(c.isdigit() for c in telling.caller) else ""
    sealed, who = (keys.seal(caller), keys.who(caller)) if caller else (None, None)
    journey = retold.journey(telling.call, [telling.told])
    draft.calls += 1
    draft.first = min(draft.first or journey.started_at, journey.started_at)
    draft.last = max(draft.last, journey.started_at)
    for leg in journey.legs:
        draft.desks.setdefault(leg.desk, Counter())[leg.outcome] += 1
    draft.staged.write(Brought(telling.call, sealed, who, telling.told.to_json()).to_json() + "\n")
