"""`extension`: dial an officer by extension, or by name on the keypad."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from ivr.language.fields import Destination, Duration, Text
from ivr.language.steps.base import Step


class ExtensionStep(Step):
    """Takes an officer's extension, or the name on the keypad: for each syllable the key of its first sound on the
    keypad 천지인 (김하늘 is 485), for a Latin name its letters; the beginning of the name will do. Among several a
    short menu lets the caller choose. Officers and their names stand in desks.yaml under `agents`; a call counts for
    the first desk that an officer is at, and goes by its `hours` and `wait`.

    # ends the input, a lone 0 leads to the operators, a lone # to the menu before, * starts over.
    """

    kind = "extension"
    waits = True
    operator = True
    served = "answered"
    exits = {
        "unknown": "no officer fits, or nothing was pressed, in `tries` attempts",
        "closed": "the clock of the officer's desk isn't open",
        "empty": "the officer's telephone can't be reached",
        "no_answer": "the officer didn't pick up within the desk's `wait`, or talks",
    }
    defaults = dict.fromkeys(exits, "desk/operators")

    extension: Text = Field(description="What is asked. The keys are explained after it.")
    timeout: Duration = Field(5_000, description="How long the next key is waited for.")
    tries: int = Field(3, ge=1, le=9, description="Attempts before the exit `unknown`.")
    next: Destination | None = Field(
        None, description="Where the call goes when the officer has hung up; default: the desk's `after`."
    )

    def texts(self) -> Iterator[tuple[str, str, str | None]]:
        yield "", self.extension, None
