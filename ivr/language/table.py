"""Decision tables: a CSV whose last column names the desk, the others what it depends on; `*` fits anything."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ivr.errors import BadInput, Problem
from ivr.language.fields import NAME

ANY = "*"


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what it fits (a value per column), the desk, and where it stands."""

    values: tuple[str, ...]
    desk: str
    line: int

    def fits(self, answers: Sequence[str]) -> bool:
        """Whether the row fits the answers given so far, in column order."""
        return all(value in (ANY, answer) for value, answer in zip(self.values, answers, strict=False))


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A decision table. `columns` leaves out the last one, `desk`.

    What was once answered is remembered: every call asks the same few questions.
    """

    name: str
    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    _choices: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict, init=False, repr=False)
    _found: dict[tuple[str, ...], str | None] = field(default_factory=dict, init=False, repr=False)

    def choices(self, answers: Sequence[str]) -> tuple[str, ...]:
        """What can be answered for the next column after `answers`, in the table's order.

        Empty when the rows still in question fit anything there: then nothing needs to be asked.
        """
        given = tuple(answers)
        if given not in self._choices:
            values = [row.values[len(given)] for row in self.rows if row.fits(given)]
            self._choices[given] = tuple(dict.fromkeys(value for value in values if value != ANY))
        return self._choices[given]

    def most(self, column: str) -> tuple[str, ...]:
        """The most that can be offered for a column, whatever was answered before."""
        index = self.columns.index(column)
        starts = {row.values[:index] for row in self.rows}
        return max((self.choices(start) for start in starts), key=len, default=())

    def find(self, answers: Sequence[str]) -> str | None:
        """Desk of the first row that fits, or None."""
        given = tuple(answers)
        if given not in self._found:
            self._found[given] = next((row.desk for row in self.rows if row.fits(given)), None)
        return self._found[given]

    def labels(self) -> list[str]:
        """Every value that is read to callers, in order, once."""
        return list(dict.fromkeys(v for row in self.rows for v in row.values if v != ANY))


def read(path: Path, name: str, shown: str) -> Table:
    """Read a table. Raises BadInput with every problem; `shown` is how they call the file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput([Problem(shown, 0, 0, f"can't be read as UTF-8: {error}")]) from error
    reader = _Reader(text, shown)
    header, rows = reader.read()
    if not reader.problems and not rows:
        reader.problems.append(Problem(shown, 0, 0, "has no rows"))
    if reader.problems:
        raise BadInput(reader.problems)
    return Table(name, shown, tuple(header[:-1]), tuple(rows))


class _Reader:
    """Takes a CSV apart, keeping every problem with its line."""

    def __init__(self, text: str, shown: str) -> None:
        self.problems: list[Problem] = []
        self._shown = shown
        self._lines = text.splitlines()
        self._csv = csv.reader(io.StringIO(text), strict=True)

    def read(self) -> tuple[list[str], list[Row]]:
        """The head and the rows that are well formed. Blank lines and lines that begin with # don't count."""
        header: list[str] = []
        rows: list[Row] = []
        try:
            for record in self._csv:
                cells = [cell.strip() for cell in record]
                if not any(cells) or cells[0].startswith("#"):
                    continue
                if not header:
                    header = cells
                    self._check_header(header)
                elif self._check_row(cells, header):
                    rows.append(Row(tuple(cells[:-1]), cells[-1], self._csv.line_num))
        except csv.Error as error:
            self._complain(f"isn't CSV: {error}")
        return header, rows

    def _check_header(self, header: list[str]) -> None:
        if header[-1] != "desk" or len(header) < 2:
            self._complain("the last column must be “desk”", "e.g. district,desk")
        for column in header[:-1]:
            if not re.fullmatch(NAME, column) or header.count(column) > 1:
                self._complain(f"“{column}” is no name of a column, or stands there twice")

    def _check_row(self, cells: list[str], header: list[str]) -> bool:
        if len(cells) != len(header):
            self._complain(f"{len(cells)} cells, but the head has {len(header)}")
        elif not all(cells) or any("/" in cell or len(cell) > 60 for cell in cells):
            self._complain("a cell is empty, longer than 60 characters, or holds a “/”", "* fits anything")
        else:
            return True
        return False

    def _complain(self, message: str, hint: str = "") -> None:
        line = self._csv.line_num
        source = self._lines[line - 1] if 0 < line <= len(self._lines) else ""
        self.problems.append(Problem(self._shown, line, 1, message, hint, source))
