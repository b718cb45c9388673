"""`desk`: connect the caller to a desk, with ways of one's own for what may follow."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from ivr.language.fields import Destination, Name
from ivr.language.steps.base import Step


class DeskStep(Step):
    """Connects to a desk. Exits that aren't written follow the desk's `overflow` in desks.yaml.

    The short way, a destination `desk/NAME`, does the same with no exits of its own.
    """

    kind = "desk"
    waits = True
    served = "answered"
    exits = {
        "closed": "the desk's clock isn't open",
        "empty": "nobody is logged in there",
        "no_answer": "nobody picked up within the desk's `wait`, or all lines were busy",
    }

    desk: Name = Field(description="The desk, from desks.yaml.")
    next: Destination | None = Field(
        None, description="Where the call goes when the officer has hung up; default: the desk's `after`."
    )

    def desks(self) -> Iterator[tuple[tuple[str, ...], str]]:
        yield ("desk",), self.desk
