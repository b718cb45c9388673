"""`confirm`: a question that is answered by yes or no."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from ivr.language.fields import Destination, Duration, Text
from ivr.language.steps.base import Step


class Confirm(Step):
    """Asks a question. 1 is yes and goes `next`, 2 is no; 0 is the operators, # the menu before, * repeats."""

    kind = "confirm"
    waits = True
    operator = True
    exits = {
        "no": "the caller says no (must be written)",
        "failed": "no valid key after `tries` attempts",
    }
    defaults = {"failed": "desk/operators"}

    confirm: Text = Field(description="The question; {name} stands for a variable. The keys are spoken after it.")
    timeout: Duration = Field(5_000, description="How long a key is waited for after the speech.")
    tries: int = Field(3, ge=1, le=9, description="Attempts before the exit `failed`.")
    next: Destination = Field(description="Where the call goes on after a yes.")

    def texts(self) -> Iterator[tuple[str, str, str | None]]:
        yield "", self.confirm, None
