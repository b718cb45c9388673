"""The page /reports/steps: where callers give up, in the queues of desks and at the steps of the menu, hour by hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from reports import drop_off
from reports.drop_off import HUNG_UP, Passage
from reports.figures import figures
from reports.flow_tree import after_answers
from reports.queries import exits, tallies
from reports.tally import Tally
from reports.web import chart
from reports.web.page import page
from reports.web.scope import Scope, asked
from reports.web.shown import Shown, figure, value
from reports.web.visit import Visit, allowed

router = APIRouter()

_DRAWN = 10
"""Places in the drawing: those that most leave at."""
_HOURS = ("abandoned", "short_abandoned", "abandonment")


@dataclass(frozen=True, slots=True)
class Spot:
    """Somewhere that callers left: how many came there, how many left, which calls those were, and for which desk's
    queue or at which step's exits. kind: queue, step, or after (a menu after an answer, which is left for good)."""

    kind: str
    name: str
    came: int
    left: int
    share: str
    where: str


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the day: calls, what of them was given up in queues, and left in the menu; where: this page for that
    hour alone; calls_where: who abandoned in it."""

    hour: str
    calls: int
    gave_up: list[Shown]
    left_menu: int
    where: str
    calls_where: str


@router.get("/reports/steps")
def show(visit: Annotated[Visit, allowed("reports")]) -> Response:
    """The page. Of a desk its queue alone is shown: no step is a desk's."""
    scope = asked(visit, ("line", "desk", "topic"))
    with visit.store.reading() as session:
        left = {} if scope.where.desk else exits(session, scope.of.period, scope.where)
        desks = tallies(session, scope.of.period, "desk", scope.where)
        hours = tallies(session, scope.of.period, "hour", scope.where)
        whole = tallies(session, scope.of.period, None, scope.where)[""]
    spots = sorted([*_queues(desks, scope), *_steps(left, scope)], key=lambda spot: (-spot.left, -spot.came))
    t = visit.t
    drawn = [(spot.name, float(spot.left)) for spot in spots if spot.left and spot.kind != "after"][:_DRAWN]
    told = t("steps.told", name=drawn[0][0], count=int(drawn[0][1])) if drawn else ""
    return page(
        visit,
        "reports_steps.html",
        **scope.values,
        whole=whole,
        rate=_gave_up(whole, visit)[-1],
        left_where=scope.calls(result="left_menu"),
        spots=[spot for spot in spots if spot.left],
        after=any(spot.left and spot.kind == "after" for spot in spots),
        drawing=chart.bars(t("steps.drawing"), told, drawn, hue=6) if drawn else "",
        titles=[one.words(visit.lang).title for one in figures() if one.key in _HOURS],
        hours_table=[_hour(hour, tally, scope) for hour, tally in hours.items()] if not scope.of.hour else [],
        formulas=[*(one for one in figures() if one.key in _HOURS), *drop_off.figures()],
    )


def _queues(desks: Mapping[str, Tally], scope: Scope) -> list[Spot]:
    found = []
    for desk, tally in desks.items():
        left = tally.abandoned + tally.short_abandoned
        found.append(
            Spot(
                "queue",
                scope.visit.t("steps.queue_of", desk=scope.names.desk(desk)),
                tally.queued,
                left,
                _share(left, tally.queued),
                scope.calls(desk=desk, result="gave_up"),
            )
        )
    return found


def _steps(left: Mapping[tuple[str, str, str], int], scope: Scope) -> list[Spot]:
    passages: dict[tuple[str, str], Passage] = {}
    for (flow, step, exit_), count in left.items():
        had = passages.get((flow, step), Passage())
        passages[flow, step] = had + Passage(count, count if exit_ == HUNG_UP else 0)
    after = after_answers(scope.visit.office, {line.flow for line in scope.visit.config.lines.values()})
    return [
        Spot(
            "after" if (flow, step) in after else "step",
            scope.names.step(flow, step),
            passage.entered,
            passage.left,
            _share(passage.left, 0 if scope.where.topic else passage.entered),
            scope.calls(step=f"{flow}/{step}", exit=HUNG_UP),
        )
        for (flow, step), passage in passages.items()
    ]


def _hour(hour: str, tally: Tally, scope: Scope) -> Hour:
    one = {"hour": hour} if scope.of.days == 1 else {}
    return Hour(
        hour,
        tally.contacts,
        _gave_up(tally, scope.visit),
        tally.left_menu,
        scope.link(**one) if one else "",
        scope.calls(**one, result="abandoned") if one else "",
    )


def _gave_up(tally: Tally, visit: Visit) -> list[Shown]:
    """What of a tally was given up, as its figures tell it; the rate last."""
    return [figure(one, visit.lang, tally) for one in figures() if one.key in _HOURS]


def _share(part: int, whole: int) -> str:
    return value("share", part / whole if whole else None)
