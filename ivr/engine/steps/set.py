"""Conduct of `set`."""

from ivr.engine.turn import Leave, Turn
from ivr.language.steps import SetStep


def enter(turn: Turn, step: SetStep) -> Leave:
    """Set them in their order."""
    for name, text in step.set.items():
        turn.session.variables[name] = text.value(turn.session.variables)
    return Leave("next", step.next)
