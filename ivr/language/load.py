"""What a notice's `load` is measured by: figures, each with the threshold that turns it on and the one that turns it
off again. The two lie apart, so that a figure between them changes nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from ivr.language.fields import Duration, Form, Name

Figure = Literal["waiting", "longest_wait", "expected_wait", "calls", "free"]
FIGURES: tuple[Figure, ...] = ("waiting", "longest_wait", "expected_wait", "calls", "free")

_FACTOR = re.compile(r"^(\d{1,4}(?:\.\d{1,4})?)x$")


def _factor(value: object) -> float:
    """ "1.5x" as 1.5."""
    match = _FACTOR.fullmatch(str(value))
    if match is None:
        raise ValueError(f"“{value}” is no multiple of the forecast: write e.g. 1.5x")
    return float(match[1])


Factor = Annotated[float, BeforeValidator(_factor)]
"""A multiple; written as 1.5x."""


class _Rising(Form):
    """Thresholds of a figure that is high when much is going on."""

    @model_validator(mode="after")
    def _apart(self) -> Self:
        on, off = getattr(self, "on", 0), getattr(self, "off", 0)
        if off >= on:
            raise ValueError("`off` has to be below `on`, or the notice would flap")
        return self


class Callers(_Rising):
    """So many callers."""

    on: int = Field(ge=1, le=10_000, description="On from so many.")
    off: int = Field(ge=0, description="Off again at so few.")


class Waits(_Rising):
    """So long a wait."""

    on: Duration = Field(description="On from so long.")
    off: Duration = Field(description="Off again at so short.")


class Pace(_Rising):
    """So many times the calls that the forecast expects."""

    on: Factor = Field(description="On from so many times the forecast.")
    off: Factor = Field(description="Off again at so many times.")


class Officers(Form):
    """So few officers."""

    on: int = Field(ge=0, le=10_000, description="On at so few.")
    off: int = Field(ge=1, description="Off again from so many.")

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.off <= self.on:
            raise ValueError("`off` has to be above `on`, or the notice would flap")
        return self


@dataclass(frozen=True, slots=True)
class Threshold:
    """Where a figure turns a notice on and off; waits in seconds. One that falls under load has `off` above `on`."""

    on: float
    off: float

    def settled(self, value: float, was_on: bool) -> bool:
        """Whether the notice is on at this value, when it was or wasn't before."""
        edge = self.off if was_on else self.on
        if self.off < self.on:
            return value > edge if was_on else value >= edge
        return value < edge if was_on else value <= edge


class Load(Form):
    """The load under which a notice is on the air by itself. Of several figures one is enough."""

    waiting: Callers | None = Field(None, description="Callers who wait, at all its desks together.")
    longest_wait: Waits | None = Field(None, description="How long the first of them has waited.")
    expected_wait: Waits | None = Field(None, description="How long the next caller will wait, as far as is known.")
    calls: Pace | None = Field(None, description="Calls of the last five minutes, against the forecast.")
    free: Officers | None = Field(None, description="Officers who could pick up.")
    at_least: Duration = Field(600_000, description="How long it stays on, once it is.")
    desks: list[Name] = Field(default_factory=list, description="The desks that are looked at; default: all.")

    @model_validator(mode="after")
    def _measured(self) -> Self:
        if not self.thresholds():
            raise ValueError("measures nothing: give it e.g. waiting: {on: 10, off: 4}")
        return self

    def thresholds(self) -> dict[Figure, Threshold]:
        """The figures that are measured, with their thresholds."""
        found: dict[Figure, Threshold] = {}
        for figure in FIGURES:
            pair = getattr(self, figure)
            if pair is not None:
                unit = 1000 if isinstance(pair, Waits) else 1
                found[figure] = Threshold(pair.on / unit, pair.off / unit)
        return found
