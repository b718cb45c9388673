"""`hangup`: say goodbye and end the call."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from ivr.language.fields import Text
from ivr.language.steps.base import Step


class HangupStep(Step):
    """Ends the call, after a last text when there is one."""

    kind = "hangup"

    hangup: Text | None = Field(description="What is spoken before; may be left empty.")
    next: None = Field(None, description="(nothing comes after)")

    def texts(self) -> Iterator[tuple[str, str, str | None]]:
        if self.hangup is not None:
            yield "", self.hangup, None

    def written(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        yield ("hangup",), "next"
