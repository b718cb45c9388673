"""Conduct of `desk`."""

from ivr.engine import connect
from ivr.engine.turn import Outcome, Turn
from ivr.language.steps import DeskStep


def enter(turn: Turn, step: DeskStep) -> Outcome:
    """Go to the desk; what comes after is `ivr.engine.connect`'s, as for a destination `desk/NAME`."""
    return connect.enter_step(turn, step)
