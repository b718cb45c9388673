"""The page /reports/print: the figures of a period for paper, small numbers hidden, formulas as footnotes."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from reports.export import figures as documents
from reports.export.document import Part
from reports.export.text import printed
from reports.web.asked import Asked, choices, sought
from reports.web.naming import naming
from reports.web.page import page
from reports.web.visit import Visit, allowed

router = APIRouter()

MOST_BESIDE = 14
"""Groups that stand side by side, that of all among them."""


@router.get("/reports/print")
def show(
    visit: Annotated[Visit, allowed("reports")],
    first: Annotated[str, Query(alias="from", max_length=40)] = "",
    last: Annotated[str, Query(alias="to", max_length=40)] = "",
    by: Asked = "desk",
    line: Asked = "",
    desk: Asked = "",
) -> Response:
    """The page; of today where the days are none."""
    wrong, names = False, naming(visit.office, visit.lang)
    try:
        asked = sought(visit, first, last, by, line, desk)
    except ValueError:
        wrong, asked = True, sought(visit, "", "", by, line, desk)
    with visit.store.reading() as session:
        document = documents.document(session, asked.period, asked.by, asked.where, names, visit.lang)
    start, end = (at.astimezone(visit.zone) for at in (asked.period.start, asked.period.end))
    return page(
        visit,
        "print.html",
        document=document,
        tables=[_table(part, visit) for part in document.parts],
        asked=asked,
        wrong=wrong,
        days=(start.date(), (end - timedelta(microseconds=1)).date()),
        **choices(visit),
    )


def _table(part: Part, visit: Visit) -> dict[str, object]:
    """A part as texts. Few groups stand side by side, a figure a row: so many figures fit no paper's width."""
    head = [column.title for column in part.columns]
    rows = [
        [printed(value, column.kind, visit.zone) for value, column in zip(row, part.columns, strict=True)]
        for row in part.rows
    ]
    if part.total and len(rows) <= MOST_BESIDE:
        head, *rows = map(list, zip(head, *rows, strict=True))
    texts = sum(column.kind == "text" for column in part.columns)
    return {"title": part.title, "head": head, "rows": rows, "texts": texts}
