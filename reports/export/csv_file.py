"""CSV (RFC 4180) as UTF-8 with a mark that tells Excel so. One table a file; definitions stand in the other formats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from reports import table
from reports.export.document import Column, Value
from reports.export.text import plain

ENCODING = "utf-8"
_MARK = "\ufeff"
_ROWS = 500
"""Rows a piece."""


def pieces(columns: Sequence[Column], rows: Iterable[Sequence[Value]], zone: ZoneInfo) -> Iterator[bytes]:
    """The file piece by piece, as its rows come. A cell that a spreadsheet would take for a formula becomes a text."""
    yield f"{_MARK}{table.lines([[column.heading for column in columns]])}".encode(ENCODING)
    kinds = [column.kind for column in columns]
    held: list[list[str]] = []
    for row in rows:
        held.append([plain(value, kind, zone) for value, kind in zip(row, kinds, strict=True)])
        if len(held) == _ROWS:
            yield table.lines(held).encode(ENCODING)
            held = []
    if held:
        yield table.lines(held).encode(ENCODING)
