"""Surveys: whether those who are asked how it was have talked to anybody."""

from __future__ import annotations

from collections.abc import Collection

from ivr.language.checks.graph import Graph, Node
from ivr.language.draft import Draft
from ivr.language.steps import CallStep, Survey


def check(draft: Draft, graph: Graph, begins: Collection[Node]) -> None:
    """Warn of surveys that calls come to without a conversation: their answers count for no desk."""
    for node in _unserved(graph, begins):
        if isinstance(graph.steps.get(node), Survey):
            message = f"callers who have talked to nobody come to the survey “{node[1]}”"
            hint = "let a desk lead there: `next` of a step `desk`, or `after` in desks.yaml"
            draft.complain(f"{node[0]}.yaml", ("steps", node[1]), message, hint, key=True, severity="warning")


def _unserved(graph: Graph, begins: Collection[Node]) -> set[Node]:
    """What callers come to before any conversation. A flow that is called may have led to one: what comes after it
    is given the benefit of the doubt."""
    found = set(begins)
    waiting = list(found)
    while waiting:
        here = waiting.pop()
        called = isinstance(graph.steps.get(here), CallStep)
        fresh = {way.to for way in graph.untalked(here) if not (called and way.exit == "next")} - found
        found |= fresh
        waiting += fresh
    return found
