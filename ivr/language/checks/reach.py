"""What calls come to, and what they don't: flows and steps that nothing leads to, and steps that lead nowhere."""

from __future__ import annotations

from collections.abc import Collection, Set

from ivr.language.checks.graph import Graph, Node
from ivr.language.draft import Draft


def begins(draft: Draft, graph: Graph, entrances: Collection[str]) -> list[Node]:
    """Where calls begin. entrances: the flows that lines lead to; when nobody knows, `main`, else every flow that no
    other leads to.
    """
    flows = entrances or (["main"] if "main" in draft.flows else _unentered(draft, graph))
    return [start for flow in sorted(flows) if (start := graph.start(flow))]


def check(draft: Draft, graph: Graph, reached: Set[Node]) -> None:
    """Warn of flows and steps that no call comes to, and of steps that no call gets away from."""
    draft.unreached = graph.steps.keys() - reached
    entered = set(reached)
    for flow in [*_unentered(draft, graph), *draft.flows]:
        start = graph.start(flow)
        if start is not None and not any(node[0] == flow for node in entered):
            hint = f"lead there: flow/{flow}, or delete the file"
            draft.complain(f"{flow}.yaml", (), "no line and no other flow leads here", hint, severity="warning")
            entered |= graph.reached([start])
    leaving = graph.leaving()
    for node in graph.steps:
        if node not in entered:
            message = f"no call comes to the step “{node[1]}”"
            _warn(draft, node, message, "lead there from another step, or delete it")
        elif node not in leaving:
            besides = ", but by 0" if any(not to[0] for to in graph.reached([node])) else ""
            message = f"from the step “{node[1]}” no call comes to a desk or to an end{besides}"
            _warn(draft, node, message, "lead on to a desk, or to hangup")


def _unentered(draft: Draft, graph: Graph) -> list[str]:
    """The flows that no other leads to; all, when each is led to."""
    led = {way.to[0] for node in graph.steps for way in graph.ways(node) if way.to[0] != node[0]}
    return [flow for flow in draft.flows if flow not in led] or list(draft.flows)


def _warn(draft: Draft, node: Node, message: str, hint: str) -> None:
    draft.complain(f"{node[0]}.yaml", ("steps", node[1]), message, hint, key=True, severity="warning")
