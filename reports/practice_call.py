"""A call tried out in a page: from its beginning with the keys pressed so far, up to where the next ones are asked for.

Nothing of it is kept between two requests: the same keys under the same circumstances are the same call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ivr.errors import OnestopError
from ivr.language.conversation import Circumstances
from ivr.language.office import Office
from ivr.telephony.simulator import Simulator

MOST = 60
"""Questions that a call is tried out for."""

_KEYS = re.compile(r"[0-9*#]{1,40}|-")
_MARKS = {"  ": "heard", "· ": "happens", "» ": "whisper", "☎ ": "desk", "✕ ": "ends"}
"""How the simulator begins its lines."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call so far: lines of kind (heard, press, happens, whisper, desk, ends) and text. asks: how many keys at most
    come next; 0: it is over. journey: the steps left, as FLOW/STEP:EXIT, once it is over."""

    lines: tuple[tuple[str, str], ...]
    asks: int
    journey: tuple[str, ...] = ()


class _Waiting(Exception):
    """More keys are asked for than were given."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__()


def split(keys: str) -> list[str]:
    """ "2,1,-" as what is pressed at each question; "-" waits too long. Raises OnestopError."""
    pressed = [one.strip() for one in keys.split(",") if one.strip()]
    if len(pressed) > MOST or not all(_KEYS.fullmatch(one) for one in pressed):
        raise OnestopError("keys are 0 to 9, * and #, a comma between questions, - for waiting too long")
    return pressed


def circumstances(given: Mapping[str, Any]) -> Circumstances:
    """Circumstances as they were written. Raises OnestopError."""
    try:
        return Circumstances.model_validate(dict(given))
    except ValidationError as error:
        wrong = error.errors(include_input=False)[0]
        raise OnestopError(f"{wrong['loc'][0]}: {wrong['msg']}") from None


def call(office: Office, it: Circumstances, pressed: list[str], *, hang_up: bool = False) -> Call:
    """Try a call; at the end of the keys it waits, or the caller hangs up."""
    lines: list[tuple[str, str]] = []
    left = list(pressed)

    def press(most: int) -> str | None:
        if not left:
            if hang_up:
                return None
            raise _Waiting(most)
        keys = left.pop(0)
        lines.append(("press", keys))
        return "" if keys == "-" else keys

    simulator = Simulator(office, lambda line: lines.append((_MARKS[line[:2]], line[2:])), press)
    try:
        simulator.call(it)
    except _Waiting as waiting:
        return Call(tuple(lines), waiting.most)
    return Call(tuple(lines), 0, tuple(f"{one.flow}/{one.step}:{one.exit}" for one in simulator.journey))
