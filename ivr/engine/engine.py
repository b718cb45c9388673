"""The interpreter: takes one event, walks the flow to the next wait, and says what is to be done meanwhile.

Everything is bounded: a turn takes at most STEPS steps and a call at most TURNS turns; past that the caller goes to
the operators, as after any failure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ivr.engine import connect, notices
from ivr.engine.effects import Ask, Connect, Effect, Fetch, Hangup, Keep, Lookup, Promise, Recall, Record, Send
from ivr.engine.events import (
    DeskLeft,
    Digits,
    Event,
    HandedOver,
    HungUp,
    Kept,
    LeftByKey,
    Looked,
    Promised,
    Recalled,
    Recorded,
    Started,
    World,
)
from ivr.engine.session import Session
from ivr.engine.steps import (
    again,
    announce,
    call,
    collect,
    confirm,
    desk,
    extension,
    hangup,
    hours,
    language,
    lookup,
    menu,
    message,
    record,
    route,
    say,
    survey,
    when,
)
from ivr.engine.steps import set as set_
from ivr.engine.turn import Leave, Outcome, Turn
from ivr.language.desks import OPERATORS
from ivr.language.office import Office
from ivr.language.steps import DeskStep, ExtensionStep

STEPS = 100
TURNS = 300

ENTER: dict[str, Callable[[Turn, Any], Outcome]] = {
    "say": say.enter,
    "announce": announce.enter,
    "language": language.enter,
    "menu": menu.enter,
    "confirm": confirm.enter,
    "collect": collect.enter,
    "hours": hours.enter,
    "desk": desk.enter,
    "extension": extension.enter,
    "again": again.enter,
    "route": route.enter,
    "lookup": lookup.enter,
    "message": message.enter,
    "when": when.enter,
    "set": set_.enter,
    "record": record.enter,
    "call": call.enter,
    "survey": survey.enter,
    "hangup": hangup.enter,
}
"""What entering a step does, by kind."""

ANSWER: dict[tuple[str, type[Event]], Callable[[Turn, Any, Any], Outcome]] = {
    ("language", Digits): language.answer,
    ("menu", Digits): menu.answer,
    ("confirm", Digits): confirm.answer,
    ("collect", Digits): collect.answer,
    ("extension", Digits): extension.answer,
    ("extension", DeskLeft): extension.left,
    ("survey", Digits): survey.answer,
    ("again", Recalled): again.recalled,
    ("again", Digits): again.answer,
    ("route", Digits): route.answer,
    ("lookup", Looked): lookup.answer,
    ("message", Digits): message.answer,
    ("message", Promised): message.promised,
    ("record", Recorded): record.recorded,
    ("record", Digits): record.answer,
    ("record", Kept): record.kept,
}
"""What a step does with the answer to its wait."""


def resume(office: Office, session: Session, event: Event, world: World) -> tuple[Session, list[Effect]]:
    """Move a call on by one event.

    Returns the session at its next wait and the effects in order: traces (`Visited`), speech, and last a wait
    (`Ask`, `Connect`) or the end (`Hangup`); after `HungUp` traces, and `Keep` for a voicemail. `session` itself
    isn't changed.
    """
    session = session.copy()
    session.turns += 1
    turn = Turn(office, session, world)
    if isinstance(event, HungUp):
        turn.visited("hangup")
        session.ended = True
        return session, [*turn.effects, *record.hung_up(turn)]
    outcome = _operators(turn) if session.turns > TURNS else _take(turn, event)
    for _ in range(STEPS):
        if isinstance(outcome, Ask) and session.ahead and not session.hearing and outcome.max_digits == 1:
            outcome = _take(turn, _ahead(session))
        elif isinstance(outcome, Leave):
            outcome = _leave(turn, outcome)
        else:
            return _wait(turn, outcome)
    return _wait(turn, _operators(turn))


def _take(
    turn: Turn,
    event: Started | Digits | DeskLeft | LeftByKey | HandedOver | Looked | Recalled | Promised | Recorded | Kept,
) -> Outcome:
    """What the event does at the step that waits for it; an event that nothing waits for is a failure."""
    session = turn.session
    flow = turn.office.flows[session.flow]
    step = flow.steps.get(session.step)
    if isinstance(event, Digits | Promised) and session.hearing:
        return _heard(turn, event)
    if isinstance(event, Started) and not session.step:
        session.step = flow.start
        return _enter(turn)
    if isinstance(event, Digits | Promised) and session.offered:
        return connect.rather(turn, event)
    if isinstance(event, LeftByKey) and session.desk:
        return connect.by_key(turn, event)
    if isinstance(event, DeskLeft) and session.desk:
        return connect.answer(turn, event, step if isinstance(step, DeskStep | ExtensionStep) else None)
    if isinstance(event, HandedOver) and (session.desk or session.officer):
        return connect.hand_over(turn, event)
    if step is not None and (step.kind, type(event)) in ANSWER and not session.desk:
        return ANSWER[step.kind, type(event)](turn, step, event)
    return _operators(turn)


def _heard(turn: Turn, event: Digits | Promised) -> Outcome:
    """On with the notices, and after the last of them with what they were heard before."""
    session = turn.session
    place = session.hearing.place if session.hearing else ""
    if outcome := notices.answer(turn, event):
        return outcome
    if place.startswith("desk/"):
        return connect.into_queue(turn)
    step = turn.office.flows[session.flow].steps[session.step]
    return ENTER[step.kind](turn, step)


def _ahead(session: Session) -> Digits:
    """The key that was pressed while notices were heard, as an answer to what is asked now."""
    key, session.ahead = session.ahead, ""
    return Digits("" if key == "#" else key)


def _enter(turn: Turn) -> Outcome:
    session = turn.session
    session.tries = session.page = 0
    step = turn.office.flows[session.flow].steps[session.step]
    return ENTER[step.kind](turn, step)


def _leave(turn: Turn, leave: Leave) -> Outcome:
    """Follow a destination."""
    session = turn.session
    turn.visited(leave.exit)
    session.hearing = None
    kind, _, name = leave.to.rpartition("/")
    if kind == "desk":
        session.step = leave.to
        return connect.enter(turn, name)
    if kind == "flow":
        session.flow, session.step = name, turn.office.flows[name].start
        return _enter(turn)
    if leave.to == "return" and session.frames:
        return call.resume(turn)
    if leave.to in ("hangup", "return"):  # a flow that nothing called has nowhere to return to
        return Hangup("done")
    if leave.to == "back":
        _back(session)
    else:
        session.step = leave.to
    return _enter(turn)


def _back(session: Session) -> None:
    """To the menu before: from a menu its predecessor, from any other step the last menu; from the first, itself.

    A menu passed before flows were called is back in its own flow: those calls are over.
    """
    here = f"{session.flow}/{session.step}"
    if len(session.menus) > 1 and session.menus[-1] == here:
        session.menus.pop()
    if session.menus:
        while session.frames and len(session.menus) <= session.frames[-1].menus:
            call.unwind(session)
        session.flow, _, session.step = session.menus[-1].partition("/")


def _operators(turn: Turn) -> Ask | Send | Connect | Hangup:
    """Out of bounds, or lost: a person takes over. No flow does, or the call might never end."""
    turn.visited("error")
    turn.session.hearing = None
    outcome = connect.enter(turn, OPERATORS)
    return connect.give_up(turn) if isinstance(outcome, Leave) else outcome


def _wait(
    turn: Turn, outcome: Ask | Lookup | Fetch | Recall | Promise | Send | Record | Keep | Connect | Hangup
) -> tuple[Session, list[Effect]]:
    turn.flush()
    if not turn.session.hearing:
        turn.session.ahead = ""
    if isinstance(outcome, Hangup):
        turn.session.ended = True
    return turn.session, [*turn.effects, outcome]
