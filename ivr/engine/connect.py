"""The way to a desk: its clock, its next hops, and what is left to say when nobody can be reached."""

from __future__ import annotations

from typing import Literal

from ivr.engine import notices, whisper
from ivr.engine.effects import Ask, Connect, Hangup
from ivr.engine.events import DeskLeft, HandedOver
from ivr.engine.turn import Leave, Turn
from ivr.language.desks import OPERATORS
from ivr.language.fields import Destination
from ivr.language.steps import DeskStep, ExtensionStep

EXITS = {"no_answer": "no_answer", "full": "no_answer", "failed": "no_answer", "empty": "empty"}
"""Exit of a `desk` step for each way of coming back unserved."""


def enter(turn: Turn, desk: str) -> Leave | Ask | Connect | Hangup:
    """Go to a desk by a bare destination `desk/NAME`: whatever fails follows the desks' overflow."""
    _begin(turn)
    tried = _ring(turn, desk)
    return _onward(turn, desk, tried) if isinstance(tried, str) else tried


def enter_step(turn: Turn, step: DeskStep) -> Leave | Ask | Connect | Hangup:
    """Go to a desk by a `desk` step, which may have exits of its own."""
    _begin(turn)
    tried = _ring(turn, step.desk)
    return _unserved(turn, step.desk, tried, step) if isinstance(tried, str) else tried


def _begin(turn: Turn) -> None:
    turn.session.hops, turn.session.rung, turn.session.handed_by = [], False, ""


def answer(turn: Turn, event: DeskLeft, step: DeskStep | ExtensionStep | None) -> Leave | Ask | Connect | Hangup:
    """Go on after a desk: served, to the step's own exit, or to the next hop."""
    desk = turn.session.desk
    turn.session.desk = ""
    if event.status == "answered":
        return served(turn, desk, step.next if step else None)
    return _unserved(turn, desk, EXITS[event.status], step)


def hand_over(turn: Turn, event: HandedOver) -> Leave | Ask | Connect | Hangup:
    """On to the desk that the officer has dialled; how the call goes on after that is as it was."""
    session, desks = turn.session, turn.office.desks
    by = session.desk or desks.desk_of(session.officer)
    to = event.desk if event.desk in desks.desks else OPERATORS
    turn.visited("handed_over", f"desk/{by}")
    session.desk = session.officer = ""
    _begin(turn)
    session.handed_by = by
    tried = _ring(turn, to)
    return _onward(turn, to, tried) if isinstance(tried, str) else tried


def served(turn: Turn, desk: str, following: Destination | None) -> Leave:
    """After a conversation at `desk`: where the step says, else where the desk does, else the call is over."""
    turn.session.served = desk
    return Leave("answered", following or turn.office.desks.desks[desk].after or "hangup")


def _unserved(
    turn: Turn, desk: str, exit: str, step: DeskStep | ExtensionStep | None
) -> Leave | Ask | Connect | Hangup:
    if step is not None and exit in step.else_:
        return Leave(exit, step.else_[exit])
    return _onward(turn, desk, exit)


def _ring(turn: Turn, desk: str) -> Connect | Ask | Leave | Literal["closed"]:
    """One hop: connect to the desk unless its clock says otherwise; before that, the notices that are due there."""
    session = turn.session
    session.hops.append(desk)
    if session.step.startswith("desk/"):
        session.step = f"desk/{desk}"
    hours = turn.office.desks.desks[desk].hours
    if hours is not None and turn.world.clocks[hours] != "open":
        return "closed"
    return notices.hear(turn, f"desk/{desk}") or into_queue(turn)


def into_queue(turn: Turn) -> Connect:
    """Into the queue of the desk that was tried last, whose notices have been heard."""
    session = turn.session
    desk = session.hops[-1]
    turn.say(turn.prompt(f"desks/{desk}/{'connecting' if len(session.hops) == 1 else 'next_desk'}"))
    turn.effects.append(whisper.to(turn, desk))
    session.desk = desk
    session.rung = True
    return Connect(desk)


def _onward(turn: Turn, desk: str, exit: str) -> Leave | Ask | Connect | Hangup:
    """Down the chain of overflows after `desk` was left by `exit`; each desk is tried once."""
    session = turn.session
    chain = turn.office.desks.chain(session.hops[0])
    while True:
        following = chain[len(session.hops) - 1 :]
        if following and "/" in following[0]:
            if session.step != f"desk/{desk}":
                turn.visited(exit, f"desk/{desk}")
            return Leave(exit, following[0])
        turn.visited(exit, f"desk/{desk}")
        if not following:
            return give_up(turn)
        desk = following[0]
        tried = _ring(turn, desk)
        if not isinstance(tried, str):
            return tried
        exit = tried


def give_up(turn: Turn) -> Hangup:
    """Nobody is left to be tried."""
    turn.say(turn.phrase("busy" if turn.session.rung else "closed"))
    return Hangup("failed")
