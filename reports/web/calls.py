"""The page /calls: calls looked for, and the way of one as a drawing and a table."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from sqlalchemy.orm import Session
from starlette.responses import Response

from reports import search
from reports.contact import RESULTS, Result
from reports.queries import Journey, journey
from reports.search import Place, Sought, Wanted
from reports.sought import Filter
from reports.web import span, way
from reports.web.act import seen
from reports.web.journey import stops
from reports.web.naming import Names
from reports.web.page import page
from reports.web.shown import NONE, clock, lasted
from reports.web.visit import Visit, allowed

router = APIRouter()

_RESULTS: tuple[Sought, ...] = ("answered", "gave_up", *RESULTS[1:])
_LONGEST_NUMBER = 40


@router.get("/calls")
def show(visit: Annotated[Visit, allowed("calls")]) -> Response:
    """The calls of a period that a query asks for, newest first."""
    return listed(visit)


def listed(visit: Visit, unreasoned: bool = False) -> Response:
    """The same as an answer. unreasoned: somebody would take them away without a reason."""
    after = None
    with suppress(ValueError):
        after = Place.parse(visit.query["after"]) if "after" in visit.query else None
    wanted, of = asked(visit)
    seen(visit, "calls.listed", "")
    with visit.store.reading() as session:
        found, last = search.found(session, wanted, after)
        older = visit.to("/calls", after=str(last)) if last else ""
        many = search.count(session, wanted)
        newer = visit.to("/calls", after=None) if after else ""
        return _list(visit, session, of, found, older, newer, many=many, unreasoned=unreasoned)


@router.post("/calls")
def by_number(visit: Annotated[Visit, allowed("calls")], number: Annotated[str, Form()] = "") -> Response:
    """The newest calls of a caller, in the period of the query. The number is asked for by its keyed hash, and appears
    in no address, page or log."""
    wanted, of = asked(visit)
    if not any(c.isdigit() for c in number) or len(number) > _LONGEST_NUMBER:
        with visit.store.reading() as session:
            return _list(visit, session, of, [], "", "", wrong=True)
    seen(visit, "calls.searched", "")  # for a number: whose it is stands nowhere
    with visit.store.reading() as session:
        found, more = search.found(session, replace(wanted, who=visit.keys.who(number)), None)
        return _list(visit, session, of, found, "", "", caller=True, more=more is not None)


@router.get("/calls/{id}")
def one(visit: Annotated[Visit, allowed("calls")], id: str) -> Response:
    """The way of one call."""
    with visit.store.reading() as session:
        found = journey(session, id)
        if found is None or not search.sees(found, visit.desks):
            raise HTTPException(404)
        answer = _one(visit, found, search.results(session, [found])[id])
    seen(visit, "call.shown", f"call:{id}")
    return answer


def _one(visit: Visit, found: Journey, result: Result) -> Response:
    names = Names(visit.office, visit.lang)
    met = stops(found, names, visit.zone, visit.t)
    call = found.call
    title = visit.t("calls.way", at=clock(call.started_at, visit.zone, "%Y-%m-%d %H:%M"))
    told = visit.t("calls.told", count=len(met), outcome=names.result(result))
    return page(
        visit,
        "call.html",
        way=found,
        met=met,
        drawing=way.drawn(met, title, told),
        names=names,
        result=result,
        caller=visit.keys.shown(call.caller) if call.caller else NONE,
        began=clock(call.started_at, visit.zone, "%Y-%m-%d %H:%M:%S"),
        lasted=lasted(call.started_at, call.ended_at),
        number_path=f"/calls/{call.id}/number",
    )


def asked(visit: Visit) -> tuple[Wanted, span.Span]:
    """What calls a query asks for."""
    query = visit.query
    of = span.chosen(query, visit.zone, visit.now)
    step = tuple(query.get("step", "").split("/", 1))
    exit_ = query.get("exit", "hangup")
    wanted = Wanted(
        of.period,
        Filter(*(query.get(name) or None for name in ("line", "desk", "topic", "agent"))),
        next((result for result in _RESULTS if result == query.get("result")), None),
        (step[0], step[1], exit_) if len(step) == 2 else None,
        query.get("notice") or None,
        mine=visit.desks,
    )
    return wanted, of


def _list(
    visit: Visit,
    session: Session,
    of: span.Span,
    found: list[Journey],
    older: str,
    newer: str,
    *,
    caller: bool = False,
    wrong: bool = False,
    more: bool = False,
    many: int = 0,
    unreasoned: bool = False,
) -> Response:
    names, results = Names(visit.office, visit.lang), search.results(session, found)
    seen = [name for name in visit.office.desks.desks if visit.desks is None or name in visit.desks]
    kept = {name: visit.query[name] for name in ("topic", "step", "exit", "notice") if visit.query.get(name)}
    return page(
        visit,
        "calls.html",
        422 if unreasoned else 200,
        of=of,
        rows=[_row(visit, names, way, results[way.call.id]) for way in found],
        older=older,
        newer=newer,
        caller=caller,
        wrong=wrong,
        more=more,
        many=visit.t("calls.beyond" if many > search.MOST else "calls.many", count=f"{min(many, search.MOST):,}")
        if many
        else "",
        unreasoned=unreasoned,
        kept=kept,
        longer=_longer(visit),
        told=_told(names, kept, visit),
        desks=[(name, names.desk(name)) for name in seen],
        lines=[(line, line) for line in visit.config.lines],
        officers=[(agent, names.officer(agent)) for agent in visit.office.desks.agents],
        results=[(result, names.result(result)) for result in _RESULTS],
        hours=[(f"{n:02}", f"{n:02}:00–{n + 1:02}:00") for n in range(24)],
    )


def _many(visit: Visit, many: int) -> str:
    """How many calls there are, in words."""
    if not many:
        return ""
    return visit.t("calls.beyond" if many > search.MOST else "calls.many", count=f"{min(many, search.MOST):,}")


def _longer(visit: Visit) -> list[tuple[str, str]]:
    """The same question of longer periods up to today, each with its word: it leads to the field of a number."""
    today = visit.now.astimezone(visit.zone).date()
    longer = {"month": timedelta(days=30), "year": timedelta(days=365)}
    drop = dict.fromkeys(("period", "was", "hour", "after"))
    return [
        (f"{visit.link(**drop, **{'from': f'{today - days + timedelta(days=1)}', 'to': f'{today}'})}#f-number", word)
        for word, days in longer.items()
    ]


def _told(names: Names, kept: dict[str, str], visit: Visit) -> list[str]:
    """What else the calls are chosen by, in words: it came by a link, and no field of the form says it."""
    told = []
    if "topic" in kept:
        told.append(visit.t("calls.of_topic", topic=names.topic(kept["topic"])))
    if "/" in kept.get("step", ""):
        flow, step = kept["step"].split("/", 1)
        exit_ = names.exit(flow, step, kept.get("exit", "hangup"))
        told.append(visit.t("calls.of_step", step=names.step(flow, step), exit=exit_))
    if "notice" in kept:
        told.append(visit.t("calls.of_notice", notice=names.notice(kept["notice"])))
    return told


def _row(visit: Visit, names: Names, way: Journey, result: Result) -> dict[str, object]:
    call, leg = way.call, way.legs[-1] if way.legs else None
    first = way.legs[0] if way.legs else None
    over = (leg.connected_at or leg.left_at) if leg else None
    return {
        "id": call.id,
        "began": clock(call.started_at, visit.zone, "%m-%d %H:%M:%S"),
        "line": call.line or NONE,
        "caller": visit.keys.shown(call.caller) if call.caller else NONE,
        "outcome": names.result(result),
        "level": {"answered": "good", "abandoned": "warn", "overflowed": "bad", "failed": "bad"}.get(result, ""),
        "desk": names.desk(leg.desk) if leg else NONE,
        "officer": names.officer(leg.agent) if leg and leg.connected_at else NONE,
        "waited": lasted(first.queued_at if first else None, over),
        "talked": lasted(leg.connected_at, leg.left_at) if leg else NONE,
    }
