"""The page /today, the wallboard: how the line does at this moment, and what wants a hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from reports.alerts import Alert, DeskNow, Kind
from reports.figures import figures
from reports.people import Right
from reports.report import minutes
from reports.tally import Tally
from reports.wallboard import Board, look
from reports.web.naming import Names
from reports.web.page import page
from reports.web.shown import NONE, Shown, clock, figure
from reports.web.visit import Visit, allowed

router = APIRouter()

_TILES = ("service_level", "answer_rate", "received", "answered", "abandoned", "abandonment", "longest_wait_s")
_COLUMNS = ("offered", "answered", "abandoned", "service_level")
_WHERE: Mapping[Kind, tuple[Right, str]] = {
    "unknown_messages": ("messages", "/messages?state=unknown"),
    "dead_messages": ("messages", "/messages?state=dead"),
    "overdue": ("cases", "/cases?due=overdue"),
    "due_today": ("cases", "/cases?due=today"),
    "voicemails": ("messages", "/messages/inbox"),
    "notice_ends": ("notices", "/notice/{about}"),
    "giving_up": ("reports", "/reports/steps"),
}
"""Where an alert is acted on, and who gets there."""


@dataclass(frozen=True, slots=True)
class Told:
    """An alert in words: what is wrong, what to do, where; "" for no page of ours."""

    level: str
    what: str
    do: str
    where: str


@dataclass(frozen=True, slots=True)
class Row:
    """A desk's line of the table. now: None while its queue isn't seen."""

    id: str
    name: str
    now: DeskNow | None
    state: str
    longest: str
    figures: list[Shown]


@router.get("/today")
def show(visit: Annotated[Visit, allowed("today")]) -> Response:
    """The page; with `big=1` for a monitor on the wall."""
    big = visit.query.get("big") == "1"
    return page(visit, "today.html", big=big, **_values(visit))


@router.get("/today/now")
def now(visit: Annotated[Visit, allowed("today")]) -> Response:
    """The page's moving parts, which its script asks for every ten seconds."""
    return page(visit, "today_now.html", **_values(visit))


def _values(visit: Visit) -> dict[str, object]:
    with visit.store.reading() as session:
        board = look(session, visit.office, visit.now, visit.desks)
    names = Names(visit.office, visit.lang)
    wanted = {one.key: one for one in figures()}
    whole = board.whole
    return {
        "board": board,
        "at": clock(visit.now, visit.zone, "%H:%M:%S"),
        "day": clock(visit.now, visit.zone, "%Y-%m-%d"),
        "seen_at": clock(board.seen_at, visit.zone, "%H:%M:%S"),
        "longest": minutes(whole.longest_wait_s) if whole.waiting else NONE,
        "state": _state(whole if board.fresh else None),
        "tiles": [figure(wanted[key], visit.lang, board.today, board.before) for key in _TILES],
        "titles": [wanted[key].words(visit.lang).title for key in _COLUMNS],
        "rows": [_row(name, tally, board, names, visit) for name, tally in board.desks.items()],
        "alerts": [_told(alert, names, visit) for alert in board.alerts],
        "names": names,
        "clock": lambda at: clock(at, visit.zone),
        "formulas": [wanted[key] for key in dict.fromkeys((*_TILES, *_COLUMNS))],
        "today": urlencode({"from": clock(visit.now, visit.zone, "%Y-%m-%d")}),
    }


def _row(name: str, tally: Tally, board: Board, names: Names, visit: Visit) -> Row:
    queue = board.queues.get(name) if board.fresh else None
    longest = minutes(queue.longest_wait_s) if queue and queue.waiting else NONE
    shown = [figure(one, visit.lang, tally) for one in figures() if one.key in _COLUMNS]
    return Row(name, names.desk(name), queue, _state(queue), longest, shown)


def _state(queue: DeskNow | None) -> str:
    """How a queue stands, as a word of today.states: unseen, alone, waiting, busy, free, closed."""
    if queue is None:
        return "unseen"
    if not queue.logged_in:
        return "alone" if queue.waiting else "closed"
    if queue.waiting:
        return "waiting"
    return "free" if queue.free else "busy"


def _told(alert: Alert, names: Names, visit: Visit) -> Told:
    about = names.notice(alert.about) if alert.kind == "notice_ends" else names.desk(alert.about)
    count = minutes(alert.count) if alert.kind == "long_wait" else f"{alert.count:,}"
    values = {"about": about, "count": count, "at": clock(alert.at, visit.zone)}
    what, do = (visit.t(f"today.{part}.{alert.kind}", **values) for part in ("alerts", "do"))
    right, where = _WHERE.get(alert.kind, (None, ""))
    return Told(alert.level, what, do, where.format(about=alert.about) if right and visit.may(right) else "")
