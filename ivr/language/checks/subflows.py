"""Flows that call one another: what goes in is used, what comes out is set, and no circle of them goes unasked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ivr.language.checks.graph import RETURN, Graph, Node, Way
from ivr.language.draft import Draft
from ivr.language.office import Flow
from ivr.language.source import did_you_mean
from ivr.language.steps import CallStep, Step
from ivr.language.template import parse


def check(draft: Draft, graph: Graph) -> None:
    """Add what doesn't fit between flows and their callers."""
    calls = [(node, step) for node, step in graph.steps.items() if isinstance(step, CallStep)]
    called: set[str] = set()
    for node, call in calls:
        if call.flow in draft.flows:
            within = _within(draft, call.flow)
            called |= within
            _fits(draft, node, call, [draft.flows[name] for name in within])
    for (flow, name), step in graph.steps.items():
        for path, destination in step.destinations():
            if destination == "return" and flow not in called:
                message = "returns to nowhere: no flow calls this one"
                _add(draft, (flow, name), path, message, f"call: flow/{flow} in another flow, or hangup")
    _circles(draft, graph, calls)


def _within(draft: Draft, flow: str) -> set[str]:
    """The flows that a flow called goes on in, itself among them."""
    found, waiting = {flow}, [flow]
    while waiting:
        for step in draft.flows[waiting.pop()].steps.values():
            for path, destination in step.destinations():
                kind, _, name = destination.rpartition("/")
                if kind == "flow" and path != ("call",) and name in draft.flows and name not in found:
                    found.add(name)
                    waiting.append(name)
    return found


def _fits(draft: Draft, node: Node, call: CallStep, within: list[Flow]) -> None:
    steps = [step for flow in within for step in flow.steps.values()]
    used = {name for step in steps for name in _used(step)}
    for argument in call.with_:
        if argument not in used:
            message = f"{call.call} doesn't use the argument “{argument}”"
            _add(draft, node, ("with", argument), message, did_you_mean(argument, used - _set(steps)), key=True)
    given = _set(steps) | set(call.with_)
    for here, there in call.returns.items():
        if there not in given:
            message = f"{call.call} never sets “{there}”"
            _add(draft, node, ("returns", here), message, did_you_mean(there, given))


def _set(steps: list[Step]) -> set[str]:
    return {name for step in steps for name in step.variables()}


def _used(step: Step) -> Iterator[str]:
    """Variables that a step speaks or needs."""
    for _, text, _ in step.texts():
        try:
            yield from parse("", text).variables
        except ValueError:  # its braces are told of elsewhere
            continue
    for _, name in step.reads():
        yield name


def _circles(draft: Draft, graph: Graph, calls: list[tuple[Node, CallStep]]) -> None:
    """A call that comes to itself again without the caller being asked anything is an error."""
    silent = _silent_returns(draft, graph)
    for node, step in calls:
        onward = [way.to for way in graph.ways(node) if _silent(way, step, silent)]
        if node in _reached(graph, onward, silent):
            message = f"calls {step.call}, and comes here again, without asking the caller anything"
            _add(draft, node, ("call",), message, "put a menu into it, or end it")


def _silent_returns(draft: Draft, graph: Graph) -> set[str]:
    """The flows that can return without having waited for the caller."""
    silent: set[str] = set()
    while True:  # a flow may return because one that it calls does: at most as many rounds as flows
        found = {
            flow for flow in draft.flows if (start := graph.start(flow)) and RETURN in _reached(graph, [start], silent)
        }
        if found == silent:
            return silent
        silent = found


def _reached(graph: Graph, begin: Iterable[Node], silent: set[str]) -> set[Node]:
    """What is come to from `begin` without waiting for the caller."""
    found: set[Node] = set()
    waiting = list(begin)
    while waiting:
        node = waiting.pop()
        step = graph.steps.get(node)
        if node in found:
            continue
        found.add(node)
        if isinstance(step, CallStep):
            waiting += [way.to for way in graph.ways(node) if _silent(way, step, silent)]
        elif step is not None and not step.waits:
            waiting += [way.to for way in graph.ways(node)]
    return found


def _silent(way: Way, call: CallStep, silent: set[str]) -> bool:
    """Whether a way out of a call can be gone without waiting: into the flow, or behind it when that is silent."""
    return way.exit == "call" or (way.exit == "next" and call.flow in silent)


def _add(
    draft: Draft, node: Node, path: tuple[str | int, ...], message: str, hint: str = "", *, key: bool = False
) -> None:
    draft.complain(f"{node[0]}.yaml", ("steps", node[1], *path), message, hint, key=key)
