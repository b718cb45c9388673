"""The page /reports/notices: what each notice did, who heard it, what was taken of it, who waited all the same."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from reports import effect
from reports.web import chart
from reports.web.page import page
from reports.web.scope import asked
from reports.web.shown import figure
from reports.web.tables import table
from reports.web.visit import Visit, allowed

router = APIRouter()


@router.get("/reports/notices")
def show(visit: Annotated[Visit, allowed("reports")]) -> Response:
    """The page."""
    scope, t = asked(visit, (), "week"), visit.t
    wanted = {one.key: one for one in effect.figures()}
    with visit.store.reading() as session:
        found = effect.effects(session, scope.of.period)
    left, played = wanted["left_informed"], wanted["played"]
    most = sorted(found, key=lambda name: -(left.value(found[name]) or 0.0))
    drawn = [(scope.names.notice(name), left.value(found[name]) or 0.0) for name in most]
    told = ""
    if most and left.value(found[most[0]]):
        share = figure(wanted["left_informed_share"], visit.lang, found[most[0]])
        told = t("heard.told", name=drawn[0][0], parts=share.parts, share=share.value)
    passed = [
        scope.names.notice(name)
        for name, one in found.items()
        if played.value(one) and played.value(one) == wanted["waited"].value(one)
    ]
    return page(
        visit,
        "reports_notices.html",
        **scope.values,
        drawing=chart.bars(t("heard.drawing"), told, drawn, hue=3) if drawn else "",
        told=told,
        passed=", ".join(f"“{name}”" for name in passed),
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
