"""desks.yaml: who can be reached, and how."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from ivr.language.fields import Duration, Extension, Form, Name, Text

OPERATORS = "operators"
"""The desk that every office has: where 0 leads, and every failure."""


class Desk(Form):
    """A desk: a queue on the exchange, with its officers' extensions or one number at a district office."""

    name: Text = Field(description="How callers hear it and reports print it.")
    agents: list[Extension] = Field(
        default_factory=list, description="Extensions of the officers, in the order they are asked."
    )
    district: Name | None = Field(None, description="District office (config.yaml: exchange.districts).")
    number: Extension | None = Field(None, description="Number to dial at the district office.")
    ring: Literal["together", "in_turn", "longest_idle"] = Field(
        "longest_idle", description="Which free officer rings: all together, in turn, or who has been idle longest."
    )
    hours: Name | None = Field(None, description="Clock of calendar.yaml; without it the desk is always open.")
    wait: Duration = Field(60_000, description="How long a caller waits for an officer before going on to `overflow`.")
    overflow: Name | None = Field(
        None, description="Desk that takes over when this one is closed, empty, busy or slow; default: the operators."
    )

    @model_validator(mode="after")
    def _reachable(self) -> Desk:
        if self.district is None and self.number is not None:
            raise ValueError("`number` needs `district`: the district office that it is dialled at")
        if self.district is not None and self.number is None:
            raise ValueError("`district` needs `number`: what is dialled there")
        if not self.agents and self.district is None:
            raise ValueError("nobody can ring this desk: give it `agents`, or `district` and `number`")
        return self


class Desks(Form):
    """desks.yaml as a whole."""

    agents: dict[Extension, Text] = Field(description="Every officer's extension and name.")
    desks: dict[Name, Desk] = Field(description="The desks.")

    @model_validator(mode="after")
    def _operators(self) -> Desks:
        if OPERATORS not in self.desks:
            raise ValueError(f"the desk “{OPERATORS}” is missing: 0 and every failure lead there")
        return self

    def overflow(self, desk: str) -> str | None:
        """The next hop after `desk`: its own `overflow`, else the operators; None when that is itself."""
        following = self.desks[desk].overflow or OPERATORS
        return None if following == desk else following
