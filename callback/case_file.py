"""Files of new cases: CSV as an office's spreadsheet writes it, UTF-8 or cp949, its head naming the fields."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from callback.forms import CaseForm
from callback.refusal import Refusal
from ivr.errors import BadInput, Problem
from ivr.language.source import did_you_mean

MOST_BYTES = 32 * 1024 * 1024
"""Largest file read: some 200,000 cases."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The rows of a file as they were written, empty cells left out, each with its line (from 1)."""

    name: str
    rows: list[dict[str, str]]
    lines: list[int]

    def placed(self, refusal: Refusal) -> BadInput:
        """A refusal of its rows as problems of the file. The rows aren't shown with it: they hold numbers."""
        return BadInput(
            Problem(
                self.name,
                0 if detail.index is None else self.lines[detail.index],
                1,
                f"{detail.field}: {detail.message}" if detail.field else detail.message,
                detail.hint or "",
            )
            for detail in refusal.details
        )


def read(path: Path) -> CaseFile:
    """Read a file of cases. Raises BadInput with everything that is wrong with it as a file."""
    file = CaseFile(str(path), [], [])
    problems: list[Problem] = []
    head: list[str] = []
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not head:
                head = [cell.strip() for cell in cells]
                problems += _wrong_head(file.name, reader.line_num, head)
            elif len(cells) != len(head):
                problems.append(Problem(file.name, reader.line_num, 1, f"{len(cells)} cells, the head has {len(head)}"))
            else:
                row = {name: cell.strip() for name, cell in zip(head, cells, strict=True)}
                file.rows.append({name: cell for name, cell in row.items() if cell})
                file.lines.append(reader.line_num)
    except csv.Error as error:
        problems.append(Problem(file.name, reader.line_num, 1, f"isn't CSV: {error}"))
    if not problems and not file.rows:
        problems.append(Problem(file.name, 0, 0, "has no rows", f"a head of {', '.join(CaseForm.model_fields)}"))
    if problems:
        raise BadInput(problems)
    return file


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes() if path.stat().st_size <= MOST_BYTES else None
    except OSError as error:
        raise BadInput([Problem(str(path), 0, 0, f"can't be read: {error.strerror}")]) from error
    if raw is None:
        raise BadInput([Problem(str(path), 0, 0, f"is larger than {MOST_BYTES // 2**20} MiB", "import it in pieces")])
    for encoding in ("utf-8-sig", "cp949"):  # Excel in Korea saves in cp949
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput([Problem(str(path), 0, 0, "is neither UTF-8 nor cp949", "save it as CSV UTF-8")])


def _wrong_head(name: str, line: int, head: list[str]) -> list[Problem]:
    known = CaseForm.model_fields
    problems = []
    for i, column in enumerate(head):
        if column in head[:i]:
            problems.append(Problem(name, line, 1, f"the column “{column}” stands there twice"))
        elif column not in known:
            problems.append(Problem(name, line, 1, f"unknown column “{column[:40]}”", did_you_mean(column, known)))
    problems += [
        Problem(name, line, 1, f"the column “{column}” is missing")
        for column, field in known.items()
        if field.is_required() and column not in head
    ]
    return problems
