"""`menu`: ask for a key; each option says where it leads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import BeforeValidator, Field

from ivr.language.fields import Destination, Duration, Form, Text, WrongKey
from ivr.language.steps.base import Step

RESERVED = {"0": "the operators", "#": "the previous menu", "*": "hearing it again"}


def option_keys(value: object) -> object:
    """Option keys are 1 to 9: 0, # and * mean the same in every menu (ARS guideline, domain.md)."""
    if isinstance(value, dict):
        for key in value:
            if key in RESERVED:
                raise WrongKey(key, f"the key {key} always means {RESERVED[key]}: take 1 to 9")
            if str(key) not in "123456789" or len(str(key)) != 1:
                raise WrongKey(str(key), f"“{key}” is no key of a telephone: take 1 to 9")
        if not value:
            raise ValueError("a menu without options: give it at least one")
    return value


class Option(Form):
    """One choice of a menu."""

    label: Text = Field(description="What it is for, as a noun: spoken as “… 은 1번”, printed in reports.")
    next: Destination = Field(description="Where it leads.")


class Menu(Step):
    """Speaks a question and its options, and takes one key. 0 is the operators, # the menu before, * repeats."""

    kind = "menu"
    waits = True
    operator = True
    exits = {"failed": "no valid key after `tries` attempts"}
    defaults = {"failed": "desk/operators"}

    menu: Text = Field(description="The question.")
    options: Annotated[dict[str, Option], BeforeValidator(option_keys)] = Field(description="Key to option.")
    timeout: Duration = Field(5_000, description="How long a key is waited for after the speech.")
    tries: int = Field(3, ge=1, le=9, description="Attempts before the exit `failed`.")
    next: None = Field(None, description="(a menu goes on by its options)")

    def texts(self) -> Iterator[tuple[str, str, str | None]]:
        yield "menu", self.menu, None
        for key, option in self.options.items():
            yield f"options/{key}", option.label, key

    def destinations(self) -> Iterator[tuple[tuple[str | int, ...], Destination]]:
        for key, option in self.options.items():
            yield ("options", key, "next"), option.next
        yield from super().destinations()
