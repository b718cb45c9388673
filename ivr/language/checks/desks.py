"""Desks and officers: whether callers can ever get to them, and whether anybody then picks up."""

from __future__ import annotations

from collections.abc import Set

from ivr.language.calendar import Clock, weekdays
from ivr.language.checks.graph import Graph, Node
from ivr.language.desks import OPERATORS
from ivr.language.draft import Draft

FILE = "desks.yaml"
SHORTEST_MS = 5_000
"""Time in which somebody can take a telephone that rings."""


def check(draft: Draft, graph: Graph, reached: Set[Node]) -> None:
    """Warn of desks that are never open, have no time to ring or get no calls, and of officers without a desk."""
    if draft.desks is None:
        return
    desks = draft.desks.desks
    for name, desk in desks.items():
        if not _opens(draft, name):
            message = f"the desk “{name}” is never open: its clock “{desk.hours}” has no hours"
            if not any("/" in hop or _opens(draft, hop) for hop in draft.desks.chain(name)):
                message += ", and no desk after it is ever open"
            _warn(draft, ("desks", name, "hours"), message, f"calendar.yaml: clocks: {desk.hours}: hours: …")
        if desk.wait < SHORTEST_MS:
            message = f"the desk “{name}” has no time to pick up: wait is {desk.wait / 1000:g}s"
            _warn(draft, ("desks", name, "wait"), message, "e.g. 40s")
        if ("", name) not in reached and name != OPERATORS:  # whom every failure leads to
            _warn(draft, ("desks", name), f"no call comes to the desk “{name}”", f"lead there: desk/{name}", key=True)
    used = {agent for desk in desks.values() for agent in desk.agents}
    dialled = any(step.kind == "extension" for step in graph.steps.values())
    for agent in draft.desks.agents:
        if agent not in used and not dialled:
            message = f"the officer {agent} is at no desk"
            _warn(draft, ("agents", agent), message, "add them to a desk's agents", key=True)


def _opens(draft: Draft, name: str) -> bool:
    hours = draft.desks.desks[name].hours if draft.desks else None
    clock = draft.calendar.clocks.get(hours) if draft.calendar and hours else None
    return clock is None or _has_hours(clock)


def _has_hours(clock: Clock) -> bool:
    """Whether a clock is open at any time of its week, or on some day by itself."""
    week = {day: span for days, span in clock.hours.items() for day in weekdays(days)}
    rest = clock.lunch
    spans = [*week.values(), *(dated.hours for dated in clock.extended.values())]
    return any(rest is None or start < rest[0] or rest[1] < end for start, end in spans)


def _warn(draft: Draft, at: tuple[str, ...], message: str, hint: str, *, key: bool = False) -> None:
    draft.complain(FILE, at, message, hint, key=key, severity="warning")
