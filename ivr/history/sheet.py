"""A sheet of another system: a row is a call, or a call's stay at one desk; the map says what the columns hold."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ivr.errors import BadInput, Problem
from ivr.history.map_form import Columns, Length
from ivr.history.moments import HOW_TWICE, Wall, milliseconds
from ivr.history.naming import Names
from ivr.history.telling import Notes, Telling, shown
from ivr.language.source import did_you_mean
from ivr.records.outcome import SERVED
from ivr.records.retold import CALL_WORDS, LEG_WORDS, WORDS, Row, Told
from ivr.sheets.workbook import Cell, Formula

SOURCE = "sheet"
"""Where calls come from unless the map names it."""

HEAD_WITHIN = 20
"""Rows among which the head is looked for: exports begin with a title and blank rows."""

MOST_S = 48 * 3600
_UNIT_S = {"ms": 0.001, "s": 1.0, "m": 60.0}
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d)(?:\.\d+)?")
_NUMBER = re.compile(r"\d{1,12}(?:\.\d{1,6})?")


class Wrong(ValueError):
    """A row is wrong; `hint`: the way out."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads rows by a map's columns. who: keyed hash of a number, so that a call's identity holds none."""

    columns: Columns
    names: Names
    wall: Wall
    who: Callable[[str], str]

    def tell(self, rows: Iterable[tuple[int, Sequence[Cell]]], name: str, notes: Notes) -> Iterator[Telling]:
        """The calls of a sheet. Wrong rows are noted; raises BadInput when the head isn't there."""
        rows = iter(rows)
        places = self._head(rows, name)
        alike: Counter[int] = Counter()
        for line, cells in rows:
            if not any(cell not in (None, "") for cell in cells):
                continue
            notes.rows += 1
            row = {title: cells[at] if at < len(cells) else None for title, at in places.items()}
            try:
                telling = self._row(row, alike)
            except Wrong as wrong:
                notes.complaints.add(line, str(wrong), wrong.hint)
            else:
                if telling is None:
                    notes.left_out["desks that the map skips"] += 1
                else:
                    yield telling

    def _head(self, rows: Iterator[tuple[int, Sequence[Cell]]], name: str) -> dict[str, int]:
        """Which column is where; the head is the row that has them all."""
        wanted = self.columns.titles()
        best, best_line, missing = [""], 1, wanted
        for line, cells in rows:
            titles = [str(cell).strip() for cell in cells if cell is not None]
            if not (lacking := [title for title in wanted if title not in titles]):
                head = ["" if cell is None else str(cell).strip() for cell in cells]
                twice = [title for title in wanted if head.count(title) > 1]
                if twice:
                    raise BadInput([Problem(name, line, 1, f"the column “{t}” stands there twice") for t in set(twice)])
                return {title: head.index(title) for title in wanted}
            if len(lacking) < len(missing):
                best, best_line, missing = titles, line, lacking
            if line >= HEAD_WITHIN:
                break
        raise BadInput(
            Problem(name, best_line, 1, f"the column “{title}” of the map is missing", did_you_mean(title, best))
            for title in missing
        )

    def _row(self, row: dict[str, Cell], alike: Counter[int]) -> Telling | None:
        columns = self.columns
        for title, cell in row.items():
            if isinstance(cell, Formula):
                raise Wrong(f"{title}: is a formula", "in Excel, copy the column and paste its values")
        start = self._time([row[title] for title in columns.time.column])
        word = self._outcome(_text(row[columns.outcome]))
        theirs = _text(row[columns.desk]) if columns.desk else ""
        desk = None
        if theirs:
            try:
                desk = self.names.desk(theirs)
            except ValueError as error:
                known = did_you_mean(theirs, self.names.desks.desks) if len(theirs) < 40 else ""
                hint = f'say in the map which it is: `desks: {{"{shown(theirs)}": DESK}}`, or `skip`'
                raise Wrong(str(error), hint + (f"; {known}" if "did" in known else "")) from None
            if desk is None:
                return None
        elif columns.desk and (word == "answered" or word not in CALL_WORDS):
            raise Wrong(f"{columns.desk}: is empty, but the outcome is “{word}”")
        waited, talked = (self._length(row, length) for length in (columns.waited, columns.talked))
        line = _text(row[columns.line]) if columns.line else ""
        caller = _number(row[columns.caller]) if columns.caller else ""
        told = Told(self.names.line(line), row=_told(start, desk, word, waited, talked))
        source = self.names.map.source or SOURCE
        return Telling(
            f"{source}-{self._identity((start, caller and self.who(caller), line, theirs), alike)}", caller, told
        )

    @staticmethod
    def _identity(of: tuple[object, ...], alike: Counter[int]) -> str:
        """The same row is the same call for ever, in whatever file; rows all alike are counted."""
        hashed = hashlib.sha256(repr(of).encode())
        key = int.from_bytes(hashed.digest()[:8])
        alike[key] += 1
        if alike[key] > 1:
            hashed.update(str(alike[key]).encode())
        return hashed.hexdigest()[:16]

    def _time(self, cells: list[Cell]) -> int:
        """UTC epoch milliseconds."""
        where = "+".join(self.columns.time.column)
        if any(cell is None or cell == "" for cell in cells):
            raise Wrong(f"{where}: is empty")
        wall = _wall(cells, self.columns.time.format)
        if wall is None:
            as_format = self.columns.time.format or "2026-03-02 14:05:09"
            raise Wrong(
                f"{where}: “{shown(' '.join(map(str, cells)))}” is no time as {as_format}",
                "say in the map how it is written: `time: {column: …, format: …}`",
            )
        try:
            return milliseconds(wall if wall.tzinfo else self.wall.utc(wall))
        except ValueError as error:
            raise Wrong(f"{where}: {error}", HOW_TWICE if "twice" in str(error) else "") from None

    def _outcome(self, theirs: str) -> str:
        title = self.columns.outcome
        word = self.names.map.outcomes.get(theirs, theirs)
        if not theirs:
            raise Wrong(f"{title}: is empty")
        if word not in WORDS:
            known = ", ".join(sorted(WORDS))
            hint = f'say in the map what it means: `outcomes: {{"{shown(theirs)}": …}}`, one of {known}'
            raise Wrong(f"{title}: nobody knows the outcome “{shown(theirs)}”", hint)
        return word

    def _length(self, row: dict[str, Cell], length: Length | None) -> int | None:
        """Milliseconds; None where nothing stands."""
        if length is None:
            return None
        cell = row[length.column]
        seconds = _seconds(cell, _UNIT_S[length.unit])
        if seconds is None and cell not in (None, ""):
            hint = "write 83, 1:23 or 0:01:23; `unit` says what a plain number counts"
            raise Wrong(f"{length.column}: “{shown(_text(cell))}” is no length of time", hint)
        if seconds is not None and not 0 <= seconds <= MOST_S:
            raise Wrong(f"{length.column}: longer than {MOST_S // 3600} hours")
        return None if seconds is None else round(seconds * 1000)


