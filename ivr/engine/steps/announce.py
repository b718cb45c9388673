"""Conduct of `announce`."""

from ivr.engine.turn import Leave, Turn
from ivr.language.steps import Announce


def enter(turn: Turn, step: Announce) -> Leave:
    """Go on: there is nothing to announce yet."""
    del turn
    return Leave("next", step.next)
