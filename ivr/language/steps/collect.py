"""`collect`: ask for digits, a telephone number, a date or an amount, and keep it in a variable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from ivr.language.digit_pattern import DigitPattern
from ivr.language.fields import Destination, Duration, Name, Text
from ivr.language.inputs import LENGTHS, SAMPLES, InputKind
from ivr.language.steps.base import Step


def _length(value: object) -> tuple[int, int] | None:
    """ "8" or "6-8" as the fewest and most digits."""
    if value is None or isinstance(value, tuple):
        return value
    match = re.fullmatch(r"^(\d{1,2})(?:-(\d{1,2}))?$", str(value))
    fewest, most = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 1 <= fewest <= most <= 32:
        raise ValueError(f"“{value}” is no length: write 8 or 6-8, at most 32")
    return fewest, most


class Collect(Step):
    """Asks for digits, a telephone number, a date (MMDD of this year, or YYYYMMDD) or an amount in won. 0 is a digit
    here; # ends the input, a lone # goes to the menu before, * starts over. What doesn't fit is asked again.

    With `confirm` the value is read back, by its kind: 1 is right, 2 asks again; the other keys are a menu's.
    """

    kind = "collect"
    waits = True
    exits = {"failed": "no valid input after `tries` attempts"}
    defaults = {"failed": "desk/operators"}

    collect: InputKind = Field(description="What is asked for: digits, phone, date or amount.")
    length: Annotated[tuple[int, int] | None, BeforeValidator(_length)] = Field(
        None, description="How many digits: 8, or from–to as 6-8. Only for `digits`, and needed there."
    )
    pattern: str | None = Field(
        None,
        description="What the digits must fit as a whole: a regular expression of digits, `\\d`, `[1-4]`, `{n}` and "
        "alternatives, with one of `?`, `*`, `+`, `{n,m}` in each.",
    )
    confirm: bool = Field(False, description="true: is read back, and asked again unless the caller says it is right.")
    as_: Name = Field(alias="as", description="Variable that keeps it.")
    prompt: Text = Field(description="What is asked.")
    timeout: Duration = Field(5_000, description="How long the next key is waited for.")
    tries: int = Field(3, ge=1, le=9, description="Attempts before the exit `failed`.")
    next: Destination = Field(description="Where the call goes on.")

    @model_validator(mode="after")
    def _fits(self) -> Collect:
        if self.collect == "digits" and self.length is None:
            raise ValueError("the key “length” is missing: how many digits?")
        return self

    @field_validator("length")
    @classmethod
    def _only_of_digits(cls, value: tuple[int, int] | None, info: ValidationInfo) -> tuple[int, int] | None:
        kind = info.data.get("collect", "digits")
        if value is not None and kind != "digits":
            raise ValueError(f"`length` is for digits: what a {kind} is, is known")
        return value

    @field_validator("pattern")
    @classmethod
    def _pattern(cls, value: str | None, info: ValidationInfo) -> str | None:
        fewest, most = info.data.get("length") or LENGTHS.get(info.data.get("collect", "digits"), (1, 32))
        if value is not None and DigitPattern(value).sample(fewest, most) is None:
            many = f"{fewest}" if fewest == most else f"{fewest} to {most}"
            raise ValueError(f"the pattern fits no input of {many} digits")
        return value

    @property
    def bounds(self) -> tuple[int, int]:
        """Fewest and most digits."""
        return self.length or LENGTHS[self.collect]

    def fits(self, digits: str) -> bool:
        """Whether the digits have the right number and fit the pattern."""
        fewest, most = self.bounds
        known = digits.isascii() and digits.isdecimal() and fewest <= len(digits) <= most
        return known and (self.pattern is None or DigitPattern(self.pattern).fits(digits))

    @property
    def sample(self) -> str:
        """A good input, for whoever walks through the flow without a caller."""
        fewest, most = self.bounds
        drawn = DigitPattern(self.pattern).sample(fewest, most) if self.pattern else None
        return drawn or SAMPLES.get(self.collect) or "0" * most

    def texts(self) -> Iterator[tuple[str, str, str | None]]:
        yield "", self.prompt, None

    def variables(self) -> dict[str, str]:
        return {self.as_: self.collect}
