"""What `ivr doctor` finds: how things stand, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. what: how it stands, in words; todo: the way out, empty when all is well. Nothing personal
    and no secret is in either."""

    check: str
    level: Level
    what: str
    todo: str = ""


def graded(check: str, value: float, limits: tuple[float, float], what: str, todo: str) -> Finding:
    """A finding by how large a value is: from the first limit on a warning, from the second on an error."""
    warning, error = limits
    level: Level = "error" if value >= error else "warning" if value >= warning else "ok"
    return Finding(check, level, what, "" if level == "ok" else todo)


def lasting(seconds: float) -> str:
    """A time in words that a person reads at a glance: 45 s, 12 min, 5 h, 3 days."""
    for unit, length in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length or (unit == "min" and seconds >= length):
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
