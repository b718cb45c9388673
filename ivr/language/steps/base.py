"""What every step has: a kind, texts to be spoken, a way on, and named exits for whatever can go another way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field, field_validator

from ivr.language.fields import Destination, Form, WrongKey


class Step(Form):
    """Base of the step types. The kind is the key that holds the main thing: `say`, `menu`, …

    `exits` lists, for each exit allowed under `else`, what it means. An exit that isn't written goes to
    `defaults[exit]`; one in neither must be written. `waits`: whether it waits for the caller, so that a loop through
    it can be left; `operator`: whether 0 leads to the operators there; `served`: the name under which a
    journey keeps the way by `next`.
    """

    kind: ClassVar[str]
    exits: ClassVar[dict[str, str]] = {}
    defaults: ClassVar[dict[str, Destination]] = {}
    waits: ClassVar[bool] = False
    operator: ClassVar[bool] = False
    served: ClassVar[str] = "next"

    next: Destination | None = Field(None, description="Where the call goes on.")
    else_: dict[str, Destination] = Field(
        default_factory=dict, alias="else", description="Where it goes when something else happens, by exit."
    )

    @field_validator("else_")
    @classmethod
    def _known_exits(cls, value: dict[str, Destination]) -> dict[str, Destination]:
        for name in value:
            if name not in cls.exits:
                known = ", ".join(cls.exits) or "none"
                raise WrongKey(name, f"“{cls.kind}” has no exit “{name}” (it has: {known})")
        return value

    def way(self, exit: str) -> Destination | None:
        """Destination of a named exit, its default included; None when there is neither."""
        return self.else_.get(exit) or self.defaults.get(exit)

    def texts(self) -> Iterator[tuple[str, str, str | None]]:
        """The texts it speaks: slot ("" for its only one, "options/2"), words, key of an option or None."""
        return iter(())

    def destinations(self) -> Iterator[tuple[tuple[str | int, ...], Destination]]:
        """Every destination written in it, with its path below the step."""
        if self.next is not None:
            yield ("next",), self.next
        for exit, destination in self.else_.items():
            yield ("else", exit), destination

    def written(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """The exits written in it, by the names under which a call's journey keeps them, with their path below the
        step: what conversations should walk."""
        for path, _ in self.destinations():
            exit = str(path[1] if path[0] in ("options", "else") else path[0])
            yield path, self.served if exit == "next" else exit

    def variables(self) -> dict[str, str]:
        """The variables it sets, with their value type."""
        return {}

    def copies(self) -> dict[str, str]:
        """Those of its variables that are another's copy, and have its type: which is whose."""
        return {}

    def set_at(self, variable: str) -> tuple[str, ...]:
        """Where it sets one of its variables: path below the step."""
        return ("as",)

    def reads(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """The variables it needs besides those in its texts, with their path below the step."""
        return iter(())

    def desks(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """The desks it names other than as a destination, with their path below the step."""
        return iter(())
