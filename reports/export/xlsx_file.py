"""Excel workbooks, written row by row: memory stays the same however many rows there are.

Texts are written as texts, so that no cell is ever a formula; numbers and times as what they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.format import Format as Style
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from reports.export.document import Column, Document, Kind, Part, Small, Value
from reports.export.words import word

MOST_ROWS = 1_000_000
"""Rows of a sheet, Excel takes 1,048,576; more go to the next one."""

_STYLES: dict[Kind, str] = {
    "text": "@",
    "count": "#,##0",
    "share": "0.0%",
    "seconds": "#,##0.0",
    "points": "0.0",
    "time": "yyyy-mm-dd hh:mm:ss",
}
_WIDTHS: dict[Kind, int] = {"text": 24, "count": 11, "share": 11, "seconds": 13, "points": 11, "time": 20}


class _Book:
    """A workbook in the making."""

    def __init__(self, path: Path, zone: ZoneInfo) -> None:
        options = {
            "constant_memory": True,
            "tmpdir": str(path.parent),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = Workbook(str(path), options)
        self.zone = zone
        self.head: Style = self.book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.wrapped: Style = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.styles: dict[Kind, Style] = {
            kind: self.book.add_format({"num_format": style}) for kind, style in _STYLES.items()
        }

    def sheet(self, title: str, columns: Sequence[Column]) -> Worksheet:
        """A sheet with its titles, which stay when it is scrolled."""
        sheet = self.book.add_worksheet(title[:31])
        for n, column in enumerate(columns):
            sheet.set_column(n, n, _WIDTHS[column.kind])
            sheet.write_string(0, n, column.heading, self.head)
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    def row(self, sheet: Worksheet, n: int, values: Sequence[Value], kinds: Sequence[Kind]) -> None:
        """One row of values."""
        for place, (value, kind) in enumerate(zip(values, kinds, strict=True)):
            match value:
                case None:
                    pass
                case str():
                    sheet.write_string(n, place, value)
                case datetime():
                    wall = value.astimezone(self.zone).replace(tzinfo=None)
                    sheet.write_datetime(n, place, wall, self.styles[kind])
                case Small():
                    sheet.write_string(n, place, value.value)
                case _:
                    sheet.write_number(n, place, value, self.styles[kind])


def write(document: Document, path: Path) -> None:
    """The document as a workbook: a sheet for each part, one that says how everything is made. Raises OSError."""
    made = _Book(path, document.period.zone)
    for part in document.parts:
        kinds = [column.kind for column in part.columns]
        sheet = made.sheet(part.title, part.columns)
        for n, row in enumerate(part.rows, 1):
            made.row(sheet, n, row, kinds)
        if part.drawn is not None:
            sheet.insert_chart(len(part.rows) + 2, 0, _chart(made.book, part, part.drawn))
    _formulas(made, document)
    _end(made.book)


def write_rows(
    title: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]], path: Path, zone: ZoneInfo
) -> None:
    """One long table as a workbook. Raises OSError, and whatever `rows` raises."""
    made = _Book(path, zone)
    kinds = [column.kind for column in columns]
    sheet, n, more = made.sheet(title, columns), 0, 1
    for row in rows:
        if n == MOST_ROWS:
            more += 1
            sheet, n = made.sheet(f"{title} {more}", columns), 0
        n += 1
        made.row(sheet, n, row, kinds)
    _end(made.book)


def _chart(book: Workbook, part: Part, drawn: int) -> Any:
    """A bar for each row but the one of all together."""
    last = len(part.rows) - part.total
    chart = book.add_chart({"type": "column"})
    title = part.columns[drawn].title
    chart.add_series(
        {
            "name": title,
            "categories": [part.title[:31], 1, 0, last, 0],
            "values": [part.title[:31], 1, drawn, last, drawn],
        }
    )
    chart.set_title({"name": title})
    chart.set_legend({"none": True})
    return chart


def _formulas(made: _Book, document: Document) -> None:
    """The sheet that says how everything is made."""
    language = document.language
    sheet = made.sheet(
        word("formulas", language),
        [Column(word(name, language), "text") for name in ("figure", "formula", "denominator", "source")],
    )
    sheet.set_column(1, 3, 60)
    told = [
        *document.definitions,
        ("", "", "", ""),
        (word("period", language), f"{document.period.dates} ({document.period.zone.key})", "", ""),
        *((word("notes", language) if not n else "", note, "", "") for n, note in enumerate(document.notes)),
    ]
    for n, texts in enumerate(told, 1):
        for place, text in enumerate(texts):
            sheet.write_string(n, place, text, made.wrapped)


def _end(book: Workbook) -> None:
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error
