"""`set`: keep something in variables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from ivr.language.fields import Destination, Name
from ivr.language.steps.base import Step
from ivr.language.template import Assigned


class SetStep(Step):
    """Sets variables, one after the other, so that a later one may use an earlier. They are data, the same in every
    language: what callers hear stands in a `say`.
    """

    kind = "set"

    set: Annotated[dict[Name, Assigned], Field(min_length=1)] = Field(
        description="Variable to its text; {name} stands for a variable, which, alone, keeps its type."
    )
    next: Destination = Field(description="Where the call goes on.")

    def variables(self) -> dict[str, str]:
        return dict.fromkeys(self.set, "text")

    def copies(self) -> dict[str, str]:
        return {name: text.copied for name, text in self.set.items() if text.copied}

    def set_at(self, variable: str) -> tuple[str, ...]:
        return ("set", variable)

    def reads(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        before: list[str] = []
        for name, text in self.set.items():
            yield from ((("set", name), used) for used in text.variables if used not in before)
            before.append(name)
