"""Conduct of `language`."""

from __future__ import annotations

from dataclasses import replace

from ivr.engine.effects import Ask
from ivr.engine.events import Digits
from ivr.engine.steps import choice
from ivr.engine.turn import Leave, Turn
from ivr.language.prompt import Prompt
from ivr.language.steps import LanguageStep


def enter(turn: Turn, step: LanguageStep) -> Leave | Ask:
    """Switch, or offer each language in its own words."""
    if "" in step.language:
        return _switch(turn, step, "")
    return turn.ask([_offer(turn, language, key) for key, language in step.language.items()], 1, step.timeout)


def answer(turn: Turn, step: LanguageStep, event: Digits) -> Leave | Ask:
    """Go on in the language chosen; whoever chooses none keeps the one that the call has."""
    if event.keys and event.keys in step.language:
        return _switch(turn, step, event.keys)
    return choice.otherwise(turn, event, step, enter)


def _switch(turn: Turn, step: LanguageStep, key: str) -> Leave:
    turn.switch(step.language[key])
    return Leave("next", step.next)


def _offer(turn: Turn, language: str, key: str) -> Prompt:
    return replace(turn.office.prompt(language, "phrases/this_language", {}), key=key, language=language, loose=True)
