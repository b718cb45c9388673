"""`survey`: ask how it was, once the officer has hung up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from ivr.language.fields import Destination, Duration, Name, Text
from ivr.language.steps.base import Step

SCALE = 5
"""Keys of the scale: 1 is the best, 5 the worst."""


class Survey(Step):
    """Asks one question that is answered by 1 (the best) to 5 (the worst). It stands behind a desk: `next` of a `desk`
    step, or `after` of a desk in desks.yaml. 0, # and * mean what they do in a menu. Whoever presses nothing is let go.

    The answer is kept with the call, the desk and the officer who spoke last: `ivr report --survey`.
    """

    kind = "survey"
    waits = True
    operator = True
    exits = {
        "declined": "the caller presses nothing (else: as `next`)",
        "failed": "no key of the scale after `tries` attempts (else: as `next`)",
    }

    survey: Text = Field(description="The question.")
    scale: Annotated[list[Text], Field(min_length=SCALE, max_length=SCALE)] | None = Field(
        None,
        description="The five answers as nouns, the best first; default: from very satisfied to very dissatisfied.",
    )
    as_: Name = Field(alias="as", description="Name of the question in reports.")
    timeout: Duration = Field(5_000, description="How long a key is waited for after the speech.")
    tries: int = Field(2, ge=1, le=9, description="Attempts before the exit `failed`.")
    next: Destination = Field("hangup", description="Where the call goes on.")

    def way(self, exit: str) -> Destination | None:
        return super().way(exit) or self.next

    def texts(self) -> Iterator[tuple[str, str, str | None]]:
        yield "survey" if self.scale else "", self.survey, None
        for n, label in enumerate(self.scale or (), 1):
            yield f"scale/{n}", label, str(n)
