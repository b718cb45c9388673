"""The page /reports: the figures of a period beside those before, where calls went, when they came, desk by desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter
from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.responses import Response

from reports.contact import RESULTS
from reports.figures import figures
from reports.period import Period
from reports.queries import results, tallies
from reports.sought import By
from reports.tally import Tally
from reports.web import chart, deadlines_page, heard_page, officers_page, staffing_page, steps_page, waits_page
from reports.web.page import page
from reports.web.scope import Scope, asked
from reports.web.shown import Shown, figure, value
from reports.web.visit import Visit, allowed

router = APIRouter()
for part in (steps_page, waits_page, heard_page, officers_page, deadlines_page, staffing_page):
    router.include_router(part.router)

HUES: Mapping[str, int] = {
    "answered": 1,
    "self_service": 2,
    "left_informed": 3,
    "message_instead": 4,
    "told_closed": 8,
    "left_menu": 10,
    "short_abandoned": 5,
    "abandoned": 6,
    "overflowed": 11,
    "failed": 7,
    "in_progress": 9,
}
"""The parts of the calls received, as they stand in a bar, and their colours (--c1 … in style.css)."""

_TILES = (
    "received",
    "answer_rate",
    "service_level",
    "abandoned",
    "abandonment",
    "direct_handling",
    "asa_s",
    "longest_wait_s",
)
_COLUMNS = (
    "offered",
    "answered",
    "abandoned",
    "short_abandoned",
    "overflowed",
    "failed",
    "message_instead",
    "answer_rate",
    "service_level",
    "asa_s",
    "talk_s",
)
_SHADES = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the partition. where: the calls behind it."""

    name: str
    count: int
    share: str
    hue: int
    where: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the heat map: contacts, shade 0 to 5, and the calls behind it ("": of several days)."""

    count: int
    shade: int
    where: str


@router.get("/reports")
def show(visit: Annotated[Visit, allowed("reports")]) -> Response:
    """The page."""
    scope = asked(visit)
    with visit.store.reading() as session:
        now, before, year = (
            tallies(session, period, None, scope.where)[""]
            for period in (scope.of.period, scope.of.before, scope.of.year_ago)
        )
        over_time = _over_time(session, scope)
        heat = _heat(session, scope)
        groups = tallies(session, scope.of.period, "agent" if scope.where.desk else "desk", scope.where)
    wanted = {one.key: one for one in figures()}
    others = [one if one.contacts else None for one in (before, year)]
    shown = [figure(one, visit.lang, now, *others) for one in figures()]
    parts = _parts(now, scope)
    return page(
        visit,
        "reports.html",
        **scope.values,
        tiles=[one for key in _TILES for one in shown if one.key == key],
        table=[one for one in shown if one.number or one.changes[0].before not in ("–", "0")],
        parts=parts,
        bar=_bar(parts, scope),
        over_time=over_time,
        heat=heat,
        titles=[wanted[key].words(visit.lang).title for key in _COLUMNS],
        rows=[_row(name, tally, scope) for name, tally in groups.items()],
        formulas=figures(),
        before=_before(scope),
        ago=lambda period: ago(period, scope),
        imported=now.imported,
        nothing=not now.contacts,
    )


def ago(period: Period, scope: Scope) -> str:
    """A period on the wall clock, without its zone, which the page says already."""
    start, end = (f"{at.astimezone(scope.visit.zone):%Y-%m-%d %H:%M}" for at in (period.start, period.end))
    return f"{start} – {end}"


def _before(scope: Scope) -> str:
    """What the days before are called that a period is compared with: those of so many weeks ago."""
    if scope.of.days == 1:
        weekday = scope.visit.t(f"reports.weekdays.{scope.of.first.isoweekday()}")
        return scope.visit.t("reports.ago.day", weekday=weekday)
    weeks = -(-scope.of.days // 7)
    return scope.visit.t("reports.ago.week" if weeks == 1 else "reports.ago.weeks", count=weeks)


def _parts(tally: Tally, scope: Scope) -> list[Part]:
    whole = tally.contacts
    counts = {result: int(getattr(tally, result)) for result in HUES if result in RESULTS}
    return [
        Part(
            scope.names.result(result),
            count,
            value("share", count / whole),
            HUES[result],
            scope.calls(result=result),
        )
        for result, count in counts.items()
        if count
    ]


def _bar(parts: list[Part], scope: Scope) -> Markup:
    told = ", ".join(f"{part.name} {part.share}" for part in parts)
    rows = [(part.name, float(part.count), part.hue) for part in parts]
    return chart.parts(scope.visit.t("reports.partition"), told, rows)


def _over_time(session: Session, scope: Scope) -> dict[str, object]:
    """When the calls came: by hour, day, week or month, however long the period is."""
    days = scope.of.days
    by: By = "hour" if days == 1 else "day" if days <= 62 else "week" if days <= 400 else "month"
    found = results(session, scope.of.period, by, scope.where)
    t = scope.visit.t
    kinds = {t("reports.kinds.answered"): 1, t("reports.kinds.gave_up"): 6, t("reports.kinds.other"): 8}
    rows = [(_when(name, by), dict(zip(kinds, _three(tally), strict=True))) for name, tally in found.items()]
    told = t("reports.most", name=max(rows, key=lambda row: sum(row[1].values()))[0]) if rows else ""
    return {
        "title": t(f"reports.over.{by}"),
        "svg": chart.columns(t(f"reports.over.{by}"), told, rows, kinds) if rows else "",
        "kinds": list(kinds),
        "rows": rows,
        "by": t(f"reports.by.{by}"),
    }


def _three(tally: Tally) -> tuple[int, int, int]:
    """Answered, given up, and all others."""
    gave_up = tally.abandoned + tally.short_abandoned
    return tally.answered, gave_up, tally.contacts - tally.answered - gave_up


def _when(name: str, by: By) -> str:
    return f"{name}:00" if by == "hour" else name[5:] if by == "day" else name


def _heat(session: Session, scope: Scope) -> dict[str, object] | None:
    """Hours by weekdays; None for a single day, whose hours are drawn already."""
    if scope.of.days == 1:
        return None
    found = results(session, scope.of.period, "weekday_hour", scope.where)
    counts = {name: tally.contacts for name, tally in found.items()}
    hours = sorted({name[2:] for name in counts})
    most = max(counts.values(), default=0)
    rows = []
    for weekday in "1234567":
        cells = [_cell(counts.get(f"{weekday}-{hour}", 0), most, weekday, hour, scope) for hour in hours]
        if any(cell.count for cell in cells):
            rows.append((scope.visit.t(f"reports.weekdays.{weekday}"), cells))
    return {"hours": hours, "rows": rows}


def _cell(count: int, most: int, weekday: str, hour: str, scope: Scope) -> Cell:
    shade = -(-_SHADES * count // most) if most else 0
    where = ""
    if count and scope.of.days <= 7:  # each weekday is one day
        day: date = scope.of.first + timedelta(days=(int(weekday) - scope.of.first.isoweekday()) % 7)
        where = scope.calls(**{"from": f"{day}", "to": f"{day}", "hour": hour})
    return Cell(count, shade, where)


def _row(name: str, tally: Tally, scope: Scope) -> tuple[str, str, list[Shown]]:
    wanted = {one.key: one for one in figures()}
    shown = [figure(wanted[key], scope.visit.lang, tally) for key in _COLUMNS]
    if scope.where.desk:
        if name == "?":
            return scope.visit.t("reports.unanswered"), "", shown
        return scope.names.officer(name), scope.calls(agent=name), shown
    return scope.names.desk(name), scope.calls(desk=name), shown
