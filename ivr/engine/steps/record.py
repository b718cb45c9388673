"""Conduct of `record`."""

from __future__ import annotations

from ivr.engine import effects
from ivr.engine.effects import Ask, Keep, Playback
from ivr.engine.events import Digits, Kept, Recorded
from ivr.engine.steps import choice
from ivr.engine.turn import Leave, Turn
from ivr.language.steps import Record

LEAST_MS = 1_000
"""A recording is at least so long; anything shorter is nobody who says something."""


def enter(turn: Turn, step: Record) -> effects.Record:
    """Say what is to be said, and record."""
    turn.session.recorded = 0
    turn.say(turn.prompt(turn.here))
    return effects.Record(step.length)


def recorded(turn: Turn, step: Record, event: Recorded) -> Leave | Ask | effects.Record:
    """Ask what is to become of it; when nothing was said, once more from the beginning."""
    session = turn.session
    if event.failed:
        return _leave(step, "failed")
    if event.ms >= LEAST_MS:
        session.recorded, session.tries = event.ms, 0
        return _ask(turn, step)
    session.tries += 1
    turn.say(turn.phrase("nothing_said"))
    return _leave(step, "empty") if session.tries >= step.tries else enter(turn, step)


def answer(turn: Turn, step: Record, event: Digits) -> Leave | Ask | effects.Record | Keep:
    """1 keeps it, as does silence; 2 records again, `*` plays it; a caller who goes elsewhere leaves nothing."""
    if event.keys == "1" or event.timed_out:
        return Keep(step.record)
    if event.keys == "2":
        return enter(turn, step)
    match choice.service(event):
        case Leave() as way:
            turn.session.recorded = 0
            return way
        case "replay":
            turn.flush()
            turn.effects.append(Playback())
            return _ask(turn, step)
    turn.session.tries += 1
    if turn.session.tries >= step.tries:
        return Keep(step.record)
    turn.say(turn.phrase("invalid"))
    return _ask(turn, step)


def kept(turn: Turn, step: Record, event: Kept) -> Leave:
    """Say so only when it is."""
    turn.session.recorded = 0
    if not event.kept:
        return _leave(step, "failed")
    turn.say(turn.phrase("voicemail_kept"))
    return Leave("next", step.next)


def hung_up(turn: Turn) -> list[effects.Effect]:
    """A caller who hangs up after speaking has left a voicemail."""
    step = turn.office.flows[turn.session.flow].steps.get(turn.session.step)
    return [Keep(step.record)] if isinstance(step, Record) and turn.session.recorded else []


def _ask(turn: Turn, step: Record) -> Ask:
    return turn.ask([turn.phrase("keep_or_again")], 1, step.timeout)


def _leave(step: Record, exit: str) -> Leave:
    return Leave(exit, step.way(exit) or choice.OPERATORS)
