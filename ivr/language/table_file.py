"""The files of decision tables: CSV with a head, or YAML as a list of rows; both say the same.

In CSV the last column is `desk`, and blank lines and lines that begin with # don't count. In YAML a row is
`{district: 동구, desk: east}`; a column left out fits anything, a list of values stands for as many rows.
"""

from __future__ import annotations

import csv
import io
import re
from itertools import product
from pathlib import Path

from ivr.errors import BadInput, Problem
from ivr.language.fields import NAME
from ivr.language.source import Source, decoded
from ivr.language.table import ANY, Row, Table

DESK = "desk"
MOST_ROWS = 2_000


def read(path: Path, shown: str) -> Table:
    """Read a table. Raises BadInput with every problem; `shown` is how they call the file."""
    reader: _Csv | _Yaml = _Yaml(path, shown) if path.suffix == ".yaml" else _Csv(path, shown)
    columns, rows = reader.read()
    if not reader.problems and not rows:
        reader.problems.append(Problem(shown, 0, 0, "has no rows"))
    if len(rows) > MOST_ROWS:
        reader.problems.append(Problem(shown, 0, 0, f"has more than {MOST_ROWS} rows"))
    if reader.problems:
        raise BadInput(reader.problems)
    return Table(path.stem, shown, tuple(columns), tuple(rows), f"tables/{path.name}")


def _bad_value(value: str) -> bool:
    return not value or "/" in value or len(value) > 60


class _Csv:
    """Takes a CSV apart, keeping every problem with its line."""

    def __init__(self, path: Path, shown: str) -> None:
        self.problems: list[Problem] = []
        self._shown = shown
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise BadInput([Problem(shown, 0, 0, f"can't be read: {error.strerror}")]) from error
        text = decoded(raw, shown)
        self._lines = text.splitlines()
        self._csv = csv.reader(io.StringIO(text), strict=True)

    def read(self) -> tuple[list[str], list[Row]]:
        """The columns and the rows that are well formed."""
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
                    rows.append(Row(tuple(cells[:-1]), cells[-1], self._csv.line_num, source=self._line()))
        except csv.Error as error:
            self._complain(f"isn't CSV: {error}")
        return header[:-1], rows

    def _check_header(self, header: list[str]) -> None:
        if header[-1] != DESK or len(header) < 2:
            self._complain("the last column must be “desk”", "e.g. district,desk")
        for column in header[:-1]:
            if not re.fullmatch(NAME, column) or header.count(column) > 1:
                self._complain(f"“{column}” is no name of a column, or stands there twice")

    def _check_row(self, cells: list[str], header: list[str]) -> bool:
        if len(cells) != len(header):
            self._complain(f"{len(cells)} cells, but the head has {len(header)}")
        elif any(map(_bad_value, cells)):
            self._complain("a cell is empty, longer than 60 characters, or holds a “/”", "* fits anything")
        else:
            return True
        return False

    def _complain(self, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self._shown, self._csv.line_num, 1, message, hint, self._line()))

    def _line(self) -> str:
        line = self._csv.line_num
        return self._lines[line - 1] if 0 < line <= len(self._lines) else ""


class _Yaml:
    """Takes a list of rows apart, keeping every problem with its place."""

    def __init__(self, path: Path, shown: str) -> None:
        self._source = Source(path, shown)
        self.problems = self._source.problems

    def read(self) -> tuple[list[str], list[Row]]:
        """The columns, in the order in which they are first named, and the rows that are well formed."""
        data = self._source.data
        if not isinstance(data, list):
            self._complain((), "must be a list of rows", "- {district: 동구, desk: east}")
            return [], []
        good = [(i, row) for i, row in enumerate(data) if self._check(i, row)]
        columns = list(dict.fromkeys(key for _, row in good for key in row if key != DESK))
        rows: list[Row] = []
        for i, row in good:
            place = self._source.problem([i], "")
            values = [row.get(column, ANY) for column in columns]
            for one in product(*(value if isinstance(value, list) else [value] for value in values)):
                if len(rows) > MOST_ROWS:
                    return columns, rows
                rows.append(Row(tuple(one), row[DESK], place.line, place.column, place.source))
        if good and not columns:
            self._complain((), "the rows name nothing that the desk depends on", "- {district: 동구, desk: east}")
        return columns, rows

    def _check(self, index: int, row: object) -> bool:
        if not isinstance(row, dict) or not isinstance(row.get(DESK), str):
            self._complain((index,), "a row is a mapping with a `desk`", "- {district: 동구, desk: east}")
            return False
        wrong = len(self.problems)
        for key, value in row.items():
            if not re.fullmatch(NAME, key):
                self._complain((index, key), f"“{key}” is no name of a column", key=True)
            values = value if isinstance(value, list) and key != DESK else [value]
            if not values or any(not isinstance(one, str) or _bad_value(one) for one in values):
                message = "a value is empty, longer than 60 characters, or holds a “/”"
                self._complain((index, key), message, "* fits anything, and so does a column left out")
        return len(self.problems) == wrong

    def _complain(self, at: tuple[str | int, ...], message: str, hint: str = "", *, key: bool = False) -> None:
        self.problems.append(self._source.problem(at, message, hint, key=key))
