"""Variables on their way: whether each is set, whichever way the caller came, before it is spoken or needed."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ivr.language.checks.graph import Graph, Node, Way
from ivr.language.draft import Draft
from ivr.language.office import Office
from ivr.language.steps import CallStep
from ivr.language.template import Template

Set = frozenset[str]


def check(draft: Draft, office: Office, graph: Graph, begins: Collection[Node]) -> None:
    """Warn of a text or a key that needs a variable which isn't set on every way there from where calls begin."""
    kinds = {name for step in graph.steps.values() for name in step.variables()}
    if not kinds:
        return
    before = _before(graph, begins, frozenset(kinds))
    for node, known in before.items():
        for file, at, name, spoken in _needs(office, graph, node):
            if name in kinds and name not in known:
                message = f"the variable “{name}” isn't set on every way here"
                source, hint, words = draft.sources[file], _without(graph, before, node, name, begins), f"{{{name}}}"
                problem = source.problem(at, message, hint, severity="warning")
                if spoken or words in problem.source[problem.column - 1 :]:
                    problem = source.moved(problem, words, severity="warning")
                draft.problems.append(problem)


def _before(graph: Graph, begins: Collection[Node], every: Set) -> dict[Node, Set]:
    """What is set whenever a call enters a step: as little as any way there brings along."""
    before: dict[Node, Set] = dict.fromkeys(begins, frozenset())
    waiting = list(begins)
    while waiting:
        node = waiting.pop()
        for way in graph.ways(node):
            if way.to not in graph.steps:
                continue
            known = before.get(way.to, every) & _after(graph, node, way, before[node])
            if known != before.get(way.to):
                before[way.to] = known
                waiting.append(way.to)
    return before


def _after(graph: Graph, node: Node, way: Way, known: Set) -> Set:
    """What is set when a step is left so. An exit for what went wrong leaves nothing that the step would have set.

    A flow called knows its arguments, and the case, which it may have found when it returns.
    """
    step = graph.steps[node]
    if isinstance(step, CallStep) and way.exit == "call":
        return frozenset(name for name in known if name.startswith("case.")) | step.with_.keys()
    if isinstance(step, CallStep) and way.exit == "next":
        there = (name for at, other in graph.steps.items() if at[0] == step.flow for name in other.variables())
        known |= {name for name in there if name.startswith("case.")}
    sets = step.variables().keys()
    return known - sets if way.exit in step.exits else known | sets


def _needs(office: Office, graph: Graph, node: Node) -> Iterator[tuple[str, tuple[str | int, ...], str, bool]]:
    """What a step reads: file, path, variable, and whether it is spoken in a text; once for each text."""
    flow, name = node
    step = graph.steps[node]
    for path, variable in step.reads():
        yield f"{flow}.yaml", ("steps", name, *path), variable, False
    for slot, _, _ in step.texts():
        id = f"{flow}/{name}" + (f"/{slot}" if slot else "")
        for i, language in enumerate(office.languages):
            text = office.texts[language].get(id)
            for variable in dict.fromkeys(text.variables) if isinstance(text, Template) else ():
                if i == 0:
                    yield f"{flow}.yaml", ("steps", name), variable, True
                else:
                    path = ("flows", flow, name, *slot.split("/")) if slot else ("flows", flow, name)
                    yield f"texts/{language}.yaml", path, variable, True


def _without(graph: Graph, before: dict[Node, Set], node: Node, name: str, begins: Collection[Node]) -> str:
    """An example of a way on which it isn't set, as a hint."""
    if node in begins:
        return "not when the call begins here"
    for other, known in before.items():
        for way in graph.ways(other):
            if way.to == node and name not in _after(graph, other, way, known):
                return f"not after {'/'.join(other)} by its exit “{way.exit}”"
    return ""
