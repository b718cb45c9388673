"""An imported call, made from what one or more files told of it. Pure: in any order, twice, it is the same call.

A queue log tells of the legs to the second, a CDR of the whole call and only roughly of its legs; a sheet tells a
whole call in one row. What is told is kept, so that a later file completes a call, and taking one back leaves what
the others told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, get_args

from ivr.records import outcome
from ivr.records.facts import RANK, Fact, Kind
from ivr.records.journey import Journey, Leg, trace
from ivr.records.outcome import CallOutcome, LegOutcome

Event = tuple[int, str, str, str]
"""When (UTC epoch milliseconds), kind of fact, and its two texts (ivr.records.facts)."""


@dataclass(frozen=True, slots=True)
class Row:
    """A whole call in one row of a sheet. Times in UTC epoch milliseconds, None where the sheet doesn't say.

    desk: None when it came to none. outcome: one of `WORDS`.
    """

    started_at: int
    desk: str | None
    connected_at: int | None
    left_at: int | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Told:
    """What one file tells of a call: events of a queue log, of a CDR, or a row of a sheet."""

    line: str | None = None
    queue_log: tuple[Event, ...] = ()
    cdr: tuple[Event, ...] = ()
    row: Row | None = None

    def to_json(self) -> str:
        """As it is kept; the same told is the same text."""
        kept = {"line": self.line, "queue_log": self.queue_log, "cdr": self.cdr}
        return json.dumps({**kept, "row": asdict(self.row) if self.row else None}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Told:
        """What `to_json` wrote."""
        kept: dict[str, Any] = json.loads(text)
        events = {name: tuple(tuple(event) for event in kept[name]) for name in ("queue_log", "cdr")}
        return cls(line=kept["line"], row=Row(**kept["row"]) if kept["row"] else None, **events)


_OPEN: set[str] = {"talking", "waiting", "in_progress"}
LEG_WORDS: frozenset[str] = frozenset(get_args(LegOutcome)) - _OPEN
CALL_WORDS: frozenset[str] = frozenset(get_args(CallOutcome)) - _OPEN
WORDS = LEG_WORDS | CALL_WORDS
"""The outcomes that a call in the past can have had."""


def journey(call: str, tellings: Iterable[Told]) -> Journey:
    """The call that these tell (at least one)."""
    told = sorted(tellings, key=Told.to_json)
    line = next((one.line for one in told if one.line), None)
    row = next((one.row for one in told if one.row), None)
    if row is not None:
        return _of_row(row, line)
    legs = {event for one in told for event in one.queue_log}
    whole = {event for one in told for event in one.cdr}
    if legs:
        whole = {event for event in whole if event[1] in ("enter", "end")}
    facts = [_fact(call, event) for event in legs | whole]
    end = next((fact for fact in facts if fact.kind == "end"), None)
    final = max((fact for fact in facts if fact.kind != "end"), key=lambda fact: (fact.at, RANK[fact.kind]))
    # Of a caller who waits or talks to the last, nobody told how that ended. And a CDR's seconds are cut off: a call
    # ended no sooner than the last thing that happened to it.
    unknown = end is None and final.kind in ("queue", "connect")
    facts = [fact for fact in facts if fact.kind != "end"]
    facts.append(Fact(call, max(final.at, end.at if end else 0), "cut" if unknown else "end"))
    found = trace(facts)
    return Journey(line, found.started_at, found.ended_at, None, found.outcome, found.legs)


def _fact(call: str, event: Sequence[Any]) -> Fact:
    at, kind, a, b = event
    known: Kind = kind
    return Fact(call, at, known, a, b)


def _of_row(row: Row, line: str | None) -> Journey:
    ended_at = row.left_at or row.connected_at or row.started_at
    word = row.outcome
    waited = None if row.left_at is None else row.left_at - row.started_at
    if word in ("abandoned", "short_abandoned") and waited is not None:
        word = "abandoned" if waited > outcome.SHORT_MS else "short_abandoned"
    legs: list[Leg] = []
    if row.desk and word in LEG_WORDS:
        of_leg: LegOutcome = word  # type: ignore[assignment]  # it is one of them
        legs.append(Leg(row.desk, row.started_at, row.connected_at, row.left_at, None, of_leg))
    of_call: CallOutcome
    if word in CALL_WORDS:
        of_call = word  # type: ignore[assignment]
    else:
        of_call = outcome.of_call([leg.outcome for leg in legs], ending="failed", static=False, waited_ms=waited or 0)
        of_call = "answered" if word in outcome.SERVED else of_call
    return Journey(line, row.started_at, ended_at, None, of_call, legs)
