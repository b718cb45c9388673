"""`message`: promise the caller a message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from ivr.language.fields import Destination, Duration, Text
from ivr.language.steps.base import Step


class MessageStep(Step):
    """Asks whether every change of the case found before is to be told by SMS, to its registered number. The promise
    is on the disk before it is spoken.
    """

    kind = "message"
    waits = True
    operator = True
    exits = {
        "declined": "the caller doesn't want it (else: as `next`)",
        "landline": "the registered number can't take messages",
        "failed": "the promise can't be kept on the disk, or no valid key after `tries` attempts",
    }
    defaults = {"landline": "desk/operators", "failed": "desk/operators"}

    message: Literal["case_status"] = Field(description="The message, from messages.yaml.")
    ask: Text = Field(description="The question; 1 is yes, 2 is no.")
    timeout: Duration = Field(5_000, description="How long a key is waited for after the speech.")
    tries: int = Field(3, ge=1, le=9, description="Attempts before the exit `failed`.")
    next: Destination = Field(description="Where the call goes on.")

    def way(self, exit: str) -> Destination | None:
        return super().way(exit) or (self.next if exit == "declined" else None)

    def texts(self) -> Iterator[tuple[str, str, str | None]]:
        yield "", self.ask, None
