"""Single calls, for people: a list of them, and the way of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ivr.records.models import Leg
from reports import table
from reports.queries import Journey
from reports.report import minutes

_TITLES = ("began", "call", "line", "caller", "outcome", "desk", "waited", "talked", "lasted")


@dataclass(frozen=True, slots=True)
class Naming:
    """How things are shown: desks and officers by name, callers as `mask` shows what is stored, times in `zone`."""

    desks: dict[str, str]
    agents: dict[str, str]
    mask: Callable[[str], str]
    zone: ZoneInfo

    def caller(self, sealed: str | None) -> str:
        """The caller's masked number; "–" when none was sent."""
        return self.mask(sealed) if sealed else "–"

    def desk(self, name: str) -> str:
        """The desk's name as callers hear it."""
        return self.desks.get(name, name)

    def agent(self, extension: str | None) -> str:
        """Extension and name of the officer."""
        return " ".join(filter(None, [extension, self.agents.get(extension or "")])) or "?"


def listed(journeys: list[Journey], naming: Naming) -> str:
    """Calls as a table, in the order given."""
    rows = []
    for way in journeys:
        call = way.call
        began = f"{call.started_at.astimezone(naming.zone):%Y-%m-%d %H:%M:%S}"
        row = [began, call.id, call.line or "?", naming.caller(call.caller), call.outcome]
        rows.append([*row, *_last_desk(way, naming), _between(call.started_at, call.ended_at)])
    return table.aligned(_TITLES, rows)


def told(way: Journey, naming: Naming) -> str:
    """The way of one call, a line for each thing it met: line → steps → desk → officer."""
    call = way.call
    head = (
        f"{call.id}: {call.outcome}, line {call.line or '?'}, caller {naming.caller(call.caller)}, "
        f"lasted {_between(call.started_at, call.ended_at)} ({naming.zone.key})"
        + (f", imported from {call.source}" if call.source else "")
    )
    events = [(call.started_at, f"reached line {call.line or '?'}")]
    events += [(step.at, f"{step.flow}/{step.step} → {step.exit}") for step in way.steps]
    events += [(heard.at, f"notice {heard.notice}: {heard.what}") for heard in way.hearings]
    events += [(given.at, f"survey {given.question}: answered {given.answer}") for given in way.answers]
    if call.static and not way.legs:
        events.append((call.ended_at or call.started_at, f"took the static way ({call.static})"))
    for n, leg in enumerate(way.legs):
        static = f", the static way ({call.static})" if call.static and n == len(way.legs) - 1 else ""
        events += _at_desk(leg, naming, static)
    if call.ended_at:
        events.append((call.ended_at, f"ended: {call.outcome}"))
    events.sort(key=lambda event: event[0])
    day = f"{call.started_at.astimezone(naming.zone):%Y-%m-%d}"
    return "\n".join([head, day, *(f"{at.astimezone(naming.zone):%H:%M:%S}  {text}" for at, text in events)])


def _last_desk(way: Journey, naming: Naming) -> list[str]:
    """Where the call came to in the end: desk, waiting time, talking time."""
    if not way.legs:
        return ["–"] * 3
    leg = way.legs[-1]
    waited = _between(leg.queued_at, leg.connected_at or leg.left_at)
    return [naming.desk(leg.desk), waited, _between(leg.connected_at, leg.left_at)]


def _at_desk(leg: Leg, naming: Naming, static: str) -> Iterator[tuple[datetime, str]]:
    desk = naming.desk(leg.desk)
    yield leg.queued_at, f"queue of {desk}{static}{_told(leg)}"
    if leg.connected_at:
        waited = _between(leg.queued_at, leg.connected_at)
        yield leg.connected_at, f"{desk}: {naming.agent(leg.agent)} picked up after {waited}"
        if leg.left_at:
            yield leg.left_at, f"left {desk} after talking {_between(leg.connected_at, leg.left_at)}"
    elif leg.left_at:
        yield leg.left_at, f"left {desk} after {_between(leg.queued_at, leg.left_at)}: {leg.outcome}"


def _told(leg: Leg) -> str:
    """The wait that the caller was told before."""
    if leg.told_low is None or leg.told_high is None:
        return ""
    return f", told {minutes(leg.told_low)} to {minutes(leg.told_high)}"


def _between(start: datetime | None, end: datetime | None) -> str:
    return "–" if start is None or end is None else minutes((end - start).total_seconds())
