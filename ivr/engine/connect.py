"""The way to a desk: its clock, its next hops, and what is left to say when nobody can be reached."""

from __future__ import annotations

from ivr.engine.effects import Connect, Hangup
from ivr.engine.events import DeskLeft
from ivr.engine.turn import Leave, Turn
from ivr.language.steps import DeskStep

EXITS = {"no_answer": "no_answer", "full": "no_answer", "failed": "no_answer", "empty": "empty"}
"""Exit of a `desk` step for each way of coming back unserved."""


def enter(turn: Turn, desk: str, step: DeskStep | None) -> Leave | Connect | Hangup:
    """Go to a desk. `step` is the `desk` step that says so, or None for a bare destination `desk/NAME`."""
    turn.session.hops = []
    turn.session.rung = False
    return _try(turn, desk, step)


def answer(turn: Turn, event: DeskLeft, step: DeskStep | None) -> Leave | Connect | Hangup:
    """Go on after a desk: served, to the step's own exit, or to the next hop."""
    desk = turn.session.desk
    turn.session.desk = ""
    if event.status == "answered":
        return Leave("answered", step.next if step else "hangup")
    return _unserved(turn, desk, EXITS[event.status], step)


def _try(turn: Turn, desk: str, step: DeskStep | None) -> Leave | Connect | Hangup:
    session = turn.session
    phrase = "next_desk" if session.hops else "connecting"
    session.hops.append(desk)
    if step is None:
        session.step = f"desk/{desk}"
    hours = turn.office.desks.desks[desk].hours
    if hours is not None and turn.world.clocks[hours] != "open":
        return _unserved(turn, desk, "closed", step)
    turn.say(turn.prompt(f"desks/{desk}/{phrase}"))
    session.desk = desk
    session.rung = True
    return Connect(desk)


def _unserved(turn: Turn, desk: str, exit: str, step: DeskStep | None) -> Leave | Connect | Hangup:
    if step is not None and exit in step.else_:
        return Leave(exit, step.else_[exit])
    turn.visited(exit, f"desk/{desk}")
    hop = turn.office.desks.overflow(desk)
    if hop is not None and hop not in turn.session.hops:
        return _try(turn, hop, step)
    turn.say(turn.phrase("busy" if turn.session.rung else "closed"))
    return Hangup("failed")
