"""Decision tables: each row counts, every answer has one row that fits best, and all can be asked by telephone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from ivr.language.draft import Draft
from ivr.language.source import did_you_mean
from ivr.language.steps import Route
from ivr.language.table import ANY, Row, Table

KEYS = 9


def check(draft: Draft) -> None:
    """Rows name desks that exist, say each thing once, and never leave it open which of two desks it is; what is
    asked can be answered by nine keys.
    """
    for table in draft.tables.values():
        seen: dict[tuple[str, ...], int] = {}
        for row in table.rows:
            if draft.desks and row.desk not in draft.desks.desks:
                hint = did_you_mean(row.desk, draft.desks.desks)
                draft.problems.append(table.problem(row, f"there is no desk “{row.desk}”", hint))
            if row.values in seen:
                message = f"says the same as line {seen[row.values]}: only that one is used"
                draft.problems.append(table.problem(row, message, "delete one of them"))
            seen.setdefault(row.values, row.line)
        _ambiguous(draft, table)
        for column in asked(draft, table.name):
            if column in table.columns and len(table.most(column)) > KEYS:
                message = f"“{column}” has more than nine values: a telephone has nine keys for them"
                draft.problems.append(table.problem(table.rows[0], message, "ask for something coarser first"))


def review(draft: Draft) -> None:
    """Warn of tables that nothing routes by, and of answers that no row fits unless a route says what then."""
    for table in draft.tables.values():
        routes = _routes(draft, table.name)
        if not routes:
            problem = table.problem(table.rows[0], f"no step routes by {table.path}", "delete it", "warning")
            draft.problems.append(problem)
        elif any("unknown" not in route.else_ for route in routes) and (gap := missing(table)) is not None:
            message = f"no row fits {shown(table, gap)}"
            hint = "add it, or end with a row of * alone, or write else: {unknown: …} where it is routed"
            draft.problems.append(table.problem(table.rows[-1], message, hint, "warning"))


def asked(draft: Draft, name: str) -> list[str]:
    """The columns of a table that some step asks the caller for."""
    return list(dict.fromkeys(column for route in _routes(draft, name) for column in route.ask))


def missing(table: Table) -> tuple[str, ...] | None:
    """An example of known values that no row fits together; None when there is a row for each combination."""
    known = [table.labels([column]) or [ANY] for column in table.columns]
    complete: set[tuple[int, frozenset[Row]]] = set()

    def gap(at: int, rows: frozenset[Row]) -> tuple[str, ...] | None:
        if (at, rows) in complete:
            return None
        if not rows:
            return tuple(values[0] for values in known[at:])
        for value in known[at] if at < len(known) else ():
            rest = gap(at + 1, frozenset(row for row in rows if row.values[at] in (ANY, value)))
            if rest is not None:
                return (value, *rest)
        complete.add((at, rows))
        return None

    return gap(0, frozenset(table.rows))


def shown(table: Table, values: tuple[str, ...]) -> str:
    """Values with their columns, without those that don't matter."""
    return ", ".join(f"{c} {v}" for c, v in zip(table.columns, values, strict=True) if v != ANY) or "anything else"


def _routes(draft: Draft, name: str) -> list[Route]:
    steps = (step for flow in draft.flows.values() for step in flow.steps.values())
    return [step for step in steps if isinstance(step, Route) and step.table == name]


def _ambiguous(draft: Draft, table: Table) -> None:
    """Two rows fit the same answers, lead to different desks, and neither is the more exact in all it names."""
    exact = {row.values for row in table.rows}
    for one, other in combinations([row for row in table.rows if ANY in row.values], 2):
        if one.desk == other.desk:
            continue
        both = tuple(_meeting(one, other))
        if None not in both and both not in exact:  # where a row is of its own, that one decides
            common = tuple(value or ANY for value in both)
            message = f"{shown(table, common)}: line {one.line} says {one.desk}, this one {other.desk}"
            hint = "add a row for just that, or make one of them more exact"
            draft.problems.append(table.problem(other, message, hint))


def _meeting(one: Row, other: Row) -> Iterator[str | None]:
    """What fits both rows, by column; None where nothing does."""
    for left, right in zip(one.values, other.values, strict=True):
        yield left if right in (ANY, left) else right if left == ANY else None
