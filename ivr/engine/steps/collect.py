"""Conduct of `collect`."""

from __future__ import annotations

from ivr.engine.effects import Ask
from ivr.engine.events import Digits
from ivr.engine.steps import choice
from ivr.engine.turn import Leave, Turn
from ivr.language import inputs
from ivr.language.prompt import Prompt, Value
from ivr.language.steps import Collect


def enter(turn: Turn, step: Collect) -> Ask:
    """Ask for the digits."""
    turn.session.keys, turn.session.typed = "", ""
    return turn.ask([turn.prompt(turn.here)], step.bounds[1], step.timeout)


def answer(turn: Turn, step: Collect, event: Digits) -> Leave | Ask:
    """Take valid digits; `*` starts over in silence, a lone `#` goes back, anything else is asked again."""
    session = turn.session
    if session.typed:
        return _confirmed(turn, step, event)
    _, most = step.bounds
    full = len(event.keys) == most - len(session.keys)
    keys = (session.keys + event.keys).rpartition("*")[2]
    if full and "*" in event.keys:  # the cleared keys used up the input's length: take the rest
        session.keys = keys
        return turn.ask([], most - len(keys), step.timeout)
    session.keys = ""
    if not keys and not event.timed_out:
        return Leave("back", "back")
    value = inputs.read(step.collect, keys, turn.world.now.year) if step.fits(keys) else None
    if value is None:
        return choice.failure(turn, event, step) or enter(turn, step)
    if step.confirm:
        session.typed = value.content
        return _read_back(turn, step)
    session.variables[step.as_] = value
    return Leave("next", step.next)


def _read_back(turn: Turn, step: Collect) -> Ask:
    said = Prompt(f"{turn.here}/value", (Value(step.collect, turn.session.typed),))
    return turn.ask([turn.phrase("typed"), said, turn.phrase("right_or_again")], 1, step.timeout)


def _confirmed(turn: Turn, step: Collect, event: Digits) -> Leave | Ask:
    """What the caller says of a value read back: 1 is right, 2 asks again; the other keys are a menu's."""
    session = turn.session
    if event.keys == "1":
        session.variables[step.as_] = Value(step.collect, session.typed)
        session.typed = ""
        return Leave("next", step.next)
    if event.keys == "2":
        return enter(turn, step)
    return choice.otherwise(turn, event, step, _read_back)
