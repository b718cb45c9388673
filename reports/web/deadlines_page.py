"""The page /reports/cases: what is overdue now, which desk keeps its deadlines, complaints and praise by desk and
school, promises kept."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from reports import case_list, petitions, promised
from reports.petitions import Petitions
from reports.promised import Promises
from reports.web import chart
from reports.web.page import page
from reports.web.scope import asked
from reports.web.tables import table
from reports.web.visit import Visit, allowed

router = APIRouter()


@router.get("/reports/cases")
def show(visit: Annotated[Visit, allowed("reports")]) -> Response:
    """The page."""
    scope, t, lang = asked(visit, (), "month"), visit.t, visit.lang
    types = visit.office.cases.types
    with visit.store.reading() as session:
        by_desk = petitions.petitions(session, scope.of.period, "desk", types, visit.now)
        by_school = petitions.petitions(session, scope.of.period, "school", types, visit.now)
        kept = promised.promises(session, scope.of.period, visit.now)
        overdue = [one for one in case_list.counts(session, None, visit.now, visit.zone) if one.overdue]
    late = sorted(((scope.names.desk(desk), of.due - of.kept) for desk, of in by_desk.items()), key=lambda row: -row[1])
    drawn = [(name, float(count)) for name, count in late if count]
    told = t("deadlines.told", name=drawn[0][0], count=int(drawn[0][1])) if drawn else t("deadlines.none_late")
    desks = table(
        lang,
        petitions.figures(),
        by_desk,
        sum(by_desk.values(), Petitions()),
        caption=t("deadlines.by_desk"),
        by=t("deadlines.desk"),
        note=t("deadlines.note"),
        name=scope.names.desk,
    )
    schools = table(
        lang,
        petitions.figures(),
        {name: of for name, of in by_school.items() if name != "?"},
        None,
        caption=t("deadlines.by_school"),
        by=t("deadlines.school"),
    )
    promises = table(
        lang,
        promised.figures(),
        kept,
        sum(kept.values(), Promises()),
        caption=t("deadlines.promises"),
        by=t("deadlines.promise"),
        name=lambda name: t(f"deadlines.kinds.{name}"),
    )
    return page(
        visit,
        "reports_cases.html",
        **{**scope.values, "hours": []},  # deadlines fall at the end of a day
        drawing=chart.bars(t("deadlines.drawing"), told, drawn, hue=6) if drawn else "",
        overdue=[
            (scope.names.desk(one.desk), one.overdue, f"/cases?{urlencode({'desk': one.desk, 'due': 'overdue'})}")
            for one in sorted(overdue, key=lambda one: -one.overdue)
        ],
        told=told,
        tables=[desks, schools, promises],
    )
