"""Conduct of `survey`."""

from __future__ import annotations

from ivr.engine.effects import Ask, Rated
from ivr.engine.events import Digits
from ivr.engine.steps import choice
from ivr.engine.turn import Leave, Turn
from ivr.language.steps import Survey
from ivr.language.steps.survey import SCALE


def enter(turn: Turn, step: Survey) -> Ask:
    """Ask, with the scale's own words or the line's."""
    here = turn.here
    if step.scale:
        question, scale = f"{here}/survey", [turn.prompt(f"{here}/scale/{n}") for n in range(1, SCALE + 1)]
    else:
        question, scale = here, [turn.phrase(f"scale_{n}") for n in range(1, SCALE + 1)]
    return turn.ask([turn.prompt(question), *scale], 1, step.timeout)


def answer(turn: Turn, step: Survey, event: Digits) -> Leave | Ask:
    """Keep the answer, thank for it, and go on; silence is an answer, too: nobody is asked twice against his will."""
    if event.keys and event.keys in "12345"[:SCALE]:
        turn.effects.append(Rated(step.as_, int(event.keys), turn.session.served))
        turn.say(turn.phrase("thanks"))
        return Leave("next", step.next)
    if event.timed_out and not event.keys:
        return Leave("declined", step.way("declined") or step.next)
    return choice.otherwise(turn, event, step, enter)
