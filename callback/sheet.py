"""A sheet: CSV as an office's spreadsheet writes it, UTF-8 or cp949, with a head that names the columns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ivr.errors import BadInput, Problem
from ivr.sheets import csv_file

MOST_BYTES = 32 * 1024 * 1024
"""Largest file read: some 200,000 rows."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a file as they were written, empty cells left out, each with its line (from 1); `head_line` is the
    line of the head, 0 when there is none."""

    name: str
    head: list[str]
    head_line: int
    rows: list[dict[str, str]]
    lines: list[int]


def read(path: Path) -> tuple[Sheet, list[Problem]]:
    """Read a sheet, and whatever is wrong with its form. Raises BadInput when it can't be read at all."""
    sheet = Sheet(str(path), [], 0, [], [])
    problems: list[Problem] = []
    try:
        with path.open("rb") as stream:
            if path.stat().st_size > MOST_BYTES:
                message = f"is larger than {MOST_BYTES // 2**20} MiB"
                raise BadInput([Problem(sheet.name, 0, 0, message, "hand it in in pieces")])
            rows = csv_file.rows(stream, sheet.name)
            try:
                for line, cells in rows:
                    sheet = _take(sheet, line, cells, problems)
            except BadInput as broken:
                problems += broken.problems
    except OSError as error:
        raise BadInput([Problem(sheet.name, 0, 0, f"can't be read: {error.strerror}")]) from error
    return sheet, problems


def _take(sheet: Sheet, line: int, cells: list[str], problems: list[Problem]) -> Sheet:
    """The sheet with one more row; what is wrong with that is added to `problems`."""
    if not any(cell.strip() for cell in cells):
        return sheet
    if not sheet.head:
        head = [cell.strip() for cell in cells]
        twice = [name for i, name in enumerate(head) if name in head[:i]]
        problems += [_at(sheet, line, f"the column “{name}” stands there twice") for name in twice]
        return Sheet(sheet.name, head, line, [], [])
    if len(cells) != len(sheet.head):
        problems.append(_at(sheet, line, f"{len(cells)} cells, the head has {len(sheet.head)}"))
        return sheet
    row = {name: cell.strip() for name, cell in zip(sheet.head, cells, strict=True)}
    sheet.rows.append({name: cell for name, cell in row.items() if cell})
    sheet.lines.append(line)
    return sheet


def _at(sheet: Sheet, line: int, message: str) -> Problem:
    """A problem of a line, which isn't shown with it: it holds a number."""
    return Problem(sheet.name, line, 1, message)
