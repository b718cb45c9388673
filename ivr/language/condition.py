"""Conditions, and the plain way to write them: names with what they have to be, all of which must hold.

{case.status: 완료, queue.exams.waiting: ">= 5", call.weekday: [sat, sun]}
"""

from __future__ import annotations

import datetime
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ivr.language.fields import milliseconds
from ivr.language.names import Known, Scalar, way_out
from ivr.language.source import did_you_mean

Look = Callable[[str], Scalar | None]
"""What a name stands for now; None when that isn't known."""

Plain = Mapping[str, str | Sequence[str]]
"""A plain condition as it is written."""

Complain = Callable[[Sequence[str | int], str, str, bool], None]
"""Takes a problem: path below the condition, message, hint, and whether it is the key there that is wrong."""

OPERATORS: dict[str, Callable[[Scalar, Scalar], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
ORDERED = ("number", "amount", "seconds", "date", "time")
"""Types that are more or less; the others are the same or not."""

_COMPARISON = re.compile(r"(==|!=|<=|>=|<|>)?\s*(.*)", re.DOTALL)


class Condition(Protocol):
    """Something that holds or doesn't."""

    def holds(self, look: Look) -> bool | None:
        """Whether it holds; None when that can't be told. Never raises."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One name against the values it may have: any of `allowed`, each with its operator."""

    name: str
    allowed: tuple[tuple[str, Scalar], ...]

    def holds(self, look: Look) -> bool | None:
        """Whether what the name stands for now fits."""
        seen = look(self.name)
        if seen is None or any(type(seen) is not type(value) for _, value in self.allowed):
            return None
        return any(OPERATORS[sign](seen, value) for sign, value in self.allowed)


@dataclass(frozen=True, slots=True)
class All:
    """Several comparisons at once. One that doesn't hold decides, also when another can't be told."""

    comparisons: tuple[Comparison, ...]

    def holds(self, look: Look) -> bool | None:
        """Whether every comparison holds."""
        found = [comparison.holds(look) for comparison in self.comparisons]
        return False if False in found else None if None in found else True


def compile_plain(written: Plain, names: Mapping[str, Known], complain: Complain) -> Condition:
    """A plain condition, with everything that is wrong with it given to `complain`."""
    comparisons: list[Comparison] = []
    for name, wanted in written.items():
        known = names.get(name)
        if known is None:
            complain((name,), f"there is no name “{name}” to compare", way_out(name, names), True)
            continue
        each = [((name,), wanted)] if isinstance(wanted, str) else [((name, i), text) for i, text in enumerate(wanted)]
        allowed: list[tuple[str, Scalar]] = []
        for at, text in each:
            try:
                allowed.append(_allowed(name, known, text))
            except _Misfit as misfit:
                complain(at, str(misfit), misfit.hint, False)
        comparisons.append(Comparison(name, tuple(allowed)))
    return All(tuple(comparisons))


class _Misfit(ValueError):
    """A value that the name can't have."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def _allowed(name: str, known: Known, text: str) -> tuple[str, Scalar]:
    match = _COMPARISON.fullmatch(text)
    sign, value = (match[1] or "==", match[2].strip()) if match else ("==", text)
    if sign not in ("==", "!=") and known.kind not in ORDERED:
        raise _Misfit(f"“{name}” is neither more nor less: compare it with == or !=")
    if known.values and value not in known.values:
        raise _Misfit(f"“{name}” is never “{value}”", did_you_mean(value, known.values))
    return sign, _READ[known.kind](name, value)


def _number(name: str, value: str) -> Scalar:
    if not re.fullmatch(r"-?[0-9]{1,15}", value):
        raise _Misfit(f"“{name}” is a whole number, “{value}” is none", 'write e.g. ">= 5"')
    return int(value)


def _flag(name: str, value: str) -> Scalar:
    if value not in ("true", "false"):
        raise _Misfit(f"“{name}” is true or false, never “{value}”")
    return value == "true"


def _seconds(name: str, value: str) -> Scalar:
    try:
        return milliseconds(value) // 1000
    except ValueError as error:
        raise _Misfit(str(error)) from None


def _date(name: str, value: str) -> Scalar:
    try:
        return datetime.date.fromisoformat(value).isoformat()
    except ValueError:
        raise _Misfit(f"“{name}” is a date, “{value}” is none", 'write e.g. ">= 2026-12-31"') from None


def _time(name: str, value: str) -> Scalar:
    if not re.fullmatch(r"([01]?[0-9]|2[0-3]):[0-5][0-9]", value):
        raise _Misfit(f"“{name}” is a time of day, “{value}” is none", 'write e.g. "< 09:30"')
    return value.zfill(len("09:30"))  # times are compared as texts


def _digits(name: str, value: str) -> Scalar:
    if not re.fullmatch(r"[0-9]+", value):
        raise _Misfit(f"“{name}” is digits, “{value}” is none of them")
    return value


def _text(name: str, value: str) -> Scalar:
    return value


_READ: dict[str, Callable[[str, str], Scalar]] = {
    "text": _text,
    "digits": _digits,
    "phone": _digits,
    "number": _number,
    "amount": _number,
    "date": _date,
    "time": _time,
    "flag": _flag,
    "seconds": _seconds,
}
"""How a value is read, by the type of the name it is compared with."""
