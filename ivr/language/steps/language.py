"""`language`: go on in another language."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from ivr.language.fields import Destination, Duration, Language
from ivr.language.steps.base import Step
from ivr.language.steps.menu import option_keys

CODE = {"type": "string", "pattern": "^[a-z]{2}$"}


def _languages(value: object) -> object:
    """A bare language is the only one, with no key to press."""
    return {"": value} if isinstance(value, str) else option_keys(value)


class LanguageStep(Step):
    """Switches the language (`language: en`), or lets the caller choose it (`language: {1: ko, 2: en}`): each is
    offered in its own words, `phrases: this_language` of its texts. 0, # and * mean what they do in a menu.

    It stays for the rest of the call, for the messages promised in it and for the line's own announcements. A number
    that is dialled for a language needs no step: config.yaml, `lines`. What was looked up before stays as it was told.
    """

    kind = "language"
    waits = True
    operator = True
    exits = {"failed": "no valid key after `tries` attempts (else: as `next`, in the language as it was)"}

    language: Annotated[
        dict[str, Language],
        BeforeValidator(_languages),
        WithJsonSchema({"anyOf": [CODE, {"type": "object", "additionalProperties": CODE, "minProperties": 1}]}),
    ] = Field(description="The language: en; or key to language, to be asked.")
    timeout: Duration = Field(5_000, description="How long a key is waited for after the speech.")
    tries: int = Field(2, ge=1, le=9, description="Attempts before the exit `failed`.")
    next: Destination = Field(description="Where the call goes on.")

    def way(self, exit: str) -> Destination | None:
        return super().way(exit) or self.next
