"""What isn't done, and why: one error for API, import and command line, with every reason at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ivr.errors import OnestopError

Code = Literal[
    "invalid",  # what was sent isn't right; nothing of it was taken
    "receipt_taken",  # another case has this receipt number
    "no_case",  # there is none, or none that the asker may see: nobody can tell which
    "desk_closed",  # the asker may not act for this desk
    "wrong_transition",  # the case's status can't become that one
    "conflict",  # somebody else changed it meanwhile
    "key_reused",  # the idempotency key was used for something else
    "no_token",  # who asks isn't known
    "no_scope",  # who asks may not do this
]


@dataclass(frozen=True, slots=True)
class Detail:
    """One reason. `index` counts rows from 0; `allowed` are the statuses that may follow. Holds no numbers."""

    message: str
    field: str | None = None
    index: int | None = None
    hint: str | None = None
    allowed: tuple[str, ...] | None = None

    def __str__(self) -> str:
        row = "" if self.index is None else f"row {self.index + 1}: "
        field = "" if self.field is None else f"{self.field}: "
        return f"{row}{field}{self.message}" + (f" ({self.hint})" if self.hint else "")


class Refusal(OnestopError):
    """Refused; nothing was changed."""

    def __init__(self, code: Code, message: str, details: Sequence[Detail] = ()) -> None:
        self.code = code
        self.message = message
        self.details = tuple(details)
        super().__init__("\n".join([message, *(f"  {detail}" for detail in details)]))

    def of_one(self) -> Refusal:
        """The same of a single row, which needs no index."""
        return Refusal(self.code, self.message, [replace(detail, index=None) for detail in self.details])
