"""`when`: go where a condition leads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ivr.language.expression import mentioned
from ivr.language.fields import Destination, Form
from ivr.language.steps.base import Step

BRANCHES = 20
"""Most branches of one step."""


def _condition(value: object) -> object:
    """Either shape of a condition, or words that name both."""
    plain = isinstance(value, dict) and all(_wanted(wanted) for wanted in value.values())
    if not value or not (plain or isinstance(value, str)):
        raise ValueError("is no condition: write names with their values, {case.status: 완료}, or CEL in quotes")
    return value


def _wanted(value: object) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)
    )


If = Annotated[str | dict[str, str | list[str]] | None, BeforeValidator(_condition)]
"""A condition as it is written; None where there is none."""


class Branch(Form):
    """One branch: a condition and where it leads, or, at the end, where everything else leads."""

    if_: If = Field(
        None,
        alias="if",
        description="Names with what they have to be (a value, several, or a comparison as `>= 5`), or an expression.",
    )
    next: Destination | None = Field(None, description="Where the call goes on when it holds.")
    else_: Destination | None = Field(None, alias="else", description="Where it goes when none holds; the last branch.")

    @model_validator(mode="after")
    def _whole(self) -> Branch:
        if (self.if_ is None, self.next is None, self.else_ is None) not in ((False, False, True), (True, True, False)):
            raise ValueError("is no branch: write {if: …, next: …}, and {else: …} as the last")
        return self


def _branches(value: list[Branch]) -> list[Branch]:
    if len(value) < 2 or [branch.else_ is None for branch in value] != [*[True] * (len(value) - 1), False]:
        raise ValueError("needs branches {if: …, next: …}, and once, as the last, {else: …}")
    return value


class When(Step):
    """Goes by the first condition that holds. A condition that can't be told, since it needs a variable that isn't set
    or a queue that can't be seen, leads to `else` at once. The names: [conditions](../conditions.md).
    """

    kind = "when"

    when: Annotated[list[Branch], Field(max_length=BRANCHES), AfterValidator(_branches)] = Field(
        description="The branches, tried in their order; the last is `else`."
    )
    next: None = Field(None, description="(goes on by its branches)")

    def destinations(self) -> Iterator[tuple[tuple[str | int, ...], Destination]]:
        for i, branch in enumerate(self.when):
            if branch.next is not None:
                yield ("when", i, "next"), branch.next
            if branch.else_ is not None:
                yield ("when", i, "else"), branch.else_

    def written(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        for i, branch in enumerate(self.when):
            exit = "else" if branch.if_ is None else "next"
            yield ("when", i, exit), exit if branch.if_ is None else str(i + 1)

    def reads(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        for i, branch in enumerate(self.when):
            if isinstance(branch.if_, str):
                yield from ((("when", i, "if"), name) for name in mentioned(branch.if_))
            elif branch.if_ is not None:
                yield from ((("when", i, "if", name), name) for name in branch.if_)
