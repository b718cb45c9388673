"""Conduct of `route`."""

from __future__ import annotations

from ivr.engine import slow, whisper
from ivr.engine.effects import Ask
from ivr.engine.events import Digits
from ivr.engine.steps import choice
from ivr.engine.turn import Leave, Turn
from ivr.language.prompt import Value
from ivr.language.steps import Route

NOTHING = Value("text", "")


def enter(turn: Turn, step: Route) -> Leave | Ask:
    """Ask for the first column."""
    turn.session.answers = []
    whisper.ask_again(turn, turn.session.menus)
    return _ask(turn, step)


def answer(turn: Turn, step: Route, event: Digits) -> Leave | Ask:
    """Take the label behind the key; `back` returns to the question before."""
    session = turn.session
    labels = turn.office.tables[step.table].choices(session.answers)
    if event.keys.isascii() and event.keys.isdecimal() and 1 <= int(event.keys) <= len(labels):
        session.answers.append(labels[int(event.keys) - 1])
        session.tries = session.page = 0
        return _ask(turn, step)
    match slow.pressed(turn, event, len(labels), int(slow.KEY) <= len(labels)):
        case Leave() as way:
            return way
        case True:
            return _ask(turn, step)
    match choice.service(event):
        case Leave(exit="back") if _take_back(turn, step):
            return _ask(turn, step)
        case Leave() as way:
            return way
        case "replay":
            return _ask(turn, step)
    return choice.failure(turn, event, step) or _ask(turn, step)


def _ask(turn: Turn, step: Route) -> Leave | Ask:
    """The next question that the table still needs answered, or the desk."""
    answers = turn.session.answers
    table = turn.office.tables[step.table]
    while len(answers) < len(table.columns):
        column = table.columns[len(answers)]
        labels = table.choices(answers)
        if column in step.by:
            answers.append(turn.session.variables.get(column, NOTHING).content)
        elif labels:
            options = [turn.prompt(f"tables/{table.name}/{label}", str(i)) for i, label in enumerate(labels, 1)]
            back = bool(turn.session.menus) or _asked(turn, step) is not None
            return choice.ask(turn, f"{turn.here}/ask/{column}", options, back, step.timeout)
        else:
            answers.append("")  # whatever it is, every row in question fits it
    asked = [label for column, label in zip(table.columns, answers, strict=True) if label and column in step.ask]
    whisper.chose(turn, *(f"tables/{table.name}/{label}" for label in asked))
    desk = table.find(answers)
    return Leave("next", f"desk/{desk}") if desk else Leave("unknown", step.way("unknown") or choice.OPERATORS)


def _asked(turn: Turn, step: Route) -> int | None:
    """Which column the caller answered last; None before the first answer."""
    answers, table = turn.session.answers, turn.office.tables[step.table]
    given = (i for i in range(len(answers)) if table.columns[i] in step.ask and table.choices(answers[:i]))
    return max(given, default=None)


def _take_back(turn: Turn, step: Route) -> bool:
    """Take back the caller's last answer, with what followed from it; False when there is none."""
    last = _asked(turn, step)
    if last is not None:
        del turn.session.answers[last:]
    return last is not None
