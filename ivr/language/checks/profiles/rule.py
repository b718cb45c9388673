"""A rule of a profile: what it looks for, and everything that its page says of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ivr.errors import Severity
from ivr.language.checks.profiles.look import Look

Origin = Literal["guideline", "custom"]
"""Where a rule comes from: the guideline itself, or what has become custom."""


@dataclass(frozen=True, slots=True)
class Rule:
    """name: in words; why: what it asks for, and the reason; do: the way out; severities: how grave a breach can be;
    check: adds what it finds.
    """

    name: str
    origin: Origin
    why: str
    do: str
    severities: tuple[Severity, ...]
    check: Callable[[Look], None]


def rule(
    origin: Origin, do: str, severities: tuple[Severity, ...] = ("warning",)
) -> Callable[[Callable[[Look], None]], Rule]:
    """Make a rule of the function that looks for its breaches: its name and docstring say what it is about."""

    def made(check: Callable[[Look], None]) -> Rule:
        name = check.__name__.replace("_", " ").capitalize()
        return Rule(name, origin, inspect.cleandoc(check.__doc__ or ""), do, severities, check)

    return made
