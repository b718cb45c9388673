"""The figures of a period as a document: by group, and where callers left each step; small numbers hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from reports.drop_off import HUNG_UP
from reports.export.counts import ALL, shown
from reports.export.document import HIDDEN, Column, Document, Part, Value
from reports.export.words import word
from reports.figure import Figure, Language
from reports.figures import figures
from reports.period import Period
from reports.queries import exits, tallies
from reports.report import group_names, named
from reports.sought import By, Filter, of_entries
from reports.suppression import LEAST, hidden
from reports.tally import Tally

_DRAWN = "offered"
"""The figure of the bar chart."""


@dataclass(frozen=True, slots=True)
class Naming:
    """What the office, its desks and its officers (by extension) are called. place: a flow, a step and its exit as a
    reader knows them."""

    office: str
    desks: Mapping[str, str]
    agents: Mapping[str, str]
    place: Callable[[str, str, str], tuple[str, str, str]]

    def desk(self, id: str) -> str:
        """A desk's name; its id where it is gone."""
        return self.desks.get(id, id)

    def group(self, by: By | None, id: str) -> str:
        """A group's name with its id; its id alone when it has no name, or is gone."""
        return named(id, group_names(by, self.desks, self.agents))


def document(
    session: Session, period: Period, by: By | None, where: Filter, naming: Naming, language: Language
) -> Document:
    """The figures of a period by group, with those of all groups together, formulas and notes."""
    wanted = figures()
    groups = tallies(session, period, by, where)
    parts = [_figures(wanted, groups, by, naming, language)]
    if where.desk is None and where.agent is None and (left := exits(session, period, where)):
        parts.append(_exits(left, naming, language))
    entries = of_entries(by, where)
    return Document(
        " · ".join([naming.office, word("figures", language), *_only(where, naming)]),
        period,
        language,
        parts,
        [_definition(figure, language) for figure in wanted],
        [*_counted(entries, groups, language), word("hidden", language), word("exits_note", language)],
    )


def _only(where: Filter, naming: Naming) -> list[str]:
    """What alone is counted, by name: paper tells it nowhere else."""
    asked: list[tuple[By, str | None]] = [
        ("line", where.line),
        ("desk", where.desk),
        ("topic", where.topic),
        ("agent", where.agent),
    ]
    return [naming.group(by, id) for by, id in asked if id is not None]


def _figures(
    wanted: Sequence[Figure[Tally]], groups: Mapping[str, Tally], by: By | None, naming: Naming, language: Language
) -> Part:
    values = shown(wanted, groups)
    first = Column(word(by, language) if by else "", "text")
    rows: list[Sequence[Value]] = [
        [naming.group(by, group), *row] for group, row in values.items() if by and group != ALL
    ]
    rows.append([word("all", language), *values[ALL]])
    columns = [first, *(_column(figure, language) for figure in wanted)]
    drawn = 1 + [figure.key for figure in wanted].index(_DRAWN) if len(rows) > 1 else None
    return Part(word("figures", language), columns, rows, drawn, total=True)


def _column(figure: Figure[Tally], language: Language) -> Column:
    return Column(
        figure.words(language).title, figure.unit, word("seconds", language) if figure.unit == "seconds" else ""
    )


def _exits(left: Mapping[tuple[str, str, str], int], naming: Naming, language: Language) -> Part:
    """A step's exits add up to the calls that came to it, which the step before may tell; those who hung up anywhere to
    those who left the menu, which a figure tells."""
    sums: dict[tuple[str, str, str], list[tuple[str, str, str]]] = {("", "", HUNG_UP): []}
    for key in left:
        sums.setdefault((*key[:2], ""), []).append(key)
        if key[2] == HUNG_UP:
            sums["", "", HUNG_UP].append(key)
    totals = {whole: sum(left[key] for key in keys) for whole, keys in sums.items()}
    gone = hidden([{**left, **totals}], list(sums.items()))
    columns = [Column(word(name, language), "text") for name in ("flow", "step", "exit")]
    rows = [[*naming.place(*key), HIDDEN if key in gone else count] for key, count in left.items()]
    return Part(word("exits", language), [*columns, Column(word("count", language), "count")], rows)


def _definition(figure: Figure[Tally], language: Language) -> tuple[str, str, str, str]:
    words = figure.words(language)
    return words.title, words.formula, words.denominator, words.source


def _counted(entries: bool, groups: Mapping[str, Tally], language: Language) -> list[str]:
    """What is counted; how much of it is imported, unless that or the rest is a small number."""
    imported = sum(tally.imported for tally in groups.values())
    own = sum(tally.contacts for tally in groups.values()) - imported
    told = [word("counted_entries" if entries else "counted_calls", language)]
    return told + ([word("imported", language, imported)] if imported >= LEAST and not 0 < own < LEAST else [])
