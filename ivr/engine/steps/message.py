"""Conduct of `message`."""

from __future__ import annotations

from ivr.engine.effects import Ask, Promise
from ivr.engine.events import Digits, Promised
from ivr.engine.steps import choice
from ivr.engine.turn import Leave, Turn
from ivr.language.steps import MessageStep


def enter(turn: Turn, step: MessageStep) -> Leave | Ask:
    """Ask, unless no case was found before, or its registered number takes no messages."""
    if "case.receipt" not in turn.session.variables:
        return _leave(step, "failed")
    if not turn.session.mobile:
        return _leave(step, "landline")
    return _ask(turn, step)


def answer(turn: Turn, step: MessageStep, event: Digits) -> Leave | Ask | Promise:
    """1 makes the promise, 2 declines; the other keys are a menu's."""
    if event.keys == "1":
        return Promise(step.message, turn.session.variables["case.receipt"].content)
    if event.keys == "2":
        return _leave(step, "declined")
    return choice.otherwise(turn, event, step, _ask)


def promised(turn: Turn, step: MessageStep, event: Promised) -> Leave:
    """Say so only when it is kept."""
    if not event.kept:
        return _leave(step, "failed")
    turn.say(turn.phrase("promised"))
    return Leave("next", step.next)


def _ask(turn: Turn, step: MessageStep) -> Ask:
    return turn.ask([turn.prompt(turn.here), turn.phrase("yes_no")], 1, step.timeout)


def _leave(step: MessageStep, exit: str) -> Leave:
    return Leave(exit, step.way(exit) or choice.OPERATORS)
