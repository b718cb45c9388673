"""`again`: who rang lately is offered the same desk first."""

from __future__ import annotations

from pydantic import Field, field_validator

from ivr.language.fields import Destination, Duration
from ivr.language.steps.base import Step

LONGEST_MS = 366 * 86_400_000


class Again(Step):
    """Offers the desk that this caller talked to last. 1 connects, 2 goes `next`; 0 is the operators, # the menu
    before, * repeats.

    Who talked to none in that time, who shows no number, whose desk is closed or has `again: false`, and everybody
    while the database can't be asked within a second, hears nothing of it and goes `next` at once.

    It stands best behind a menu's option. What is said right before it is spoken by itself, before the database is
    asked: who presses a menu's key during a greeting, as callers do who know the line, would press in vain.
    """

    kind = "again"
    waits = True
    operator = True
    exits = {"failed": "no valid key after `tries` attempts"}
    defaults = {"failed": "desk/operators"}

    again: Duration = Field(description="How long ago the call to that desk may have been, e.g. 7d; at most 366d.")
    timeout: Duration = Field(5_000, description="How long a key is waited for after the speech.")
    tries: int = Field(3, ge=1, le=9, description="Attempts before the exit `failed`.")
    next: Destination = Field(description="Where the call goes on when there is no such desk, or after a no.")

    @field_validator("again")
    @classmethod
    def _bounded(cls, value: int) -> int:
        if not 0 < value <= LONGEST_MS:
            raise ValueError("must be more than nothing and at most 366d")
        return value
