"""Tables of figures on pages: a row for each group, a column for each figure, a group a link to what is behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from reports.figure import Figure
from reports.web.shown import figure
from reports.web.words import Lang

Of = TypeVar("Of")


def nowhere(_group: str) -> str:
    """Where a group leads that has nothing behind it."""
    return ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table to be drawn by parts.html. rows: name, where it leads ("" for nowhere), values. figures: for their
    formulas."""

    caption: str
    note: str
    by: str
    titles: Sequence[str]
    rows: Sequence[tuple[str, str, Sequence[str]]]
    whole: Sequence[str]
    figures: Sequence[Figure[Any]]


def table(
    lang: Lang,
    figures: Sequence[Figure[Of]],
    groups: Mapping[str, Of],
    whole: Of | None,
    *,
    caption: str,
    by: str,
    note: str = "",
    name: Callable[[str], str] = str,
    where: Callable[[str], str] = nowhere,
) -> Table:
    """The figures of groups; whole: of all together, None for no such row. by: what the groups are of."""

    def row(of: Of) -> list[str]:
        return [figure(one, lang, of).value for one in figures]

    return Table(
        caption,
        note,
        by,
        [one.words(lang).title for one in figures],
        [(name(group), where(group), row(of)) for group, of in groups.items()],
        [] if whole is None else row(whole),
        figures,
    )
