"""How a desk takes a call in a conversation."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

DeskConduct = Literal["answered", "no_answer", "empty", "full", "failed"]
"""How a desk takes a call: the officer answers and hangs up first, nobody picks up, nobody is there, all lines are
busy, the desk can't be reached."""
ByKey = Annotated[str, Field(pattern=r"^key/[12]$")]
"""Or the caller leaves the queue by a key, for what is offered instead of waiting."""
HandOver = Annotated[str, Field(pattern=r"^desk/[a-z][a-z0-9_]{0,39}$")]
"""Or the officer hands the caller over to another desk."""


def listed(value: object) -> object:
    """One thing is a list of one, nothing an empty one."""
    return value if isinstance(value, list) else [] if value is None else [value]


Conducts = Annotated[list[DeskConduct | HandOver | ByKey], BeforeValidator(listed), Field(min_length=1)]
"""One call after the other; the last one's stays."""
