"""A document on paper: PDF with a Korean font within it, bars drawn as vectors, titles and language told to readers
that speak, bookmarks, formulas as footnotes, page numbers."""

from __future__ import annotations

import logging
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableCellFillMode, XPos, YPos
from fpdf.fonts import FontFace

from reports.export.document import Document, Part
from reports.export.fonts import korean
from reports.export.text import printed
from reports.export.words import word

logging.getLogger("fontTools").setLevel(logging.ERROR)  # it warns of tables of the font that it leaves out

_FONT = "korean"
_GREY, _BLUE, _PALE = (90, 90, 90), (47, 111, 159), (240, 243, 246)
_BAR = 4.0
"""Height of a bar in mm; those of a part have to fit a page."""
MOST_BARS = 31


class _Paper(FPDF):
    """Pages that carry their number, the title and the period."""

    def __init__(self, document: Document) -> None:
        super().__init__(orientation="landscape", format="A4")
        self._document = document
        regular, bold = korean()
        self.add_font(_FONT, "", str(regular))
        self.add_font(_FONT, "B", str(bold))
        self.set_lang(document.language)
        self.set_title(document.title)
        self.set_creator("Onestop")
        self.set_display_mode("fullwidth")
        self.set_auto_page_break(True, margin=16)
        self.alias_nb_pages("{pages}")

    def footer(self) -> None:
        """What stands below each page."""
        self.set_y(-12)
        self.set_font(_FONT, size=8)
        self.set_text_color(*_GREY)
        self.cell(0, 6, f"{self._document.title} · {self._document.period.dates}")
        self.set_x(self.l_margin)
        self.cell(0, 6, word("page", self._document.language, self.page_no(), "{pages}"), align="R")
        self.set_text_color(0, 0, 0)


def write(document: Document, path: Path) -> None:
    """The document as a PDF. Raises OnestopError where there is no Korean font, OSError."""
    paper = _Paper(document)
    paper.add_page()
    paper.set_font(_FONT, "B", 18)
    paper.multi_cell(0, 10, document.title, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.set_font(_FONT, size=10)
    told = f"{word('period', document.language)}: {document.period.dates} ({document.period.zone.key})"
    paper.cell(0, 6, told, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    for part in document.parts:
        _heading(paper, part.title)
        _bars(paper, part, document)
        _table(paper, part, document)
    _heading(paper, word("formulas", document.language))
    for n, definition in enumerate(document.definitions, 1):
        _paragraph(paper, f"{n}) {_defined(definition, document)}")
    for note in document.notes:
        _paragraph(paper, note)
    paper.output(str(path))


def _heading(paper: _Paper, text: str) -> None:
    paper.ln(5)
    paper.set_font(_FONT, "B", 12)
    paper.start_section(text)
    paper.cell(0, 8, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _paragraph(paper: _Paper, text: str) -> None:
    paper.set_font(_FONT, size=8)
    paper.multi_cell(0, 4.5, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _defined(definition: tuple[str, str, str, str], document: Document) -> str:
    title, formula, denominator, source = definition
    of = f" · {word('denominator', document.language)}: {denominator}" if denominator else ""
    return f"{title} = {formula}{of} · {word('source', document.language)}: {source}"


def _table(paper: _Paper, part: Part, document: Document) -> None:
    """The rows; a column's number leads to the footnote that says how it is made."""
    notes = {title: n for n, (title, *_) in enumerate(document.definitions, 1)}
    kinds = [column.kind for column in part.columns]
    paper.set_font(_FONT, size=7)
    wide = [3.0 if kind == "text" else 1.4 for kind in kinds]
    with paper.table(
        col_widths=wide,
        line_height=4.5,
        text_align=["LEFT" if kind == "text" else "RIGHT" for kind in kinds],
        headings_style=FontFace(emphasis="BOLD", fill_color=_PALE),
        borders_layout="HORIZONTAL_LINES",
        cell_fill_mode=TableCellFillMode.NONE,
        repeat_headings=1,
    ) as table:
        table.row([_numbered(column.title, notes) for column in part.columns])
        for row in part.rows:
            table.row([printed(value, kind, document.period.zone) for value, kind in zip(row, kinds, strict=True)])


def _numbered(title: str, notes: dict[str, int]) -> str:
    n = notes.get(title)
    return f"{title} {n})" if n else title


def _bars(paper: _Paper, part: Part, document: Document) -> None:
    """The drawn column as bars, but the row of all together; hidden ones have none."""
    if part.drawn is None or len(part.rows) - part.total > MOST_BARS:
        return
    rows = part.rows[: len(part.rows) - part.total]
    values = [value if isinstance(value := row[part.drawn], int | float) else 0.0 for row in rows]
    most = max([*values, 1.0])
    kind = part.columns[part.drawn].kind
    paper.set_font(_FONT, size=7)
    paper.set_text_color(*_GREY)
    paper.cell(0, 5, part.columns[part.drawn].title, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.set_text_color(0, 0, 0)
    for row, value in zip(rows, values, strict=True):
        if paper.will_page_break(_BAR + 1):
            paper.add_page()
        _bar(paper, str(row[0]), value / most, printed(row[part.drawn], kind, document.period.zone))
    paper.ln(3)


def _bar(paper: _Paper, name: str, share: float, told: str) -> None:
    """A name, its bar, and the number behind that."""
    left, room = paper.l_margin + 60, paper.epw - 80
    top = paper.get_y()
    paper.set_xy(paper.l_margin, top)
    paper.cell(58, _BAR, _fitting(paper, name, 57), align="R")
    paper.set_fill_color(*_BLUE)
    if share:
        paper.rect(left, top + 0.4, room * share, _BAR - 0.8, style="F")
    paper.set_xy(left + room * share + 1, top)
    paper.cell(18, _BAR, told)
    paper.set_xy(paper.l_margin, top + _BAR + 0.4)


def _fitting(paper: _Paper, text: str, room: float) -> str:
    """As much of a text as fits."""
    while text and paper.get_string_width(text) > room:
        text = text[:-1]
    return text
