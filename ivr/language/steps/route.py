"""`route`: find the desk in a decision table, asking the caller for what it needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from ivr.language.fields import Duration, Name, Text
from ivr.language.steps.base import Step


class Route(Step):
    """Asks, by a menu made of the table's own labels, for each column; then goes to the desk of the row that fits."""

    kind = "route"
    waits = True
    operator = True
    exits = {
        "unknown": "no row fits the answers",
        "failed": "no valid key after `tries` attempts",
    }
    defaults = {"unknown": "desk/operators", "failed": "desk/operators"}

    route: Annotated[str, Field(pattern=r"^tables/[a-z][a-z0-9_]{0,39}\.csv$")] = Field(
        description="The table, e.g. tables/academies.csv."
    )
    ask: Annotated[dict[Name, Text], Field(min_length=1)] = Field(description="Column to question, in the order asked.")
    timeout: Duration = Field(5_000, description="How long a key is waited for after the speech.")
    tries: int = Field(3, ge=1, le=9, description="Attempts before the exit `failed`.")
    next: None = Field(None, description="(a route goes on to the desk of its row)")

    @property
    def table(self) -> str:
        """The table's bare name."""
        return self.route.removeprefix("tables/").removesuffix(".csv")

    def texts(self) -> Iterator[tuple[str, str, str | None]]:
        for column, question in self.ask.items():
            yield f"ask/{column}", question, None

    def written(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        yield ("route",), "next"
        yield from super().written()
