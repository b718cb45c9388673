"""What the names of conditions stand for at this moment of a call."""

from __future__ import annotations

from ivr.engine.turn import Turn
from ivr.language.calendar import WEEKDAYS
from ivr.language.condition import Look
from ivr.language.names import Scalar
from ivr.language.prompt import Value


def look(turn: Turn) -> Look:
    """The names as this turn finds them; None for what isn't known: a variable not set, a queue not seen."""

    def find(name: str) -> Scalar | None:
        value = turn.session.variables.get(name)
        if value is not None:
            return _content(value)
        match name.split("."):
            case ["clock", clock]:
                return turn.world.clocks.get(clock)
            case ["calendar", season]:
                return turn.world.calendar.get(season)
            case ["queue", desk, figure]:
                return getattr(turn.world.queues.get(desk), figure, None)
            case ["notice", notice]:
                return notice in turn.world.notices
            case ["call" | "caller", fact]:
                return _facts(turn).get(fact)
        return None

    return find


def _facts(turn: Turn) -> dict[str, Scalar]:
    session, world = turn.session, turn.world
    return {
        "known": world.known,
        "mobile": world.mobile,
        "line": world.line,
        "language": session.language,
        "slow": session.slow,
        "date": f"{world.now:%Y-%m-%d}",
        "time": f"{world.now:%H:%M}",
        "weekday": WEEKDAYS[world.now.weekday()],
    }


def _content(value: Value) -> Scalar | None:
    """A variable as it is compared: a case's words by their names in the files, numbers as such."""
    if value.type not in ("number", "amount"):
        return value.code or value.content
    try:
        return int(value.content)
    except ValueError:
        return None
