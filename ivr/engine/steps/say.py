"""Conduct of `say`."""

from ivr.engine.turn import Leave, Turn
from ivr.language.steps import Say


def enter(turn: Turn, step: Say) -> Leave:
    """Speak, and go on."""
    if not step.barge_in:
        turn.flush()
    turn.say(turn.prompt(turn.here))
    if not step.barge_in:
        turn.flush(barge_in=False)
    return Leave("next", step.next)
