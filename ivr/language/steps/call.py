"""`call`: go through another flow, and come back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from ivr.language.fields import VARIABLE, Destination, Name
from ivr.language.steps.base import Step
from ivr.language.template import Assigned

DEPTH = 8
"""Most flows that can be on their way back at once."""


class CallStep(Step):
    """Goes through another flow as if its steps stood here, and on at `next` when that flow comes to `return`.

    The flow called knows no variables but its arguments and the case that was found, and nothing that it sets is
    known here but what it returns. What isn't set there when it returns isn't set here. `back` from its first menu
    leads to the menu before the call. Flows called by one another go eight deep at most.
    """

    kind = "call"
    waits = True  # whether the flow called does is looked at by the check of subflows
    exits = {"failed": "eight flows are on their way back already"}
    defaults = {"failed": "desk/operators"}

    call: Annotated[str, Field(pattern=r"^flow/[a-z][a-z0-9_]{0,39}$")] = Field(description="The flow: flow/NAME.")
    with_: dict[Name, Assigned] = Field(
        default_factory=dict,
        alias="with",
        description="Arguments, variable there to text; {name} stands for a variable here, and alone keeps its type.",
    )
    returns: dict[Name, Annotated[str, Field(pattern=VARIABLE)]] = Field(
        default_factory=dict, description="What it gives back: variable here to variable there."
    )
    next: Destination = Field(description="Where the call goes on when the flow returns.")

    @property
    def flow(self) -> str:
        """Bare name of the flow called."""
        return self.call.removeprefix("flow/")

    def destinations(self) -> Iterator[tuple[tuple[str | int, ...], Destination]]:
        yield ("call",), self.call
        yield from super().destinations()

    def variables(self) -> dict[str, str]:
        return dict.fromkeys(self.returns, "text")

    def copies(self) -> dict[str, str]:
        return self.returns | {name: text.copied for name, text in self.with_.items() if text.copied}

    def set_at(self, variable: str) -> tuple[str, ...]:
        return ("with" if variable in self.with_ else "returns", variable)

    def reads(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        for argument, text in self.with_.items():
            for name in text.variables:
                yield ("with", argument), name
