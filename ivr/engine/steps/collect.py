"""Conduct of `collect`."""

from __future__ import annotations

from ivr.engine.effects import Ask
from ivr.engine.events import Digits
from ivr.engine.steps import choice
from ivr.engine.turn import Leave, Turn
from ivr.language.prompt import Value
from ivr.language.steps import Collect


def enter(turn: Turn, step: Collect) -> Ask:
    """Ask for the digits."""
    turn.session.keys = ""
    return turn.ask([turn.prompt(turn.here)], step.length[1], step.timeout)


def answer(turn: Turn, step: Collect, event: Digits) -> Leave | Ask:
    """Keep valid digits; `*` starts over in silence, a lone `#` goes back, anything else is asked again."""
    session = turn.session
    fewest, most = step.length
    full = len(event.keys) == most - len(session.keys)
    keys = (session.keys + event.keys).rpartition("*")[2]
    if full and "*" in event.keys:  # the cleared keys used up the input's length: take the rest
        session.keys = keys
        return turn.ask([], most - len(keys), step.timeout)
    session.keys = ""
    if not keys and not event.timed_out:
        return Leave("back", "back")
    if fewest <= len(keys) <= most and keys.isdecimal() and keys.isascii():
        session.variables[step.as_] = Value("digits", keys)
        return Leave("next", step.next)
    return choice.failure(turn, event, step) or enter(turn, step)
