"""The page /reports/notices: what each notice did, who heard it, what was taken of it, who waited all the same."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from reports import effect
from reports.web import chart
from reports.web.page import page
from reports.web.scope import asked
from reports.web.tables import table
from reports.web.visit import Visit, allowed

router = APIRouter()


@router.get("/reports/notices")
def show(visit: Annotated[Visit, allowed("reports")]) -> Response:
    """The page."""
    scope, t = asked(visit, (), "week"), visit.t
    informed = next(one.value for one in effect.figures() if one.key == "left_informed")
    with visit.store.reading() as session:
        found = effect.effects(session, scope.of.period)
    helped = sorted(
        ((scope.names.notice(name), informed(one) or 0.0) for name, one in found.items()),
        key=lambda row: -row[1],
    )
    told = t("heard.told", name=helped[0][0], count=int(helped[0][1])) if helped else ""
    return page(
        visit,
        "reports_notices.html",
        **scope.values,
        drawing=chart.bars(t("heard.drawing"), told, helped, "count", hue=3) if helped else "",
        told=told,
        table=table(
            visit.lang,
            effect.figures(),
            found,
            None,
            caption=t("heard.table"),
            by=t("heard.notice"),
            note=t("heard.note"),
            name=scope.names.notice,
            where=lambda name: scope.calls(notice=name),
        ),
    )
