"""Decision tables: each row counts, and can be asked for by telephone."""

from __future__ import annotations

from ivr.errors import Problem
from ivr.language.draft import Draft
from ivr.language.source import did_you_mean


def check(draft: Draft) -> None:
    """Rows name desks that exist, say each thing once, and ask for what nine keys can answer."""
    for table in draft.tables.values():
        seen: dict[tuple[str, ...], int] = {}
        for row in table.rows:
            if draft.desks and row.desk not in draft.desks.desks:
                hint = did_you_mean(row.desk, draft.desks.desks)
                draft.problems.append(Problem(table.file, row.line, 1, f"there is no desk “{row.desk}”", hint))
            if row.values in seen:
                message = f"says the same as line {seen[row.values]}: only that one is used"
                draft.problems.append(Problem(table.file, row.line, 1, message, "delete one of them"))
            seen.setdefault(row.values, row.line)
        for column in range(len(table.columns)):
            for start in {row.values[:column] for row in table.rows}:
                if len(table.choices(start)) > 9:
                    message = f"“{table.columns[column]}” has more than nine values: a telephone has nine keys for them"
                    draft.problems.append(Problem(table.file, 1, 1, message))
