"""The page /reports/staffing: how many officers it takes, hour by hour, by Erlang C beside what was measured."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from reports import erlang
from reports.staffing import Hour, Wanted, staffing
from reports.tally import EDGES_S
from reports.web.page import page
from reports.web.scope import asked
from reports.web.shown import value
from reports.web.visit import Visit, allowed

router = APIRouter()

_MOST = 200
"""Officers that a visitor may ask for."""
_AROUND = range(-2, 6)
"""Rows of the table about the busiest hour, from so many officers below those needed to so many above."""
_SHARES = (70, 75, 80, 85, 90, 95)


@router.get("/reports/staffing")
def show(visit: Annotated[Visit, allowed("reports")]) -> Response:
    """The page."""
    scope, t = asked(visit, ("desk",), "month"), visit.t
    wanted, officers_wrong = _wanted(visit)
    with visit.store.reading() as session:
        found = staffing(session, scope.of.period, scope.where.desk, wanted)
    busiest = max(found.hours, key=lambda hour: hour.load.calls) if found.hours else None
    return page(
        visit,
        "reports_staffing.html",
        **scope.values,
        wanted=wanted,
        officers_wrong=officers_wrong,
        shares=[(f"{share}", f"{share} %") for share in _SHARES],
        targets=[(f"{edge}", t("staffing.seconds", count=edge)) for edge in EDGES_S],
        hours_table=[_row(hour) for hour in found.hours],
        days=found.days,
        busiest=_sentence(busiest, wanted, visit) if busiest else "",
        around=_around(busiest, wanted) if busiest else [],
        handling=value("seconds", busiest.load.aht_s) if busiest else "",
    )


def _wanted(visit: Visit) -> tuple[Wanted, bool]:
    """What the form asks for, and whether its number of officers is none."""
    query = visit.query
    share = next((share for share in _SHARES if query.get("share") == f"{share}"), 80)
    target = next((edge for edge in EDGES_S if query.get("target") == f"{edge}"), 20)
    wrap_up = _number(query.get("wrap_up", ""), 3600) or 0
    asked_for = query.get("officers", "")
    officers = _number(asked_for, _MOST) or None
    return Wanted(share / 100, float(target), float(wrap_up), officers), bool(asked_for) and officers is None


def _number(text: str, most: int) -> int:
    with suppress(ValueError):
        if text.isascii() and len(text) <= 4:
            return min(max(int(text), 0), most)
    return 0


def _row(hour: Hour) -> tuple[str, list[str]]:
    service = hour.service
    return f"{hour.hour}:00–{int(hour.hour) + 1:02}:00", [
        f"{hour.load.calls:.1f}",
        value("share", hour.measured),
        f"{hour.needed}",
        f"{service.officers}",
        value("share", service.within),
        value("share", service.occupancy),
        value("seconds", service.asa_s),
    ]


def _around(hour: Hour, wanted: Wanted) -> list[tuple[int, str, str, str, bool]]:
    """What other numbers of officers would come to in the busiest hour."""
    numbers = [hour.needed + more for more in _AROUND if hour.needed + more >= 1]
    return [
        (
            one.officers,
            value("share", one.within),
            value("share", one.occupancy),
            value("seconds", one.asa_s),
            one.officers == hour.needed,
        )
        for one in erlang.table(hour.load, numbers, wanted.target_s)
    ]


def _sentence(hour: Hour, wanted: Wanted, visit: Visit) -> str:
    return visit.t(
        "staffing.sentence",
        officers=hour.service.officers,
        within=value("share", hour.service.within),
        target=f"{wanted.target_s:g}",
        hour=hour.hour,
        calls=f"{hour.load.calls:.1f}",
        share=f"{wanted.share:.0%}",
        needed=hour.needed,
    )
