"""What on the line wants somebody's hand now, the worst first, each with what to do. Pure: the state comes from
outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

LONG_S, TOO_LONG_S = 60, 180
"""Seconds of waiting at which a desk is called out, and at which it comes first."""

MANY, MUCH = 5, 0.2
"""So many callers gave up within half an hour, and at least this share of those who wanted a desk: too many."""

SOON = timedelta(hours=24)
"""A notice that ends within it is called out: somebody may want it to go on."""

Level = Literal["bad", "warn", "info"]
_RANK: Mapping[Level, int] = {"bad": 0, "warn": 1, "info": 2}

Kind = Literal[
    "no_engine",
    "stale",
    "nobody",
    "long_wait",
    "giving_up",
    "unknown_messages",
    "dead_messages",
    "overdue",
    "due_today",
    "voicemails",
    "notice_ends",
]


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to act on. kind: its words and what to do. about: the desk or notice it is about; "" for none.
    count: how many, or how many seconds; at: since when, or until when."""

    level: Level
    kind: Kind
    about: str = ""
    count: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeskNow:
    """A desk's queue at this moment, all exchanges together; seconds."""

    desk: str
    waiting: int = 0
    longest_wait_s: int = 0
    free: int = 0
    logged_in: int = 0


@dataclass(frozen=True, slots=True)
class Half:
    """What came of the callers of the last half hour who wanted a desk."""

    offered: int = 0
    abandoned: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """All that alerts are made from.

    seen_at: when any exchange last showed its queues; None: never. fresh: whether that is now. ending: notices on the
    air, and when they end. unheard: voicemails of yesterday and before that nobody has marked as done.
    """

    seen_at: datetime | None = None
    fresh: bool = False
    desks: Sequence[DeskNow] = ()
    half: Half = Half()
    unknown: int = 0
    dead: int = 0
    overdue: int = 0
    due_today: int = 0
    unheard: int = 0
    ending: Mapping[str, datetime] = field(default_factory=dict)


def alerts(state: State, now: datetime) -> list[Alert]:
    """Everything that wants a hand, the worst first."""
    found = [*_line(state), *_afterwards(state), *_notices(state.ending, now)]
    return sorted(found, key=lambda alert: _RANK[alert.level])


def _line(state: State) -> Iterator[Alert]:
    if state.seen_at is None:
        yield Alert("bad", "no_engine")
    elif not state.fresh:
        yield Alert("bad", "stale", at=state.seen_at)
    for desk in sorted(state.desks, key=lambda one: -one.longest_wait_s):
        if desk.waiting and not desk.logged_in:
            yield Alert("bad", "nobody", desk.desk, desk.waiting)
        elif desk.waiting and desk.longest_wait_s >= LONG_S:
            level: Level = "bad" if desk.longest_wait_s >= TOO_LONG_S else "warn"
            yield Alert(level, "long_wait", desk.desk, desk.longest_wait_s)
    half = state.half
    if half.abandoned >= MANY and half.abandoned >= MUCH * half.offered:
        yield Alert("warn", "giving_up", count=half.abandoned)


def _afterwards(state: State) -> Iterator[Alert]:
    counts: Iterable[tuple[Level, Kind, int]] = (
        ("bad", "overdue", state.overdue),
        ("warn", "unknown_messages", state.unknown),
        ("warn", "dead_messages", state.dead),
        ("warn", "due_today", state.due_today),
        ("info", "voicemails", state.unheard),
    )
    yield from (Alert(level, kind, count=count) for level, kind, count in counts if count)


def _notices(ending: Mapping[str, datetime], now: datetime) -> Iterator[Alert]:
    for notice, at in sorted(ending.items(), key=lambda one: one[1]):
        if now <= at < now + SOON:
            yield Alert("info", "notice_ends", notice, at=at)
