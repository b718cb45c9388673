"""The page /reports/people: officers, what callers thought of them beside courtesy scores, who calls again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from reports import callers, courtesy, repeats
from reports.figures import figures
from reports.queries import tallies
from reports.web.page import page
from reports.web.scope import asked
from reports.web.tables import table
from reports.web.visit import Visit, allowed

router = APIRouter()

_COLUMNS = ("answered", "direct_handling", "transfer_rate", "asa_s", "talk_s")


@router.get("/reports/people")
def show(visit: Annotated[Visit, allowed("reports")]) -> Response:
    """The page."""
    scope, t, lang = asked(visit, ("desk",), "quarter"), visit.t, visit.lang
    with visit.store.reading() as session:
        period = scope.of.period
        officers = {name: of for name, of in tallies(session, period, "agent", scope.where).items() if name != "?"}
        by_officer = courtesy.regards(session, period, "agent")
        by_quarter = courtesy.regards(session, period, "quarter")
        again = callers.returns(session, period, None, visit.now)
        months = repeats.by_month(session, period)
    often = {month: of for month, of in months.items() if of.calls}  # a quarter has months to come
    regard = sum(by_officer.values(), courtesy.Regard())
    return page(
        visit,
        "reports_people.html",
        **scope.values,
        tables=[
            table(
                lang,
                [one for one in figures() if one.key in _COLUMNS],
                officers,
                None,
                caption=t("officers.handled"),
                by=t("officers.officer"),
                name=scope.names.officer,
                where=lambda name: scope.calls(agent=name),
            ),
            table(
                lang,
                courtesy.figures(),
                by_officer,
                regard,
                caption=t("officers.regard"),
                by=t("officers.officer"),
                note=t("officers.regard_note"),
                name=lambda name: t("officers.nobody") if name == "?" else scope.names.officer(name),
            ),
            table(lang, courtesy.figures(), by_quarter, None, caption=t("officers.quarters"), by=t("officers.quarter")),
            table(
                lang,
                callers.figures(),
                again,
                None,
                caption=t("officers.again"),
                note=t("officers.again_note"),
                by=t("officers.of"),
                name=lambda _: t("officers.all"),
            ),
            table(
                lang,
                repeats.figures(),
                often,
                sum(often.values(), repeats.Repeats()),
                caption=t("officers.repeats"),
                by=t("officers.month"),
                note=t("officers.repeats_note"),
            ),
        ],
    )
