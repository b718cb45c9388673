"""Decision tables: rows that say which desk it is, depending on a few columns; `*` fits anything."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from ivr.errors import Problem, Severity

ANY = "*"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what it fits (a value per column), the desk, and where it stands."""

    values: tuple[str, ...]
    desk: str
    line: int
    column: int = 1
    source: str = ""

    def fits(self, answers: Sequence[str]) -> bool:
        """Whether the row fits the answers given so far, in column order."""
        return all(value in (ANY, answer) for value, answer in zip(self.values, answers, strict=False))

    @property
    def exact(self) -> int:
        """How many columns it names a value for: of the rows that fit, the most exact one counts."""
        return sum(value != ANY for value in self.values)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A decision table. `columns` leaves out the desk; `file` is how problems call it; `path`: below the office.

    What was once answered is remembered: every call asks the same few questions.
    """

    name: str
    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    path: str = ""
    _choices: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict, init=False, repr=False)
    _found: dict[tuple[str, ...], str | None] = field(default_factory=dict, init=False, repr=False)

    def choices(self, answers: Sequence[str]) -> tuple[str, ...]:
        """What can be answered for the next column after `answers`, in the table's order.

        Empty when the rows still in question fit anything there: then nothing needs to be asked.
        """
        given = tuple(answers)
        if given not in self._choices:
            values = [row.values[len(given)] for row in self.rows if row.fits(given)]
            self._choices[given] = tuple(dict.fromkeys(value for value in values if value != ANY))
        return self._choices[given]

    def most(self, column: str) -> tuple[str, ...]:
        """The most that can be offered for a column, whatever was answered before."""
        index = self.columns.index(column)
        starts = {row.values[:index] for row in self.rows}
        return max((self.choices(start) for start in starts), key=len, default=())

    def find(self, answers: Sequence[str]) -> str | None:
        """Desk of the most exact row that fits (of equals, the first), or None."""
        given = tuple(answers)
        if given not in self._found:
            fitting = [row for row in self.rows if row.fits(given)]
            self._found[given] = max(fitting, key=lambda row: row.exact).desk if fitting else None
        return self._found[given]

    def labels(self, columns: Collection[str] | None = None) -> list[str]:
        """Every value of these columns (default: of all), in order, once."""
        wanted = [i for i, column in enumerate(self.columns) if columns is None or column in columns]
        return list(dict.fromkeys(row.values[i] for row in self.rows for i in wanted if row.values[i] != ANY))

    def problem(self, row: Row, message: str, hint: str = "", severity: Severity = "error") -> Problem:
        """Something that is wrong with a row."""
        return Problem(self.file, row.line, row.column, message, hint, row.source, severity)
