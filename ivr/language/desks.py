"""desks.yaml: who can be reached, and how."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ivr.language.fields import Duration, Extension, Form, Name, Text, WrongKey
from ivr.language.offer import Offered

OPERATORS = "operators"
"""The desk that every office has: where 0 leads, and every failure."""


_HOP = re.compile(r"^(?:flow/)?[a-z][a-z0-9_]{0,39}$")


def _hop(value: str) -> str:
    if not _HOP.fullmatch(value):
        raise ValueError(f"“{value}” can't take over: write a desk's name, or flow/NAME as the last of a list")
    return value


Hop = Annotated[str, AfterValidator(_hop)]
"""Who takes over from a desk: another desk, or `flow/NAME`, which leaves the desks and ends the chain."""


def _listed(value: object) -> object:
    """One hop is a list of one."""
    return [value] if isinstance(value, str) else value


Chain = Annotated[list[Hop], BeforeValidator(_listed, json_schema_input_type=Hop | list[Hop])]


SOONEST_MS, LATEST_MS = 5_000, 300_000


def _pace(tell: int) -> int:
    if not SOONEST_MS <= tell <= LATEST_MS:
        raise ValueError("callers who wait are told from every 5s to every 5m")
    return tell


class Desk(Form):
    """A desk: a queue on the exchange, with its officers' extensions or one number at a district office."""

    name: Text = Field(description="How callers hear it and reports print it.")
    agents: list[Extension] = Field(
        default_factory=list,
        description="Extensions of the officers, in the order they are asked. By `##` and one of them an officer of "
        "another desk hands a caller over to this one.",
    )
    district: Name | None = Field(None, description="District office (config.yaml: exchange.districts).")
    number: Extension | None = Field(None, description="Number to dial at the district office.")
    ring: Literal["together", "in_turn", "longest_idle"] = Field(
        "longest_idle", description="Which free officer rings: all together, in turn, or who has been idle longest."
    )
    hours: Name | None = Field(None, description="Clock of calendar.yaml; without it the desk is always open.")
    wait: Duration = Field(60_000, description="How long a caller waits for an officer before going on to `overflow`.")
    tell: Annotated[Duration, AfterValidator(_pace)] = Field(
        45_000, description="How often callers in the queue are told their place and the expected wait; 5s to 5m."
    )
    offer: Offered | None = Field(
        None, description="What callers are offered instead of waiting; flow/NAME is short for {voicemail: flow/NAME}."
    )
    whisper: bool = Field(
        True, description="Whether the officer hears what the caller has chosen before the two are connected."
    )
    after: Annotated[str, Field(pattern=r"^flow/[a-z][a-z0-9_]{0,39}$")] | None = Field(
        None, description="Flow after a conversation, e.g. a survey, unless the step says where; default: the end."
    )
    again: bool = Field(
        True,
        description="Whether a step `again` may offer this desk. Set false where nobody else at the same telephone may "
        "learn of the call.",
    )
    overflow: Chain = Field(
        default_factory=list,
        description="Who takes over when this one is closed, empty, busy or slow: a desk, or several in order. "
        "After the last that one's own overflow goes on; `flow/NAME` ends it, e.g. with a message to be left. Default: "
        "the operators.",
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
            message = f"the desk “{OPERATORS}” is missing: 0 and every failure lead there"
            raise WrongKey("desks", message, f'add {OPERATORS}: {{name: …, agents: ["…"]}}, or call one of these so')
        return self

    def desk_of(self, agent: str) -> str:
        """The desk that a call to this officer counts for: the first that he is at, else the operators."""
        return next((name for name, desk in self.desks.items() if agent in desk.agents), OPERATORS)

    def numbers(self) -> dict[str, str]:
        """The desk that a number leads to: a district office's number, or an extension, which leads to the desk where
        that officer is asked soonest."""
        found: dict[str, tuple[int, str]] = {}
        for name, desk in self.desks.items():
            for place, number in enumerate([*desk.agents, *([desk.number] if desk.number else [])]):
                if number not in found or place < found[number][0]:
                    found[number] = place, name
        return {number: name for number, (_, name) in found.items()}

    def chain(self, desk: str) -> list[str]:
        """The hops after `desk`, in order and each once: its own overflow, then that of the last desk named, and so on.

        A desk that says nothing goes on to the operators. A `flow/NAME` ends the chain.
        """
        chain, last = [desk], desk
        while last in self.desks:
            hops = self.desks[last].overflow or [OPERATORS]
            end = hops[-1] in chain
            chain += [hop for hop in hops if hop not in chain]
            if end:
                break
            last = hops[-1]
        return chain[1:]

    def beside(self, earlier: Iterable[Desks]) -> Desks:
        """These, and what only `earlier` ones have: calls that began with those may still go there."""
        agents, desks = self.agents, self.desks
        for one in earlier:
            agents = {**agents, **one.agents, **agents}
            desks = {**desks, **one.desks, **desks}
        return self.model_copy(update={"agents": agents, "desks": desks})