def _told(start: int, desk: str | None, word: str, waited: int | None, talked: int | None) -> Row:
    if word in SERVED:
        connected = None if waited is None else start + waited
        return Row(start, desk, connected, None if connected is None or talked is None else connected + talked, word)
    return Row(start, desk if word in LEG_WORDS else None, None, None if waited is None else start + waited, word)


def _text(cell: Cell) -> str:
    """As a person reads it: whole numbers without a point."""
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _number(cell: Cell) -> str:
    """A telephone number. As a number, Excel has dropped the 0 that it began with."""
    text = _text(cell)
    return f"0{text}" if isinstance(cell, int | float) and len(text) in (9, 10) else text


def _wall(cells: list[Cell], form: str | None) -> datetime.datetime | None:
    """What the clock showed; with a zone where the text names one. None: no time."""
    match cells:
        case [datetime.datetime() as at]:  # Excel counts in parts of a day, which aren't exact
            return (at + datetime.timedelta(milliseconds=500)).replace(microsecond=0)
        case [datetime.date() as day, datetime.time() as time]:
            return datetime.datetime.combine(day, time)
    parts = [f"{cell:%Y-%m-%d}" if isinstance(cell, datetime.datetime) else _text(cell) for cell in cells]
    text = " ".join(parts).replace("오전", "AM").replace("오후", "PM")
    if not form and len(text) <= len("2026-03-02"):
        return None  # a day alone: all its calls would have come at midnight
    try:
        return datetime.datetime.strptime(text, form) if form else datetime.datetime.fromisoformat(text)  # noqa: DTZ007
    except ValueError:
        return None


def _seconds(cell: Cell, unit_s: float) -> float | None:
    if isinstance(cell, datetime.timedelta):
        return cell.total_seconds()
    if isinstance(cell, datetime.time):
        return cell.hour * 3600 + cell.minute * 60 + cell.second
    text = _text(cell)
    if clock := _CLOCK.fullmatch(text):
        return int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + int(clock[3])
    return float(text) * unit_s if _NUMBER.fullmatch(text) else None
