"""What is exported, whatever file it becomes: parts of rows under their columns, and how everything is made. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Literal

from reports.figure import Language
from reports.period import Period

Kind = Literal["text", "count", "share", "seconds", "points", "time"]
"""What a column holds. A time is aware; files show it in the office's zone."""
Format = Literal["csv", "xlsx", "pdf"]


class Small(Enum):
    """Stands for a number that is too small to be shown, or that would give one away."""

    HIDDEN = "*"


HIDDEN = Small.HIDDEN

Value = str | int | float | datetime | Small | None
"""None: there is no such thing, e.g. a share of nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column's title and what it holds. unit: what its numbers are of, where they are written as numbers."""

    title: str
    kind: Kind
    unit: str = ""

    @property
    def heading(self) -> str:
        """The title over numbers."""
        return f"{self.title} ({self.unit})" if self.unit else self.title


@dataclass(frozen=True, slots=True)
class Part:
    """A table. drawn: the column, by its place, of which a bar chart is drawn over the first one; None: no chart.
    total: the last row is of all others together."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    drawn: int | None = None
    total: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """Everything of one export. definitions: a figure's title, formula, denominator and source, each; notes: what else
    a reader has to know."""

    title: str
    period: Period
    language: Language
    parts: Sequence[Part]
    definitions: Sequence[tuple[str, str, str, str]]
    notes: Sequence[str]
