"""The way of one call, told from the set of its facts. Pure: the same set gives the same journey, in any order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest

from ivr.records import facts, outcome
from ivr.records.facts import RANK, Fact
from ivr.records.outcome import CallOutcome, Ending, LegOutcome

_SECONDS = re.compile(r"(\d{1,6})-(\d{1,6})")

STOPPED = "stop"
"""What an `end` says when the exchange was being stopped."""


@dataclass(slots=True)
class Leg:
    """One try at a desk; times in UTC epoch milliseconds, None for what did not happen or isn't known."""

    desk: str
    queued_at: int
    connected_at: int | None = None
    left_at: int | None = None
    agent: str | None = None
    outcome: LegOutcome = "waiting"
    announced: bool = False
    """Only the engine has said so yet: the exchange's `queue` line still belongs to this leg."""
    moved_on: bool = False
    status: str | None = None
    told: tuple[int, int] | None = None
    """From and to in seconds: the wait that the caller was told before he joined."""

    def waited_ms(self, until: int) -> int:
        """Time in the queue: until an officer picked up, else until the caller left, else `until`."""
        return max(0, (self.connected_at or self.left_at or until) - self.queued_at)


@dataclass(frozen=True, slots=True)
class Journey:
    """A call as the database keeps it, and its legs."""

    line: str | None
    started_at: int
    ended_at: int | None
    static: str | None
    outcome: CallOutcome
    legs: list[Leg]


def trace(known: Iterable[Fact]) -> Journey:
    """The journey that the facts of one call (at least one) tell."""
    told = sorted(known, key=lambda f: (f.at, RANK[f.kind], f.a, f.b))
    ending, ended_at = _ending(told)
    legs = _legs(told)
    found = ending == "cut" and all(fact.kind != "end" for fact in told)  # cut by a crash: only its discovery is known
    messages = [f.at for f in told if f.kind == "message" and (f.a == facts.VOICEMAIL or f.b.startswith("desk/"))]
    for leg, following in zip_longest(legs, legs[1:]):
        if leg.left_at is None and not found:
            leg.left_at = ended_at
        leg.outcome = outcome.of_leg(
            connected=leg.connected_at is not None,
            status=leg.status,
            ending=ending,
            moved_on=leg.moved_on,
            waited_ms=leg.waited_ms(told[-1].at),
            message=any(leg.queued_at <= at and (not following or at <= following.queued_at) for at in messages),
        )
    static = next((f.a for f in told if f.kind == "static"), None)
    return Journey(
        line=next((f.a for f in told if f.kind in ("enter", "call")), None),
        started_at=told[0].at,
        ended_at=ended_at,
        static=static,
        outcome=outcome.of_call(
            [leg.outcome for leg in legs],
            ending=ending,
            static=static is not None,
            waited_ms=sum(leg.waited_ms(told[-1].at) for leg in legs),
            message=any(not legs or legs[-1].queued_at <= at for at in messages),
            notices={f.b for f in told if f.kind == "notice"},
        ),
        legs=legs,
    )


def _ending(told: list[Fact]) -> tuple[Ending | None, int | None]:
    """How and when the call ended: as the exchange saw it, else its death, else as the engine saw it.

    The engine's view counts only while nothing contradicts it: it has no say in a call that went the static way, and
    may take it for lost.
    """
    last = {fact.kind: fact for fact in told}
    finish, end, cut = last.get("finish"), last.get("end"), last.get("cut")
    reason: Ending = finish.a if finish else "hangup"  # type: ignore[assignment]  # checked as the fact was made
    if end:
        return "cut" if end.a == STOPPED else reason, end.at
    if cut:
        return "cut", cut.at
    if finish and finish is told[-1] and "static" not in last:
        return reason, finish.at
    return None, None


def _legs(told: list[Fact]) -> list[Leg]:
    legs: list[Leg] = []
    static = False
    foretold: dict[str, tuple[int, int]] = {}
    for fact in told:
        current = legs[-1] if legs and not legs[-1].moved_on else None
        match fact.kind:
            case "foretold":
                if span := _SECONDS.fullmatch(fact.b):
                    foretold[fact.a] = int(span[1]), int(span[2])
            case "static":
                static = True
                if current and current.announced:
                    legs.pop()  # the engine died, or froze, before it could send the caller there
                else:
                    _move_on(current, fact.at)
            case "desk" if static:
                pass  # an engine that thaws goes on with a call it has lost
            case "queue" if current and current.announced and current.desk == fact.a:
                current.queued_at, current.announced = fact.at, False
            case "desk" | "queue":
                _move_on(current, fact.at)
                legs.append(Leg(fact.a, fact.at, announced=fact.kind == "desk", told=foretold.pop(fact.a, None)))
            case "connect":
                leg = _open(legs, fact)
                if leg.connected_at is None:
                    leg.connected_at, leg.agent = fact.at, fact.b
            case "handover":
                leg = _open(legs, fact)
                leg.left_at, leg.status = fact.at, outcome.HANDOVER
            case "leave":
                leg = _open(legs, fact)
                leg.left_at, leg.status = fact.at, fact.b
    return legs


def _move_on(leg: Leg | None, at: int) -> None:
    """The call meets something else: its way back from `leg`, if not told, was before that."""
    if leg and leg.status is None:
        leg.moved_on, leg.left_at = True, at


def _open(legs: list[Leg], fact: Fact) -> Leg:
    """The leg that `fact` goes on with; a new one if the line that began it is lost."""
    for leg in reversed(legs):
        here = not leg.moved_on or leg.left_at == fact.at  # leaving and the next queue can share a millisecond
        if here and leg.desk == fact.a and leg.status is None:
            leg.announced = False
            return leg
    _move_on(legs[-1] if legs else None, fact.at)
    legs.append(Leg(fact.a, fact.at))
    return legs[-1]
