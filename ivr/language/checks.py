"""Whole-office checks: what no single file can know. Each finds all of its problems."""

from __future__ import annotations

from collections.abc import Iterable

from ivr.errors import Problem
from ivr.language.draft import Draft
from ivr.language.source import did_you_mean
from ivr.language.steps import DeskStep, Hours, Lookup, Route


def check(draft: Draft) -> None:
    """Add everything that doesn't fit together to the draft's problems."""
    _desks(draft)
    _cases(draft)
    for flow in draft.flows:
        _destinations(draft, flow)
        _references(draft, flow)
    _tables(draft)


def _desks(draft: Draft) -> None:
    desks = draft.desks
    if desks is None:
        return
    for name, desk in desks.desks.items():
        at = ("desks", name)
        if desk.overflow is not None and desk.overflow not in desks.desks:
            _unknown(draft, "desks.yaml", (*at, "overflow"), "desk", desk.overflow, desks.desks)
        for i, agent in enumerate(desk.agents):
            if agent not in desks.agents:
                _unknown(draft, "desks.yaml", (*at, "agents", i), "agent", agent, desks.agents)
        if desk.hours is not None and draft.calendar and desk.hours not in draft.calendar.clocks:
            _unknown(draft, "desks.yaml", (*at, "hours"), "clock", desk.hours, draft.calendar.clocks)


def _cases(draft: Draft) -> None:
    if draft.cases and draft.calendar and draft.cases.clock not in draft.calendar.clocks:
        _unknown(draft, "cases.yaml", ("clock",), "clock", draft.cases.clock, draft.calendar.clocks)


def _destinations(draft: Draft, flow: str) -> None:
    for name, step in draft.flows[flow].steps.items():
        for path, destination in step.destinations():
            at = ("steps", name, *path)
            kind, _, target = destination.rpartition("/")
            if kind == "desk" and draft.desks and target not in draft.desks.desks:
                _unknown(draft, f"{flow}.yaml", at, "desk", target, draft.desks.desks)
            elif kind == "flow" and target not in draft.flows:
                if f"{target}.yaml" not in draft.sources:  # a flow that is there but broken is told of already
                    _unknown(draft, f"{flow}.yaml", at, "flow", target, draft.flows)
            elif not kind and destination not in ("back", "hangup", *draft.declared[flow]):
                known = [*draft.declared[flow], "back", "hangup"]
                _unknown(draft, f"{flow}.yaml", at, "step", destination, known)


def _references(draft: Draft, flow: str) -> None:
    for name, step in draft.flows[flow].steps.items():
        file, at = f"{flow}.yaml", ("steps", name)
        if isinstance(step, Hours):
            if draft.calendar and step.hours not in draft.calendar.clocks:
                _unknown(draft, file, (*at, "hours"), "clock", step.hours, draft.calendar.clocks)
            if "closed" not in step.else_:
                _add(draft, file, at, "`hours` needs to know where to go when it is closed", "else: {closed: …}")
        elif isinstance(step, DeskStep):
            if draft.desks and step.desk not in draft.desks.desks:
                _unknown(draft, file, (*at, "desk"), "desk", step.desk, draft.desks.desks)
        elif isinstance(step, Lookup):
            _lookup(draft, file, at, step)
        elif isinstance(step, Route):
            _route(draft, file, at, step)


def _lookup(draft: Draft, file: str, at: tuple[str, ...], step: Lookup) -> None:
    if draft.cases is None and "cases.yaml" not in draft.sources:
        _add(draft, file, (*at, "lookup"), "the office has no cases.yaml", "ivr init DIR shows one")
    known = {name for flow in draft.flows.values() for other in flow.steps.values() for name in other.variables()}
    for i, name in enumerate(step.by):
        if name not in known:
            _unknown(draft, file, (*at, "by", i), "variable", name, known)


def _route(draft: Draft, file: str, at: tuple[str, ...], step: Route) -> None:
    table = draft.tables.get(step.table)
    if table is None:
        if step.table not in draft.broken_tables:
            _unknown(draft, file, (*at, "route"), "table", step.table, draft.tables)
        return
    if tuple(step.ask) != table.columns:
        columns = ", ".join(table.columns)
        message = f"must ask for the columns of {table.name}.csv in their order: {columns}"
        _add(draft, file, (*at, "ask"), message)


def _tables(draft: Draft) -> None:
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


def _unknown(draft: Draft, file: str, at: tuple[str | int, ...], what: str, name: str, known: Iterable[str]) -> None:
    _add(draft, file, at, f"there is no {what} “{name}”", did_you_mean(name, known))


def _add(draft: Draft, file: str, at: tuple[str | int, ...], message: str, hint: str = "") -> None:
    source = draft.sources[file]
    draft.problems.append(source.problem(at, message, hint))
