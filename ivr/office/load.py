"""Whether there is so much going on that a notice is on the air for it. Pure: what is measured comes from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.language.load import Figure, Load

LEAST_CALLS = 5
"""So few calls in five minutes are no load, however few the forecast expects."""


@dataclass(frozen=True, slots=True)
class DeskLoad:
    """A desk's queue now, all exchanges together: callers waiting, seconds, officers who could pick up.

    expected_wait: seconds that the next caller will wait; None: nobody knows.
    """

    waiting: int = 0
    longest_wait: float = 0.0
    free: int = 0
    expected_wait: float | None = None

    def __add__(self, other: DeskLoad) -> DeskLoad:
        expected = [wait for wait in (self.expected_wait, other.expected_wait) if wait is not None]
        return DeskLoad(
            self.waiting + other.waiting,
            max(self.longest_wait, other.longest_wait),
            self.free + other.free,
            max(expected, default=None),
        )


@dataclass(frozen=True, slots=True)
class Traffic:
    """What goes on now. desks: empty while no exchange is seen. calls: begun within the last five minutes; expected:
    how many the forecast has for them, None without one."""

    desks: Mapping[str, DeskLoad]
    calls: int = 0
    expected: float | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Whether a notice's load is on, and since when."""

    on: bool = False
    since: datetime | None = None


def figures(load: Load, traffic: Traffic) -> dict[Figure, float | None]:
    """What a load measures, now; None for what isn't known."""
    named = [traffic.desks[name] for name in load.desks or traffic.desks if name in traffic.desks]
    all_of = sum(named[1:], named[0]) if named else None
    pace = None
    if traffic.expected is not None and traffic.expected > 0:
        pace = traffic.calls / traffic.expected if traffic.calls >= LEAST_CALLS else 0.0
    known: dict[Figure, float | None] = {
        "waiting": all_of.waiting if all_of else None,
        "longest_wait": all_of.longest_wait if all_of else None,
        "expected_wait": all_of.expected_wait if all_of else None,
        "free": all_of.free if all_of else None,
        "calls": pace,
    }
    return {name: known[name] for name in load.thresholds()}


def settled(load: Load, measured: Mapping[Figure, float | None], state: State, at: datetime) -> bool:
    """Whether the load is on at an instant, when it was in `state` before.

    One figure at its threshold is enough; what isn't known is no load. Once on, it stays so for `at_least`.
    """
    thresholds = load.thresholds()
    on = any(value is not None and thresholds[name].settled(value, state.on) for name, value in measured.items())
    if on or not state.on:
        return on
    return state.since is not None and at - state.since < timedelta(milliseconds=load.at_least)


def told(load: Load, measured: Mapping[Figure, float | None], on: bool) -> str:
    """Why it is turned on or off, in words: each figure beside its threshold."""
    parts = []
    for name, threshold in load.thresholds().items():
        value, edge = measured.get(name), threshold.on if on else threshold.off
        shown = "unknown" if value is None else f"{value:.3g}"
        parts.append(f"{name} {shown} ({'on' if on else 'off'}: {edge:g})")
    return ", ".join(parts)
