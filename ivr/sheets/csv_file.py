"""CSV, as an office's spreadsheet or a telephone exchange writes it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import BinaryIO

from ivr.errors import BadInput, Problem
from ivr.sheets import text_file


def rows(stream: BinaryIO, name: str) -> Iterator[tuple[int, list[str]]]:
    """Every row with the number of its (last) line. Raises BadInput, as `text_file.lines` does, or where it is no CSV;
    the line isn't shown, since it may hold a number."""
    return _rows(text_file.lines(stream, name), name)


def _rows(lines: Iterator[str], name: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise BadInput([Problem(name, reader.line_num, 1, f"isn't CSV: {error}")]) from error
