"""The page /reports/print: the figures of a period for paper, small numbers hidden, formulas as footnotes."""

from __future__ import annotations

from typing import Annotated, cast, get_args

from fastapi import APIRouter, HTTPException
from starlette.responses import Response

from reports.export import figures as documents
from reports.export.document import Part
from reports.export.text import printed
from reports.sought import By
from reports.web.asked import Asked, choices
from reports.web.naming import naming
from reports.web.page import page
from reports.web.scope import asked
from reports.web.visit import Visit, allowed

router = APIRouter()

MOST_BESIDE = 14
"""Groups that stand side by side, that of all among them."""


@router.get("/reports/print")
def show(visit: Annotated[Visit, allowed("reports")], by: Asked = "desk") -> Response:
    """The page."""
    if by and by not in get_args(By):
        raise HTTPException(422)
    scope, names = asked(visit), naming(visit.office, visit.lang)
    with visit.store.reading() as session:
        grouped = cast(By, by) if by else None
        document = documents.document(session, scope.of.period, grouped, scope.where, names, visit.lang)
    tables = [_table(part, visit) for part in document.parts]
    return page(visit, "print.html", document=document, tables=tables, by=by, bys=choices(visit)["bys"], **scope.values)


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
