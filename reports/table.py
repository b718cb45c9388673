"""A table of texts, for a terminal or for a spreadsheet."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence


def width(text: str) -> int:
    """Cells that a text takes on a terminal: Hangul two a syllable, combining marks none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def aligned(titles: Sequence[str], rows: Sequence[Sequence[str]], numbers: bool = False) -> str:
    """Columns under their titles, two blanks apart; with `numbers` all but the first are set to the right."""
    widths = [max(width(row[n]) for row in [titles, *rows]) for n in range(len(titles))]
    lines = []
    for row in [titles, *rows]:
        cells = []
        for n, (cell, room) in enumerate(zip(row, widths, strict=True)):
            blanks = " " * (room - width(cell))
            cells.append(blanks + cell if numbers and n else cell + blanks)
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def spreadsheet(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """CSV (RFC 4180). A cell that a spreadsheet would take for a formula is made a text by an apostrophe before it."""
    return lines([titles]) + lines(rows)


def lines(rows: Iterable[Sequence[str]]) -> str:
    """The same without titles, a line for each row."""
    stream = io.StringIO()
    csv.writer(stream).writerows([_guarded(cell) for cell in row] for row in rows)
    return stream.getvalue()


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")) else cell
