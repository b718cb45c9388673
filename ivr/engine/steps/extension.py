"""Conduct of `extension`."""

from __future__ import annotations

from ivr.engine import connect, slow, whisper
from ivr.engine.effects import Ask, Connect
from ivr.engine.events import DeskLeft, Digits
from ivr.engine.steps import choice
from ivr.engine.turn import Leave, Turn
from ivr.language.keypad import fits
from ivr.language.steps import ExtensionStep

MOST_KEYS = 20
"""Longest input: an extension's greatest length, and more of a name than anybody spells."""
MOST_NAMES = 9
"""Officers that a menu can offer."""


def enter(turn: Turn, step: ExtensionStep) -> Ask:
    """Ask for the extension or name."""
    turn.session.answers, turn.session.officer = [], ""
    return turn.ask([turn.prompt(turn.here), turn.phrase("spell")], MOST_KEYS, step.timeout)


def answer(turn: Turn, step: ExtensionStep, event: Digits) -> Leave | Ask | Connect:
    """Connect to the one officer who fits; let the caller choose among a few; ask again otherwise."""
    if turn.session.answers:
        return _chosen(turn, step, event)
    keys = event.keys.rpartition("*")[2]
    if not keys and "*" in event.keys:
        return enter(turn, step)
    if keys in ("0", "") and (way := choice.service(Digits(keys, event.timed_out and not keys))):
        assert isinstance(way, Leave)  # noqa: S101 - for the type checker: * is none of these
        return way
    officers = _fitting(turn, keys)
    if len(officers) == 1:
        return _ring(turn, step, officers[0])
    if 1 < len(officers) <= MOST_NAMES:
        turn.session.answers, turn.session.page = officers, 0
        return _offer(turn, step)
    wrong = "more_keys" if officers else "no_officer"
    return choice.failure(turn, event, step, "unknown", wrong) or enter(turn, step)


def left(turn: Turn, step: ExtensionStep, event: DeskLeft) -> Leave:
    """Go on after the officer: served, or by the exit."""
    if not turn.session.officer:
        return Leave("error", choice.OPERATORS)
    desk, turn.session.officer = turn.office.desks.desk_of(turn.session.officer), ""
    if event.status == "answered":
        return connect.served(turn, desk, step.next)
    return _exit(step, connect.EXITS[event.status])


def _fitting(turn: Turn, keys: str) -> list[str]:
    """Extensions of the officers that fit: by extension, else by name in the call's language."""
    agents = turn.office.desks.agents
    if keys in agents:
        return [keys]
    names = turn.office.officer_names[turn.session.language]
    return [extension for extension in agents if fits(keys, names[extension])]


def _offer(turn: Turn, step: ExtensionStep) -> Ask:
    officers = turn.session.answers
    options = [turn.prompt(f"officers/{extension}", str(n)) for n, extension in enumerate(officers, 1)]
    return choice.ask(turn, "phrases/which_officer", options, True, step.timeout)


def _chosen(turn: Turn, step: ExtensionStep, event: Digits) -> Leave | Ask | Connect:
    """The choice among several; back returns to the question before."""
    officers, keys = turn.session.answers, event.keys
    if keys.isascii() and keys.isdecimal() and 1 <= int(keys) <= len(officers):
        return _ring(turn, step, officers[int(keys) - 1])
    match slow.pressed(turn, event, len(officers), int(slow.KEY) <= len(officers)):
        case Leave() as way:
            return way
        case True:
            return _offer(turn, step)
    match choice.service(event):
        case Leave(exit="back"):
            return enter(turn, step)
        case Leave() as way:
            return way
        case "replay":
            return _offer(turn, step)
    return choice.failure(turn, event, step, "unknown") or _offer(turn, step)


def _ring(turn: Turn, step: ExtensionStep, extension: str) -> Leave | Connect:
    desk = turn.office.desks.desk_of(extension)
    hours = turn.office.desks.desks[desk].hours
    turn.session.answers = []
    if hours is not None and turn.world.clocks[hours] != "open":
        return _exit(step, "closed")
    turn.say(turn.prompt(f"officers/{extension}/connecting_officer"))
    turn.effects.append(whisper.to(turn, desk))
    turn.session.officer = extension
    return Connect(desk, extension)


def _exit(step: ExtensionStep, exit: str) -> Leave:
    return Leave(exit, step.way(exit) or choice.OPERATORS)
