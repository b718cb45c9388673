"""`collect`: ask for digits and keep them in a variable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from ivr.language.fields import Destination, Duration, Name, Text
from ivr.language.steps.base import Step


def _length(value: object) -> tuple[int, int]:
    """ "8" or "6-8" as the fewest and most digits."""
    if isinstance(value, tuple):
        return value
    match = re.fullmatch(r"^(\d{1,2})(?:-(\d{1,2}))?$", str(value))
    fewest, most = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 1 <= fewest <= most <= 32:
        raise ValueError(f"“{value}” is no length: write 8 or 6-8, at most 32")
    return fewest, most


class Collect(Step):
    """Asks for digits. 0 is a digit here; # ends the input, a lone # goes to the menu before, * starts over."""

    kind = "collect"
    waits = True
    exits = {"failed": "no valid input after `tries` attempts"}
    defaults = {"failed": "desk/operators"}

    collect: Literal["digits"] = Field(description="What is asked for.")
    length: Annotated[tuple[int, int], BeforeValidator(_length)] = Field(
        description="How many digits: 8, or from–to as 6-8."
    )
    as_: Name = Field(alias="as", description="Variable that keeps them.")
    prompt: Text = Field(description="What is asked.")
    timeout: Duration = Field(5_000, description="How long the next key is waited for.")
    tries: int = Field(3, ge=1, le=9, description="Attempts before the exit `failed`.")
    next: Destination = Field(description="Where the call goes on.")

    def texts(self) -> Iterator[tuple[str, str, str | None]]:
        yield "", self.prompt, None

    def variables(self) -> dict[str, str]:
        return {self.as_: "digits"}
