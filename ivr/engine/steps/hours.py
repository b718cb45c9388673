"""Conduct of `hours`."""

from ivr.engine.turn import Leave, Turn
from ivr.language.steps import Hours


def enter(turn: Turn, step: Hours) -> Leave:
    """Branch by the clock's state."""
    state = turn.world.clocks[step.hours]
    return Leave("next" if state == "open" else state, step.next if state == "open" else step.way(state) or "hangup")
