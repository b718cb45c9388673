"""`route`: find the desk in a decision table, asking the caller for what it needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from ivr.language.fields import Duration, Name, Text
from ivr.language.steps.base import Step


class Route(Step):
    """Goes to the desk of the row that fits best: of all that fit, the one that leaves least open. Each column of the
    table is taken from a variable (`by`) or asked, by a menu made of the table's own labels (`ask`).
    """

    kind = "route"
    waits = True
    operator = True
    exits = {
        "unknown": "no row fits",
        "failed": "no valid key after `tries` attempts",
    }
    defaults = {"unknown": "desk/operators", "failed": "desk/operators"}

    route: Annotated[str, Field(pattern=r"^tables/[a-z][a-z0-9_]{0,39}\.(csv|yaml)$")] = Field(
        description="The table, e.g. tables/academies.csv."
    )
    by: list[Name] = Field(default_factory=list, description="Columns taken from the variables of the same names.")
    ask: dict[Name, Text] = Field(default_factory=dict, description="Column to question, in the table's order.")
    timeout: Duration = Field(5_000, description="How long a key is waited for after the speech.")
    tries: int = Field(3, ge=1, le=9, description="Attempts before the exit `failed`.")
    next: None = Field(None, description="(a route goes on to the desk of its row)")

    @property
    def table(self) -> str:
        """The table's bare name."""
        return self.route.removeprefix("tables/").rpartition(".")[0]

    def reads(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        for i, column in enumerate(self.by):
            yield ("by", i), column

    def texts(self) -> Iterator[tuple[str, str, str | None]]:
        for column, question in self.ask.items():
            yield f"ask/{column}", question, None

    def written(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        yield ("route",), "next"
        yield from super().written()
