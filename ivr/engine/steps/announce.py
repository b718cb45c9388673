"""Conduct of `announce`."""

from ivr.engine import notices
from ivr.engine.effects import Ask
from ivr.engine.turn import Leave, Turn
from ivr.language.steps import Announce


def enter(turn: Turn, step: Announce) -> Leave | Ask:
    """The notices that are due here, one after the other; then on."""
    return notices.hear(turn, "line") or Leave("next", step.next)
