"""`lookup`: find what the caller asks about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from ivr.language.fields import Destination, Name
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


class Lookup(Step):
    """Finds a case by its receipt number, for whoever gives the last four digits of the registered number or calls
    from it. A receipt number alone tells nothing, and attempts are limited across calls.
    """

    kind = "lookup"
    exits = {
        "missing": "nothing fits what was given (which of it was wrong isn't told)",
        "failed": "the third time that nothing fits, or too many attempts before this call",
        "sensitive": "the case is open to the desk in charge alone",
        "unavailable": "the database can't be asked within a second",
    }
    defaults = {"failed": "desk/operators", "sensitive": "desk/operators", "unavailable": "desk/operators"}

    lookup: Literal["case"] = Field(description="What is looked for.")
    by: Annotated[list[Name], Field(min_length=1, max_length=2)] = Field(
        description="Variables: the receipt number, and the last four digits of the registered number."
    )
    next: Destination = Field(description="Where the call goes on when it is found.")

    def way(self, exit: str) -> Destination | None:
        return super().way(exit) or (self.way("failed") if exit == "missing" else None)

    def variables(self) -> dict[str, str]:
        return dict(CASE)

    def reads(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        yield ("by", 0), self.by[0]  # without the last four digits, only the caller's own number proves the case
