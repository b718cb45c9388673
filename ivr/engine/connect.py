"""The way to a desk: its clock, its next hops, and what is left to say when nobody can be reached."""

from __future__ import annotations

from typing import Literal

from ivr.engine import instead, notices, whisper
from ivr.engine.effects import Ask, Connect, Hangup, Send
from ivr.engine.events import DeskLeft, Digits, HandedOver, LeftByKey, Promised
from ivr.engine.steps import choice
from ivr.engine.turn import Leave, Turn
from ivr.language.desks import OPERATORS
from ivr.language.fields import Destination
from ivr.language.offer import MESSAGE
from ivr.language.steps import DeskStep, ExtensionStep

EXITS = {"no_answer": "no_answer", "full": "no_answer", "failed": "no_answer", "empty": "empty"}
"""Exit of a `desk` step for each way of coming back unserved."""

Way = Leave | Ask | Send | Connect | Hangup
"""How a call goes on from here."""


def enter(turn: Turn, desk: str) -> Way:
    """Go to a desk by a bare destination `desk/NAME`: whatever fails follows the desks' overflow."""
    _begin(turn)
    tried = _try(turn, desk)
    return _onward(turn, desk, tried) if isinstance(tried, str) else tried


def enter_step(turn: Turn, step: DeskStep) -> Way:
    """Go to a desk by a `desk` step, which may have exits of its own."""
    _begin(turn)
    tried = _try(turn, step.desk)
    return _unserved(turn, step.desk, tried, step) if isinstance(tried, str) else tried


def _begin(turn: Turn) -> None:
    turn.session.hops, turn.session.rung, turn.session.handed_by = [], False, ""


def answer(turn: Turn, event: DeskLeft, step: DeskStep | ExtensionStep | None) -> Way:
    """Go on after a desk: served, to the step's own exit, or to the next hop."""
    desk = turn.session.desk
    turn.session.desk = ""
    if event.status == "answered":
        return served(turn, desk, step.next if step else None)
    return _unserved(turn, desk, EXITS[event.status], step)


def rather(turn: Turn, event: Digits | Promised) -> Way:
    """What the caller would rather do than wait; whoever presses nothing, or anything else, waits."""
    session, desk = turn.session, turn.session.desk
    if isinstance(event, Promised):
        return _sent(turn, event)
    if event.keys in instead.options(turn.office, desk, turn.world.mobile):
        return _instead(turn, event.keys)
    session.offered = False
    match choice.service(event):
        case Leave(exit="back") if not session.menus:
            pass
        case Leave(to=to) as way if to != f"desk/{desk}":
            session.desk = ""
            return way
        case "replay":
            if asked := instead.ask(turn, desk):
                session.offered = True
                return asked
    return _ring(turn)


def by_key(turn: Turn, event: LeftByKey) -> Way:
    """The caller has left the queue for something else; what can't be had leads back into it."""
    if event.key in instead.options(turn.office, turn.session.desk, turn.world.mobile):
        return _instead(turn, event.key)
    return _ring(turn)


def hand_over(turn: Turn, event: HandedOver) -> Way:
    """On to the desk that the officer has dialled; how the call goes on after that is as it was."""
    session, desks = turn.session, turn.office.desks
    by = session.desk or desks.desk_of(session.officer)
    to = event.desk if event.desk in desks.desks else OPERATORS
    turn.visited("handed_over", f"desk/{by}")
    session.desk = session.officer = ""
    _begin(turn)
    session.handed_by = by
    tried = _try(turn, to)
    return _onward(turn, to, tried) if isinstance(tried, str) else tried


def served(turn: Turn, desk: str, following: Destination | None) -> Leave:
    """After a conversation at `desk`: where the step says, else where the desk does, else the call is over."""
    turn.session.served = desk
    return Leave("answered", following or turn.office.desks.desks[desk].after or "hangup")


def _unserved(turn: Turn, desk: str, exit: str, step: DeskStep | ExtensionStep | None) -> Way:
    if step is not None and exit in step.else_:
        return Leave(exit, step.else_[exit])
    return _onward(turn, desk, exit)


def _try(turn: Turn, desk: str) -> Leave | Ask | Connect | Literal["closed"]:
    """One hop: to the desk unless its clock says otherwise; before that, the notices that are due there."""
    session = turn.session
    session.hops.append(desk)
    if session.step.startswith("desk/"):
        session.step = f"desk/{desk}"
    hours = turn.office.desks.desks[desk].hours
    if hours is not None and turn.world.clocks[hours] != "open":
        return "closed"
    return notices.hear(turn, f"desk/{desk}") or into_queue(turn)


def into_queue(turn: Turn) -> Ask | Connect:
    """Into the queue of the desk that was tried last, whose notices have been heard; when the wait will be long, what
    else would do is asked first."""
    session, desk = turn.session, turn.session.hops[-1]
    if asked := instead.ask(turn, desk):
        session.desk, session.offered = desk, True
        return asked
    return _ring(turn)


def _ring(turn: Turn) -> Connect:
    session = turn.session
    desk = session.hops[-1]
    turn.say(turn.prompt(f"desks/{desk}/{'connecting' if len(session.hops) == 1 else 'next_desk'}"))
    turn.effects.append(whisper.to(turn, desk))
    session.desk, session.texted = desk, turn.world.mobile
    session.rung = True
    return Connect(desk)


def _instead(turn: Turn, key: str) -> Leave | Send:
    """What was chosen instead of waiting."""
    session = turn.session
    desk = session.desk
    offer = turn.office.desks.desks[desk].offer
    if key == MESSAGE and offer and offer.message:
        session.offered = True
        name = turn.office.desk_names[session.language][desk]
        return Send(offer.message, (("desk", name),), f"desk/{desk}")
    session.desk, session.offered = "", False
    return Leave("voicemail", offer.voicemail if offer and offer.voicemail else choice.OPERATORS)


def _sent(turn: Turn, event: Promised) -> Connect | Hangup:
    """Goodbye, but only when the message is kept; else the caller waits after all."""
    turn.session.offered = False
    turn.say(turn.phrase("notice_sent" if event.kept else "notice_unsent"))
    if not event.kept:
        return _ring(turn)
    turn.session.desk = ""
    turn.visited("message")
    turn.say(turn.phrase("notice_bye"))
    return Hangup("done")


def _onward(turn: Turn, desk: str, exit: str) -> Way:
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
        tried = _try(turn, desk)
        if not isinstance(tried, str):
            return tried
        exit = tried


def give_up(turn: Turn) -> Hangup:
    """Nobody is left to be tried."""
    turn.say(turn.phrase("busy" if turn.session.rung else "closed"))
    return Hangup("failed")
