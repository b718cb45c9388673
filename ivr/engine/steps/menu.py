"""Conduct of `menu`."""

from __future__ import annotations

from ivr.engine import notices, slow, whisper
from ivr.engine.effects import Ask
from ivr.engine.events import Digits
from ivr.engine.steps import choice
from ivr.engine.turn import Leave, Turn
from ivr.language.steps import Menu


def enter(turn: Turn, step: Menu) -> Leave | Ask:
    """The notices that are due before it; then ask. The menu becomes the place that `back` returns to from below it."""
    if heard := notices.hear(turn, "menu"):
        return heard
    before = len(turn.session.menus)
    menus, here, frames = turn.session.menus, turn.here, turn.session.frames
    own = frames[-1].menus if frames else 0  # a flow that calls itself passes the same menu anew
    del menus[menus.index(here, own) if here in menus[own:] else len(menus) :]
    menus.append(here)
    whisper.ask_again(turn, menus[:-1])
    if not before and (way := slow.straight(turn)):
        return way
    options = [turn.prompt(f"{here}/options/{key}") for key in step.options]
    return choice.ask(turn, f"{here}/menu", options, len(menus) > 1, step.timeout)


def answer(turn: Turn, step: Menu, event: Digits) -> Leave | Ask:
    """Take the option, one of the service keys, or ask again."""
    if event.keys in step.options:
        whisper.chose(turn, f"{turn.here}/options/{event.keys}")
        return Leave(event.keys, step.options[event.keys].next)
    match slow.pressed(turn, event, len(step.options), slow.KEY in step.options):
        case Leave() as way:
            return way
        case True:
            return enter(turn, step)
    return choice.otherwise(turn, event, step, enter)
