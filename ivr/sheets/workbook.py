"""An Excel workbook (.xlsx), read row by row. It is a zip of XML, so what it unpacks to is bounded beforehand."""

from __future__ import annotations

import datetime
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

import openpyxl  # takes defusedxml for all XML when that is installed, as it is here

from ivr.errors import BadInput, Problem

MOST_UNPACKED = 512 * 1024 * 1024
MOST_BESIDE = 64 * 1024 * 1024
"""Bytes of the largest part that isn't a sheet: those are held in memory."""
MOST_PARTS = 1000
MOST_ROWS = 1_048_576
MOST_COLUMNS = 256

warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")  # of styles and the like


class Formula:
    """Stands for a cell that holds a formula: what it comes to is Excel's to know."""


Cell = str | int | float | datetime.datetime | datetime.date | datetime.time | datetime.timedelta | Formula | None
"""What a cell holds; None: nothing. In CSV all of it is text."""


def rows(stream: BinaryIO, name: str, sheet: str | None) -> Iterator[tuple[int, list[Cell]]]:
    """Every row of a sheet (default: the first) with its number. Raises BadInput, at once or on the way."""
    try:
        with zipfile.ZipFile(stream) as archive:
            _refuse_bomb(archive.infolist(), name)
        book = openpyxl.load_workbook(stream, read_only=True, keep_links=False)
    except BadInput:
        raise
    except Exception as error:  # whatever a broken or hostile file makes the parsers say
        raise _broken(name, 0) from error
    if sheet is not None and sheet not in book.sheetnames:
        raise BadInput([Problem(name, 0, 0, f"has no sheet “{sheet}”", f"it has: {', '.join(book.sheetnames[:12])}")])
    if not book.worksheets:
        raise BadInput([Problem(name, 0, 0, "has no sheet")])
    return _rows(book[sheet] if sheet is not None else book.worksheets[0], name)


def _rows(sheet: Any, name: str) -> Iterator[tuple[int, list[Cell]]]:
    found = sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS)
    number = 0
    while True:
        try:
            row = next(found, None)
        except Exception as error:  # the sheet's XML is parsed on the way
            raise _broken(name, number + 1) from error
        if row is None:
            return
        number += 1
        yield number, [Formula() if cell.data_type == "f" else cell.value for cell in row]


def _refuse_bomb(parts: list[zipfile.ZipInfo], name: str) -> None:
    """By what the zip itself declares: its reader stops there."""
    beside = [part for part in parts if not part.filename.startswith("xl/worksheets/")]
    if (
        len(parts) > MOST_PARTS
        or sum(part.file_size for part in parts) > MOST_UNPACKED
        or any(part.file_size > MOST_BESIDE for part in beside)
    ):
        message = f"unpacks to more than a sheet of {MOST_ROWS:,} rows has any need of"
        raise BadInput([Problem(name, 0, 0, message, "save it as CSV UTF-8, in pieces")])


def _broken(name: str, line: int) -> BadInput:
    message = "the workbook is broken" + (" from here on" if line else "")
    return BadInput(
        [Problem(name, line, 1 if line else 0, message, "open it in Excel and save it anew, or as CSV UTF-8")]
    )
