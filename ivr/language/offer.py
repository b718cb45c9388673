"""What callers are offered instead of waiting for a desk, and by which keys: the same at every desk."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from ivr.language.fields import Duration, Form, Name

VOICEMAIL, MESSAGE = "1", "2"
"""The keys, before the queue and in it."""


class Offer(Form):
    """What callers are offered instead of waiting: 1 for a voicemail, 2 for a message. Before the queue, when the wait
    will be long, and again and again in it; who presses nothing waits on."""

    voicemail: Annotated[str, Field(pattern=r"^flow/[a-z][a-z0-9_]{0,39}$")] | None = Field(
        None, description="flow/NAME that takes a voicemail (a step `record`)."
    )
    message: Name | None = Field(
        None, description="Message of messages.yaml that goes to a caller with a mobile telephone; its variable: desk."
    )
    over: Duration = Field(30_000, description="It is offered before the queue from this expected wait on.")

    @model_validator(mode="after")
    def _something(self) -> Offer:
        if self.voicemail is None and self.message is None:
            raise ValueError("offers nothing: give it voicemail: flow/NAME, or message: NAME")
        return self


def _short(value: Any) -> Any:
    """flow/NAME alone is the voicemail."""
    return {"voicemail": value} if isinstance(value, str) else value


Offered = Annotated[Offer, BeforeValidator(_short, json_schema_input_type=str | Offer)]
"""An offer as it is written in desks.yaml."""
