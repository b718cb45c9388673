"""`hours`: branch by a clock of calendar.yaml."""

from __future__ import annotations

from pydantic import Field

from ivr.language.fields import Destination, Name
from ivr.language.steps.base import Step


class Hours(Step):
    """Goes `next` while the clock is open. `lunch` and `holiday` fall back to `closed` when they aren't written."""

    kind = "hours"
    exits = {
        "lunch": "the clock's midday break (else: closed)",
        "holiday": "a public holiday or a day off (else: closed)",
        "closed": "any other time",
    }

    hours: Name = Field(description="The clock.")
    next: Destination = Field(description="Where the call goes while the clock is open.")

    def way(self, exit: str) -> Destination | None:
        return self.else_.get(exit) or self.else_.get("closed")
