"""A call's journey as stops in order: line, steps, notices, queues, officers, answers, the end. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

from ivr.records.models import Leg
from reports.queries import Journey
from reports.report import minutes
from reports.web.naming import Names
from reports.web.shown import lasted
from reports.web.way import Kind, Stop

Words = Callable[..., str]
"""A word of the page, with its values."""

_LOST = ("abandoned", "short_abandoned", "failed", "cut", "no_answer", "empty", "full")
_HEARD = ("played", "finished", "skipped", "details", "message", "next", "leave")


def stops(way: Journey, names: Names, zone: ZoneInfo, t: Words) -> list[Stop]:
    """What a call met, by time; times on the wall clock of `zone`."""
    call = way.call
    met = [Stop(call.started_at, "line", t("calls.reached", line=names.line(call.line)))]
    for step in way.steps:
        kind: Kind = "bad" if step.exit == "hangup" else "step"
        exit_ = names.exit(step.flow, step.step, step.exit)
        met.append(Stop(step.at, kind, names.step(step.flow, step.step), f"→ {exit_}"))
    for heard in way.hearings:
        what = t(f"calls.heard.{heard.what}") if heard.what in _HEARD else names.topic(heard.what)
        met.append(Stop(heard.at, "notice", names.notice(heard.notice), what))
    for leg in way.legs:
        met += _at_desk(leg, names, t)
    for given in way.answers:
        met.append(Stop(given.at, "answer", t("calls.answered", answer=given.answer), names.question(given.question)))
    if call.ended_at:
        kind = "bad" if call.outcome in _LOST else "end"
        note = t("calls.static", reason=call.static) if call.static else ""
        met.append(Stop(call.ended_at, kind, t("calls.ended", outcome=names.result(call.outcome)), note))
    met.sort(key=lambda stop: stop.at)
    return [Stop(stop.at.astimezone(zone), stop.kind, stop.title, stop.note) for stop in met]


def _at_desk(leg: Leg, names: Names, t: Words) -> Iterator[Stop]:
    desk = names.desk(leg.desk)
    told = ""
    if leg.told_low is not None and leg.told_high is not None:
        told = t("calls.was_told", low=minutes(leg.told_low), high=minutes(leg.told_high))
    yield Stop(leg.queued_at, "queue", t("calls.queued", desk=desk), told)
    if leg.connected_at:
        waited = t("calls.picked_up", wait=lasted(leg.queued_at, leg.connected_at))
        yield Stop(leg.connected_at, "officer", f"{desk} {names.officer(leg.agent)}", waited)
        if leg.left_at:
            talked = t("calls.talked", talk=lasted(leg.connected_at, leg.left_at))
            yield Stop(leg.left_at, "step", t("calls.left", desk=desk), talked)
    elif leg.left_at:
        waited = t("calls.after", wait=lasted(leg.queued_at, leg.left_at))
        kind: Kind = "bad" if leg.outcome in _LOST else "step"
        yield Stop(leg.left_at, kind, f"{desk}: {names.result(leg.outcome)}", waited)
