"""`announce`: the place for what is announced before the menu."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ivr.language.fields import Destination
from ivr.language.steps.base import Step


class Announce(Step):
    """Keeps the place of the line's announcements, between greeting and menu. It is silent: an office can't announce
    anything yet. A flow that has the step already won't have to change when it can.
    """

    kind = "announce"

    announce: Literal["line"] = Field(description="Whose announcements: those of the line that was dialled.")
    next: Destination = Field(description="Where the call goes on.")
