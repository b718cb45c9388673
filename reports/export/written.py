"""A document, or a long list, as the file that somebody asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from reports.export import csv_file, pdf_file, xlsx_file
from reports.export.calls import Listing
from reports.export.document import Document, Format, Value
from reports.export.words import word


def document(form: Format, whole: Document, path: Path) -> None:
    """Write a document; as CSV its first part alone. Raises OnestopError where PDF has no font, OSError."""
    if form == "pdf":
        pdf_file.write(whole, path)
    elif form == "xlsx":
        xlsx_file.write(whole, path)
    else:
        part = whole.parts[0]
        _pieces(csv_file.pieces(part.columns, part.rows, whole.period.zone), path)


def calls(form: Format, listing: Listing, rows: Iterable[Sequence[Value]], path: Path) -> None:
    """Write a list of calls, as its rows come, as CSV or XLSX. Raises OSError, and whatever `rows` raises."""
    if form == "csv":
        _pieces(csv_file.pieces(listing.columns(), rows, listing.period.zone), path)
    else:
        title = word("calls", listing.language)
        xlsx_file.write_rows(title, listing.columns(), rows, path, listing.period.zone)


def _pieces(pieces: Iterator[bytes], path: Path) -> None:
    with path.open("wb") as file:
        file.writelines(pieces)
