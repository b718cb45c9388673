"""`record`: take a voicemail for a desk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, Field

from ivr.language.fields import Destination, Duration, Name, Text
from ivr.language.steps.base import Step

SHORTEST_MS, LONGEST_MS = 5_000, 300_000


def _bounded(length: int) -> int:
    if not SHORTEST_MS <= length <= LONGEST_MS:
        raise ValueError("a voicemail is from 5s to 5m long")
    return length


class Record(Step):
    """Takes a voicemail into a desk's inbox (`ivr inbox`); its officers get the message `voicemail`: in the morning,
    when quiet hours are on, unless messages.yaml calls it `urgent`. The caller speaks after the beep; # or 5 s of
    silence end it, or 10 s in which his telephone sends nothing at all. Then 1 keeps it, 2 records it again, * plays
    it; 0 is the operators and # the menu before, without it. Whoever says nothing more, or hangs up, has left it. It is
    on the disk, encrypted, before that is spoken.
    """

    kind = "record"
    waits = True
    operator = True
    exits = {
        "empty": "nothing was said in `tries` attempts (else: as `next`)",
        "failed": "it can't be recorded, or not be kept on the disk",
    }
    defaults = {"failed": "desk/operators"}

    record: Name = Field(description="Desk whose inbox it goes to, from desks.yaml.")
    prompt: Text = Field(description="What is said before the beep.")
    length: Annotated[Duration, AfterValidator(_bounded)] = Field(120_000, description="Longest recording, 5s to 5m.")
    timeout: Duration = Field(5_000, description="How long a key is waited for when it has been recorded.")
    tries: int = Field(3, ge=1, le=9, description="Attempts before the exit `empty`.")
    next: Destination = Field(description="Where the call goes on.")

    def way(self, exit: str) -> Destination | None:
        return super().way(exit) or (self.next if exit == "empty" else None)

    def texts(self) -> Iterator[tuple[str, str, str | None]]:
        yield "", self.prompt, None

    def desks(self) -> Iterator[tuple[tuple[str, ...], str]]:
        yield ("record",), self.record
