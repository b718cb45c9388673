"""Conduct of `when`."""

from ivr.engine.names import look
from ivr.engine.turn import Leave, Turn
from ivr.language.steps import When


def enter(turn: Turn, step: When) -> Leave:
    """Take the first branch whose condition holds; its exit is its number. One that can't be told ends the search."""
    *branches, otherwise = step.when
    names = look(turn)
    for number, (branch, condition) in enumerate(zip(branches, turn.office.conditions[turn.here], strict=True), 1):
        held = condition.holds(names)
        if held and branch.next is not None:
            return Leave(str(number), branch.next)
        if held is None:
            break
    return Leave("else", otherwise.else_ or "hangup")
