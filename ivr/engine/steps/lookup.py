"""Conduct of `lookup`."""

from __future__ import annotations

from ivr.engine import effects
from ivr.engine.events import Looked
from ivr.engine.steps import choice
from ivr.engine.turn import Leave, Turn
from ivr.language.address import filled
from ivr.language.steps import Lookup

MISSES = 3
"""Times that nothing fits before a person takes over."""


def enter(turn: Turn, step: Lookup) -> Leave | effects.Lookup | effects.Fetch:
    """Ask the host. What a look-up before has found is forgotten first."""
    variables = turn.session.variables
    for name in step.variables():
        variables.pop(name, None)
    if step.url is not None:
        url = filled(step.url, step.by, variables)
        if url is None:
            return _leave(step, "failed")
        return effects.Fetch(url, tuple(step.values.items()), step.timeout, step.limit)
    receipt, last4 = (variables[name].content if name in variables else "" for name in [*step.by, ""][:2])
    return effects.Lookup(receipt, last4)


def answer(turn: Turn, step: Lookup, event: Looked) -> Leave:
    """Keep what was found; the third miss of a call, and too many across calls, lead to a person."""
    session = turn.session
    match event.result:
        case "found" if step.url is not None:
            session.variables.update(event.values)
            return Leave("next", step.next)
        case "missing" if step.url is not None:
            exit = "missing"
        case "found":
            session.variables.update(event.values)
            session.mobile = event.mobile
            return Leave("next", step.next)
        case "missing":
            session.misses += 1
            turn.say(turn.phrase("not_found"))
            if session.misses < MISSES and "missing" in step.else_:
                return Leave("missing", step.else_["missing"])
            exit = "failed"
        case "blocked":
            exit = "failed"
        case _:
            exit = event.result
    return _leave(step, exit)


def _leave(step: Lookup, exit: str) -> Leave:
    return Leave(exit, step.way(exit) or choice.OPERATORS)
