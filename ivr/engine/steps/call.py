"""Conduct of `call`, and of `return` at its other end."""

from __future__ import annotations

from ivr.engine.session import Frame, Session
from ivr.engine.steps import choice
from ivr.engine.turn import Leave, Turn
from ivr.language.prompt import Value
from ivr.language.steps import CallStep
from ivr.language.steps.call import DEPTH


def enter(turn: Turn, step: CallStep) -> Leave:
    """Into the flow called, with its arguments for variables."""
    session = turn.session
    if len(session.frames) >= DEPTH:
        return Leave("failed", step.way("failed") or choice.OPERATORS)
    arguments = {name: text.value(session.variables) for name, text in step.with_.items()}
    session.frames.append(Frame(session.flow, session.step, session.variables, len(session.menus)))
    session.variables = _case(session) | arguments
    return Leave("call", step.call)


def resume(turn: Turn) -> Leave:
    """Back from the flow called, with what it returns; its menus are no longer a way back."""
    session = turn.session
    there = session.variables
    del session.menus[session.frames[-1].menus :]
    unwind(session)
    step = turn.office.flows[session.flow].steps[session.step]
    assert isinstance(step, CallStep)  # noqa: S101 - for the type checker: only this kind makes frames
    for name, source in step.returns.items():
        session.variables.pop(name, None)
        if source in there:
            session.variables[name] = there[source]
    return Leave("next", step.next)


def unwind(session: Session) -> None:
    """Leave the flow called for the one that called it. Only the case found, which is the whole call's, stays."""
    frame = session.frames.pop()
    own = {name: value for name, value in frame.variables.items() if not name.startswith("case.")}
    session.variables = own | _case(session)
    session.flow, session.step = frame.flow, frame.step


def _case(session: Session) -> dict[str, Value]:
    return {name: value for name, value in session.variables.items() if name.startswith("case.")}
