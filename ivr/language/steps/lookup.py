"""`lookup`: find what the caller asks about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from ivr.language.address import Address
from ivr.language.answer import Answer
from ivr.language.fields import Destination, Duration, Name, Size
from ivr.language.steps.base import Step

CASE = {
    "case.receipt": "digits",
    "case.type": "text",
    "case.status": "text",
    "case.desk": "text",
    "case.deadline": "date",
    "case.remedy": "text",
}
"""What a case found is spoken with, and the value type of each."""
LONGEST_MS = 5_000


def _bearable(ms: int) -> int:
    if not 0 < ms <= LONGEST_MS:
        raise ValueError("a caller hears nothing meanwhile: at most 5s")
    return ms


class Lookup(Step):
    """`case` finds a case by its receipt number, for whoever gives the last four digits of the registered number or
    calls from it. A receipt number alone tells nothing, and attempts are limited across calls.

    `http` asks another system by GET and takes the `values` of its JSON for variables. A machine within the office's
    own network is asked only when config.yaml names it (`lookups: internal`); redirects aren't followed.
    """

    kind = "lookup"
    exits = {
        "missing": "nothing fits what was given (a case: which of it was wrong isn't told; http: status 404, 410, 204)",
        "failed": "a case: the third time that nothing fits, or too many attempts before this call; http: a variable "
        "isn't set, or the answer isn't as declared",
        "sensitive": "the case is open to the desk in charge alone",
        "unavailable": "the database can't be asked within a second, the other system not within `timeout`",
    }
    defaults = {"failed": "desk/operators", "sensitive": "desk/operators", "unavailable": "desk/operators"}

    lookup: Literal["case", "http"] = Field(description="What is looked for: case, or http for another system.")
    by: Annotated[list[Name], Field(max_length=10)] = Field(
        default_factory=list,
        description="Variables. case: the receipt number, and the last four digits of the registered number. http: "
        "what is sent, by name, as the query.",
    )
    url: Address | None = Field(
        None, description="http: the address; {name} stands for a variable in path and query, encoded."
    )
    values: Answer = Field(default_factory=dict, description="http: variable to the type of its value in the answer.")
    timeout: Annotated[Duration, AfterValidator(_bearable)] = Field(
        3_000, description="http: how long an answer is waited for, at most 5s."
    )
    limit: Size = Field(64 * 1024, description="http: largest answer taken, at most 1MB.")
    next: Destination = Field(description="Where the call goes on when it is found.")

    @model_validator(mode="after")
    def _complete(self) -> Lookup:
        if self.lookup == "http" and (self.url is None or not self.values):
            raise ValueError("`lookup: http` needs `url` and `values`")
        if self.lookup == "case" and not 1 <= len(self.by) <= 2:
            raise ValueError("`lookup: case` needs `by`: the variable of the receipt number, and of four digits")
        if self.lookup == "case" and self.model_fields_set & {"url", "values", "timeout", "limit"}:
            raise ValueError("`url`, `values`, `timeout` and `limit` belong to `lookup: http`")
        return self

    def way(self, exit: str) -> Destination | None:
        return super().way(exit) or (self.way("failed") if exit == "missing" else None)

    def variables(self) -> dict[str, str]:
        return dict(CASE) if self.lookup == "case" else {name: wanted.type for name, wanted in self.values.items()}

    def set_at(self, variable: str) -> tuple[str, ...]:
        return ("lookup",) if self.lookup == "case" else ("values", variable)

    def reads(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        if self.lookup == "case":
            yield ("by", 0), self.by[0]  # without the last four digits, only the caller's own number proves the case
            return
        yield from ((("by", i), name) for i, name in enumerate(self.by))
        yield from ((("url",), name) for name in (self.url.variables if self.url else ()))
