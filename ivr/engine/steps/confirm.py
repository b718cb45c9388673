"""Conduct of `confirm`."""

from __future__ import annotations

from ivr.engine.effects import Ask
from ivr.engine.events import Digits
from ivr.engine.steps import choice
from ivr.engine.turn import Leave, Turn
from ivr.language.steps import Confirm


def enter(turn: Turn, step: Confirm) -> Ask:
    """Ask."""
    return turn.ask([turn.prompt(turn.here), turn.phrase("yes_or_no")], 1, step.timeout)


def answer(turn: Turn, step: Confirm, event: Digits) -> Leave | Ask:
    """1 is yes, 2 is no; the other keys are a menu's."""
    if event.keys == "1":
        return Leave("next", step.next)
    if event.keys == "2":
        return Leave("no", step.else_["no"])
    return choice.otherwise(turn, event, step, enter)
