"""What every question with one key has in common: 0, #, *, and what happens when the key is none of the options."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar

from ivr.engine import slow
from ivr.engine.effects import Ask
from ivr.engine.events import Digits
from ivr.engine.turn import Leave, Turn
from ivr.language.fields import Destination
from ivr.language.prompt import Prompt
from ivr.language.steps import (
    Again,
    Collect,
    Confirm,
    DeskStep,
    ExtensionStep,
    LanguageStep,
    Menu,
    MessageStep,
    Route,
    Survey,
)

OPERATORS: Destination = "desk/operators"
SERVICE: dict[str, Leave | Literal["replay"]] = {
    "0": Leave("0", OPERATORS),
    "": Leave("back", "back"),  # a lone #, which ends the input
    "*": "replay",
}


def ask(turn: Turn, question: str, options: list[Prompt], back: bool, timeout_ms: int) -> Ask:
    """Speak a question, its options and the keys that mean the same everywhere; `#` when there is a way back."""
    service = [turn.phrase(name) for name in ("operator", "back", "replay", "press") if back or name != "back"]
    return turn.ask([turn.prompt(question), *slow.options(turn, options, first=not back), *service], 1, timeout_ms)


def service(event: Digits) -> Leave | Literal["replay"] | None:
    """What a key does that means the same at every question: 0 the operators, # back, * replay; None for any other."""
    if event.timed_out:
        return None
    return SERVICE.get(event.keys)


Question = Again | Menu | Confirm | Collect | ExtensionStep | LanguageStep | MessageStep | Route | Survey
Asking = TypeVar("Asking", bound=Question)
Asked = TypeVar("Asked")


def otherwise(turn: Turn, event: Digits, step: Asking, ask: Callable[[Turn, Asking], Asked]) -> Leave | Asked:
    """What a key does that is none of the question's own: what it means everywhere, or a failure. `ask` asks again."""
    match service(event):
        case Leave() as way:
            return way
        case "replay":
            return ask(turn, step)
    return failure(turn, event, step) or ask(turn, step)


def failure(turn: Turn, event: Digits, step: Question, exit: str = "failed", wrong: str = "invalid") -> Leave | None:
    """Count a wrong or missing input and say so; `exit` once the step's `tries` are used up, else None.

    `wrong`: the phrase for a wrong one. An operator is announced only where one follows.
    """
    turn.session.tries += 1
    said = "no_input" if event.timed_out and not event.keys else wrong
    if turn.session.tries < step.tries:
        turn.say(turn.phrase(said))
        return None
    leave = Leave(exit, step.way(exit) or OPERATORS)
    turn.say(turn.phrase("too_many" if _to_a_person(turn, leave.to) else said))
    return leave


def _to_a_person(turn: Turn, to: Destination) -> bool:
    """Whether a destination is a desk, or a step that leads to one at once."""
    kind, _, name = to.rpartition("/")
    if kind == "desk":
        return True
    flow = turn.office.flows[name if kind == "flow" else turn.session.flow]
    return isinstance(flow.steps.get(flow.start if kind == "flow" else name), DeskStep)
