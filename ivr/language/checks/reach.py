"""What calls come to, and what they don't: flows and steps that nothing leads to, and steps that lead nowhere."""

from __future__ import annotations

from collections.abc import Collection

from ivr.language.checks.graph import Graph, Node
from ivr.language.draft import Draft


def check(draft: Draft, graph: Graph, entrances: Collection[str]) -> None:
    """Warn of flows and steps that no call comes to, and of steps that no call gets away from.

    entrances: the flows that lines begin with; when nobody knows, `main`, else every flow that no other leads to.
    """
    begins = [start for flow in entrances or _begins(graph, draft) if (start := graph.start(flow))]
    reached = graph.reached(begins)
    for flow in draft.flows.values():
        start = graph.start(flow.name)
        if start is not None and start not in reached and not any(node[0] == flow.name for node in reached):
            hint = f"lead there: flow/{flow.name}, or delete the file"
            draft.complain(f"{flow.name}.yaml", (), "no line and no other flow leads here", hint, severity="warning")
            reached |= graph.reached([start])
    leaving = graph.leaving()
    for node in graph.steps:
        if node not in reached:
            message = f"no call comes to the step “{node[1]}”"
            _warn(draft, node, message, "lead there from another step, or delete it")
        elif node not in leaving:
            message = f"from the step “{node[1]}” no call comes to a desk or to an end"
            _warn(draft, node, message, "lead on to a desk, or to hangup")


def _begins(graph: Graph, draft: Draft) -> list[str]:
    """The flows that calls seem to begin with."""
    if "main" in draft.flows:
        return ["main"]
    entered = {way.to[0] for node in graph.steps for way in graph.ways(node) if way.to[0] != node[0]}
    return [flow for flow in draft.flows if flow not in entered] or list(draft.flows)


def _warn(draft: Draft, node: Node, message: str, hint: str) -> None:
    draft.complain(f"{node[0]}.yaml", ("steps", node[1]), message, hint, key=True, severity="warning")
