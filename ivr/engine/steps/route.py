"""Conduct of `route`."""

from __future__ import annotations

from ivr.engine.effects import Ask
from ivr.engine.events import Digits
from ivr.engine.steps import choice
from ivr.engine.turn import Leave, Turn
from ivr.language.steps import Route


def enter(turn: Turn, step: Route) -> Leave | Ask:
    """Ask for the first column."""
    turn.session.answers = []
    return _ask(turn, step)


def answer(turn: Turn, step: Route, event: Digits) -> Leave | Ask:
    """Take the label behind the key; `back` returns to the question before."""
    session = turn.session
    labels = turn.office.tables[step.table].choices(session.answers)
    if event.keys.isascii() and event.keys.isdecimal() and 1 <= int(event.keys) <= len(labels):
        session.answers.append(labels[int(event.keys) - 1])
        session.tries = 0
        return _ask(turn, step)
    match choice.service(event):
        case Leave(exit="back") if session.answers:
            session.answers.pop()
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
        labels = table.choices(answers)
        if labels:
            options = [turn.prompt(f"tables/{table.name}/{label}", str(i)) for i, label in enumerate(labels, 1)]
            question = f"{turn.here}/ask/{table.columns[len(answers)]}"
            back = bool(answers or turn.session.menus)
            return choice.ask(turn, question, options, back, step.timeout)
        answers.append("")  # whatever it is, every row in question fits it
    desk = table.find(answers)
    return Leave("next", f"desk/{desk}") if desk else Leave("unknown", step.way("unknown") or choice.OPERATORS)
