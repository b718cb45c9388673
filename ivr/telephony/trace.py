"""What the journal is told of a call: its opening, the turns (event and way through the flow), answers to surveys."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ivr.engine.effects import Effect, Foretold, Rated
from ivr.engine.events import DeskLeft, Digits, Event, HandedOver, LeftByKey, Looked, Recorded, Visited
from ivr.engine.session import Session
from ivr.records.keys import Keys


def opening(session: Session, line: str, caller: str, keys: Keys, now_ms: int) -> dict[str, Any]:
    """The record of a call that begins on `line`. `caller`: his number, or ""; it is sealed."""
    return {
        "k": "call",
        "call": session.call,
        "t": now_ms,
        "line": line,
        "flow": session.flow,
        "language": session.language,
        "office": session.office,
        "caller": keys.seal(caller) if caller else None,
        "who": keys.who(caller) if caller else None,
    }


def records(
    session: Session, event: Event, effects: Sequence[Effect], seal: Callable[[str], str], now_ms: int
) -> Iterator[dict[str, Any]]:
    """The records of a turn, in order. What was typed is sealed; a survey's answer has one record of its own."""
    at = {"call": session.call, "t": now_ms}
    steps = [[e.flow, e.step, e.exit] for e in effects if isinstance(e, Visited)]
    yield {"k": "turn", **at, "n": session.turns, "event": _seen(event, seal), "steps": steps}
    for effect in effects:
        match effect:
            case Rated(question, answer, desk):
                yield {"k": "answer", **at, "desk": desk, "question": question, "answer": answer}
            case Foretold(desk, low, high):
                yield {"k": "foretold", **at, "desk": desk, "low": low, "high": high}


def _seen(event: Event, seal: Callable[[str], str]) -> Any:
    name = type(event).__name__
    match event:
        case Digits(keys, timed_out):
            return [name, seal(json.dumps([keys, timed_out]))]
        case DeskLeft(status):
            return [name, status]
        case LeftByKey(key):
            return [name, key]
        case HandedOver(desk):
            return [name, desk]
        case Looked(result):
            return [name, result]
        case Recorded():
            return [name, event.ms]
    return name
