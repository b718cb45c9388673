"""Conduct of `again`."""

from __future__ import annotations

from ivr.engine.effects import Ask, Recall
from ivr.engine.events import Digits, Recalled
from ivr.engine.steps import choice
from ivr.engine.turn import Leave, Turn
from ivr.language.steps import Again


def enter(turn: Turn, step: Again) -> Recall:
    """Ask the host."""
    return Recall(step.again)


def recalled(turn: Turn, step: Again, event: Recalled) -> Leave | Ask:
    """Offer the desk, unless it is gone, closed, or none that others at the same telephone may learn of."""
    desk = turn.office.desks.desks.get(event.desk)
    if desk is None or not desk.again or (desk.hours is not None and turn.world.clocks[desk.hours] != "open"):
        return Leave("next", step.next)
    turn.session.again = event.desk
    return _ask(turn, step)


def answer(turn: Turn, step: Again, event: Digits) -> Leave | Ask:
    """1 is yes, 2 is no; the other keys are a menu's."""
    if event.keys == "1":
        return Leave("1", f"desk/{turn.session.again}")
    if event.keys == "2":
        return Leave("next", step.next)
    return choice.otherwise(turn, event, step, _ask)


def _ask(turn: Turn, step: Again) -> Ask:
    question = turn.prompt(f"desks/{turn.session.again}/again")
    return turn.ask([question, turn.phrase("yes_or_no")], 1, step.timeout)
