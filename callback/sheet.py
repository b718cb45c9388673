"""A sheet: CSV as an office's spreadsheet writes it, UTF-8 or cp949, with a head that names the columns."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from ivr.errors import BadInput, Problem

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
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not sheet.head:
                head = [cell.strip() for cell in cells]
                sheet = Sheet(sheet.name, head, reader.line_num, [], [])
                twice = [name for i, name in enumerate(head) if name in head[:i]]
                problems += [_at(sheet, sheet.head_line, f"the column “{name}” stands there twice") for name in twice]
            elif len(cells) != len(sheet.head):
                message = f"{len(cells)} cells, the head has {len(sheet.head)}"
                problems.append(_at(sheet, reader.line_num, message))
            else:
                row = {name: cell.strip() for name, cell in zip(sheet.head, cells, strict=True)}
                sheet.rows.append({name: cell for name, cell in row.items() if cell})
                sheet.lines.append(reader.line_num)
    except csv.Error as error:
        problems.append(_at(sheet, reader.line_num, f"isn't CSV: {error}"))
    return sheet, problems


def _at(sheet: Sheet, line: int, message: str) -> Problem:
    """A problem of a line, which isn't shown with it: it holds a number."""
    return Problem(sheet.name, line, 1, message)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes() if path.stat().st_size <= MOST_BYTES else None
    except OSError as error:
        raise BadInput([Problem(str(path), 0, 0, f"can't be read: {error.strerror}")]) from error
    if raw is None:
        raise BadInput([Problem(str(path), 0, 0, f"is larger than {MOST_BYTES // 2**20} MiB", "hand it in in pieces")])
    for encoding in ("utf-8-sig", "cp949"):  # Excel in Korea saves in cp949
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput([Problem(str(path), 0, 0, "is neither UTF-8 nor cp949", "save it as CSV UTF-8")])
