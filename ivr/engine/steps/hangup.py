"""Conduct of `hangup`."""

from ivr.engine.effects import Hangup
from ivr.engine.turn import Turn
from ivr.language.steps import HangupStep


def enter(turn: Turn, step: HangupStep) -> Hangup:
    """Say goodbye when there is something to say, and end."""
    if step.hangup is not None:
        turn.say(turn.prompt(turn.here))
    turn.visited("next")
    return Hangup("done")
