"""Loops that no caller gets out of: round and round without being asked anything."""

from __future__ import annotations

from ivr.language.checks.graph import Graph, Node
from ivr.language.draft import Draft


def check(draft: Draft, graph: Graph) -> None:
    """A circle of steps none of which waits for the caller is an error, told once, at the first of its steps."""
    for circle in _circles(graph):
        first = min(circle, key=list(graph.steps).index)
        at = circle.index(first)
        names = [f"{flow}/{step}" for flow, step in [*circle[at:], *circle[:at], first]]
        message = f"goes round without asking the caller anything: {' → '.join(names)}"
        draft.complain(f"{first[0]}.yaml", ("steps", first[1]), message, "put a menu into it, or end it", key=True)


def _circles(graph: Graph) -> list[list[Node]]:
    """Every circle that a walk through steps that don't wait closes, each as its steps in order."""
    done: set[Node] = set()
    circles = []
    for root in graph.steps:
        trail: list[Node] = []
        place: dict[Node, int] = {}
        stack = [(root, False)]
        while stack:
            node, left = stack.pop()
            if left:
                trail.pop()
                del place[node]
                done.add(node)
            elif node in place:
                circles.append(trail[place[node] :])
            elif node not in done and node in graph.steps and not graph.steps[node].waits:
                place[node] = len(trail)
                trail.append(node)
                stack.append((node, True))
                stack += [(to, False) for to in dict.fromkeys(way.to for way in graph.ways(node))]
    return circles
