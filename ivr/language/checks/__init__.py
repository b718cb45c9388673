"""Whole-office checks: what no single file can know, one noun per module. Each finds all of its problems.

`check` finds what keeps an office from being loaded. `review` looks further, for whoever asks: at what a caller would
stumble over, what nobody needs, and what a profile asks for.
"""

from __future__ import annotations

from ivr.language.checks import (
    calendar,
    desks,
    loops,
    menus,
    notices,
    overflow,
    reach,
    references,
    subflows,
    surveys,
    tables,
    value_types,
    variables,
)
from ivr.language.checks.graph import Graph
from ivr.language.checks.profiles import PROFILES, Look
from ivr.language.checks.review import Review
from ivr.language.draft import Draft
from ivr.language.office import Office

__all__ = ["PROFILES", "Review", "check", "reached", "review"]


def check(draft: Draft) -> Graph:
    """Add everything that doesn't fit together to the draft's problems. Returns the steps as a graph."""
    calendar.check(draft)
    references.check(draft)
    value_types.check(draft)
    overflow.check(draft)
    tables.check(draft)
    graph = Graph(draft)
    loops.check(draft, graph)
    subflows.check(draft, graph)
    notices.check(draft)
    return graph


def reached(draft: Draft, graph: Graph, asked: Review) -> None:
    """Add which steps and flows no call comes to, or too soon, in an office that fits together."""
    begins = reach.begins(draft, graph, asked.entrances)
    reach.check(draft, graph, graph.reached(begins))
    surveys.check(draft, graph, begins)


def review(draft: Draft, office: Office, graph: Graph, asked: Review) -> None:
    """Add what else is worth a look in an office without errors."""
    begins = reach.begins(draft, graph, asked.entrances)
    reached = graph.reached(begins)
    variables.check(draft, office, graph, begins)
    menus.check(draft, office, graph)
    tables.review(draft)
    desks.check(draft, graph, reached)
    calendar.review(draft, asked.today)
    notices.review(draft, office, asked, graph, reached)
    if asked.profile:
        PROFILES[asked.profile](Look(draft, office, graph, begins, frozenset(reached)))
