"""Conduct of `desk`."""

from ivr.engine import connect
from ivr.engine.effects import Connect, Hangup
from ivr.engine.turn import Leave, Turn
from ivr.language.steps import DeskStep


def enter(turn: Turn, step: DeskStep) -> Leave | Connect | Hangup:
    """Go to the desk; what comes after is `ivr.engine.connect`'s, as for a destination `desk/NAME`."""
    return connect.enter_step(turn, step)
