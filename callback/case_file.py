"""Files of new cases: sheets whose head names the fields."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from callback import sheet
from callback.forms import CaseForm
from callback.refusal import Refusal
from ivr.errors import BadInput, Problem
from ivr.language.source import did_you_mean


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
    read, problems = sheet.read(path)
    if read.head:
        problems += _wrong_head(read.name, read.head_line, read.head)
    if not problems and not read.rows:
        problems.append(Problem(read.name, 0, 0, "has no rows", f"a head of {', '.join(CaseForm.model_fields)}"))
    if problems:
        raise BadInput(problems)
    return CaseFile(read.name, read.rows, read.lines)


def _wrong_head(name: str, line: int, head: list[str]) -> list[Problem]:
    known = CaseForm.model_fields
    problems = [
        Problem(name, line, 1, f"unknown column “{column[:40]}”", did_you_mean(column, known))
        for column in dict.fromkeys(head)
        if column not in known
    ]
    problems += [
        Problem(name, line, 1, f"the column “{column}” is missing")
        for column, field in known.items()
        if field.is_required() and column not in head
    ]
    return problems
