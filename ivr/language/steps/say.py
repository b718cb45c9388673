"""`say`: speak a text and go on."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from ivr.language.fields import Destination, Text
from ivr.language.steps.base import Step


class Say(Step):
    """Speaks a text. A key that the caller presses meanwhile is taken by the menu that follows."""

    kind = "say"

    say: Text = Field(description="What is spoken; {name} stands for a variable.")
    barge_in: bool = Field(True, description="false: is heard to its end, whatever is pressed (mandatory notice).")
    next: Destination = Field(description="Where the call goes on.")

    def texts(self) -> Iterator[tuple[str, str, str | None]]:
        yield "", self.say, None
