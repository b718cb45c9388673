"""The kinds of value that stand in an office's files: names, keys, durations, times, destinations."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

NAME = r"^[a-z][a-z0-9_]{0,39}$"

Name = Annotated[str, Field(pattern=NAME)]
"""Name of a flow, step, desk, clock or variable: small letters, digits, `_`; at most 40, so that it is safe in
Asterisk's configuration, in a URL and as a file's name."""

Text = Annotated[str, Field(min_length=1, max_length=2000)]
"""Words to be spoken; `{name}` stands for a variable."""

EXTENSION = r"^[0-9]{2,20}$"

Extension = Annotated[str, Field(pattern=EXTENSION)]
"""A telephone number or extension as it is dialled: digits only."""


LANGUAGE = r"^[a-z]{2}$"

Language = Annotated[str, Field(pattern=LANGUAGE)]
"""A language's code, e.g. ko."""


class Form(BaseModel):
    """Base of everything an admin writes: unknown keys are errors, values don't change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class WrongKey(ValueError):
    """A key of a mapping is wrong, and is told of at its own place; `hint`: the way out."""

    def __init__(self, key: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.key = key
        self.hint = hint


_DURATION = re.compile(r"^(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h|d)$")
_UNIT_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


def milliseconds(text: str) -> int:
    """A duration with its unit ("5s", "1.5m", "200ms"). Raises ValueError, in words for an admin."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"“{text}” is no duration: write a number and a unit, e.g. 5s, 2m, 300ms")
    return round(float(match[1]) * _UNIT_MS[match[2]])


def _duration(value: object) -> int:
    return value if isinstance(value, int) else milliseconds(str(value))  # a default is already in ms


Duration = Annotated[int, BeforeValidator(_duration)]
"""Milliseconds; written with a unit."""

_SIZE = re.compile(r"^(\d{1,7})(KB|MB)$")
_MEGABYTE = 1024 * 1024


def _size(value: object) -> int:
    """A size with its unit ("64KB") in bytes."""
    if isinstance(value, int):  # a default, already in bytes
        return value
    match = _SIZE.fullmatch(str(value))
    size = int(match[1]) * (1024 if match[2] == "KB" else _MEGABYTE) if match else 0
    if not 0 < size <= _MEGABYTE:
        raise ValueError(f"“{value}” is no size: write a number and a unit, e.g. 64KB, at most 1MB")
    return size


Size = Annotated[int, BeforeValidator(_size)]
"""Bytes; written with a unit."""

VARIABLE = r"^[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39})?$"
"""Name of a variable in a text: one of the flow's own, or one of a look-up, `case.status`."""

_SPAN = re.compile(r"^([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)$")


def _span(value: object) -> tuple[int, int]:
    """ "08:00-18:00", or "8:00-18:00", as minutes since midnight, start and end.

    An end not after the start lies on the next day.
    """
    if isinstance(value, tuple):
        return value
    match = _SPAN.fullmatch(str(value))
    if match is None or (match[3] == "24" and match[4] != "00"):
        raise ValueError(f"“{value}” is no span of time: write e.g. 08:00-18:00")
    start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    return start, end if end > start else end + 24 * 60


Span = Annotated[tuple[int, int], BeforeValidator(_span)]
"""Minutes since midnight, from (inclusive) and until (exclusive); until > 1440 reaches into the next day."""

_DESTINATION = re.compile(r"^(?:(?:flow|desk)/)?[a-z][a-z0-9_]{0,39}$")


def _destination(value: str) -> str:
    if not _DESTINATION.fullmatch(value):
        raise ValueError(f"“{value}” is no destination: a step's name, flow/NAME, desk/NAME, back, return or hangup")
    return value


Destination = Annotated[str, AfterValidator(_destination)]
"""Where a call goes on: a step of the same flow, `flow/NAME`, `desk/NAME`, `back` (previous menu), `return` (to the
flow that called this one) or `hangup`."""
