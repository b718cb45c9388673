"""The page /reports/waits: after how long callers give up, and the waits they were told against those they had."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from reports import giving_up, waits
from reports.figures import figures
from reports.queries import tallies
from reports.web import chart
from reports.web.page import page
from reports.web.scope import asked
from reports.web.shown import NONE, figure, value
from reports.web.tables import table
from reports.web.visit import Visit, allowed

router = APIRouter()


@router.get("/reports/waits")
def show(visit: Annotated[Visit, allowed("reports")]) -> Response:
    """The page."""
    scope, t = asked(visit), visit.t
    with visit.store.reading() as session:
        tally = tallies(session, scope.of.period, None, scope.where)[""]
        told = waits.waits(session, scope.of.period, {}, scope.where.desk)
    stretches = giving_up.stretches(tally)
    rate = figure(next(one for one in figures() if one.key == "abandonment"), visit.lang, tally)
    kinds = {t("waits.answered"): 1, t("waits.gave_up"): 6}
    rows = [(name, dict(zip(kinds, (one.answered, one.gave_up), strict=True))) for name, one in stretches.items()]
    most = max(stretches, key=lambda name: stretches[name].gave_up)
    return page(
        visit,
        "reports_waits.html",
        **scope.values,
        drawing=chart.columns(t("waits.drawing"), t("waits.told", name=most), rows, kinds),
        table=table(
            visit.lang,
            giving_up.figures(),
            stretches,
            giving_up.together(tally),
            caption=t("waits.drawing"),
            by=t("waits.stretch"),
            note=t("waits.rate", rate=rate.title, value=rate.value, parts=rate.parts or NONE),
        ),
        nothing=not giving_up.together(tally).waiting,
        announced=[(scope.names.desk(desk), scope.calls(desk=desk), _shown(row)) for desk, row in told.desks.items()],
        whole=_shown(told.whole),
        long_s=round(waits.LONG_S),
    )


def _shown(row: waits.Row) -> list[str]:
    shares = [value("share", share) for share in (row.held, row.long_told)]
    seconds = [value("seconds", number) for number in (row.width_s, row.wait_s)]
    return [value("count", row.told), shares[0], *seconds, shares[1]]
