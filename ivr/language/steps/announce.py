"""`announce`: the place where notices are heard before the menu."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ivr.language.fields import Destination
from ivr.language.steps.base import Step


class Announce(Step):
    """Speaks the notices that are on the air for the line dialled, in their order, and goes on; silent when there are
    none. Each is heard once in a call. After a notice come its offers, in which 0 is the operators and * repeats it;
    silence goes on. Any other key is taken by the question that follows, and passes over what else is due unless that
    is mandatory. What a notice is: [notices](../notices.md).
    """

    kind = "announce"
    operator = True

    announce: Literal["line"] = Field(description="Whose notices: those of the line that was dialled.")
    next: Destination = Field(description="Where the call goes on.")
