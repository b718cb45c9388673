"""What a profile's rules look at: an office whose references are good, and what calls come to in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ivr.errors import Severity
from ivr.language.checks.graph import END, Graph, Node
from ivr.language.checks.menus import questions
from ivr.language.draft import Draft
from ivr.language.office import Office
from ivr.language.steps import DeskStep, Step


@dataclass(frozen=True)
class Look:
    """begins: the steps that calls begin with; reached: the steps and desks they can come to."""

    draft: Draft
    office: Office
    graph: Graph
    begins: Sequence[Node]
    reached: frozenset[Node]

    def steps(self) -> Iterator[tuple[Node, Step]]:
        """The steps that calls come to, in the order of the files."""
        return ((node, step) for node, step in self.graph.steps.items() if node in self.reached)

    def opening(self, begin: Node) -> list[Node]:
        """The steps that a call in office hours passes from its beginning, up to the first that waits for it."""
        passed: list[Node] = []
        node: Node | None = begin
        while node in self.graph.steps and node not in passed:
            passed.append(node)
            if self.graph.steps[node].waits:
                break
            node = next((way.to for way in self.graph.ways(node) if way.exit == "next"), None)
        return passed

    def words(self, node: Node) -> str:
        """All that a step says, in the office's first language, in order."""
        return " ".join(words for _, words, _ in self.graph.steps[node].texts())

    def depths(self) -> dict[Node, int]:
        """How many menus a caller has heard at least, this step's own included, by step."""
        depths: dict[Node, int] = {}
        level = [(node, 0) for node in self.begins]
        while level:
            deeper = []
            for node, before in level:
                depth = before + len(list(questions(self.office, self.graph, node)))
                if node not in depths or depth < depths[node]:
                    depths[node] = depth
                    deeper += [(way.to, depth) for way in self.graph.ways(node) if way.to in self.graph.steps]
            level = deeper
        return depths

    def outcomes(self, node: Node, exit: str) -> set[str]:
        """What a caller meets who leaves a step by an exit: "person", "end", "question", whichever can be next."""
        found: set[str] = set()
        seen: set[Node] = set()
        waiting = [way.to for way in self.graph.ways(node) if way.exit == exit]
        while waiting:
            here = waiting.pop()
            if here in seen:
                continue
            seen.add(here)
            step = self.graph.steps.get(here)
            if step is None:
                found.add("end" if here == END else "person")
            elif isinstance(step, DeskStep):
                found.add("person")
            elif step.waits:
                found.add("question")
            else:
                waiting += [way.to for way in self.graph.ways(here)]
        return found

    def warn(
        self,
        node: Node,
        message: str,
        hint: str,
        path: Sequence[str] = (),
        *,
        severity: Severity = "warning",
    ) -> None:
        """Tell at a step, or at a key of it."""
        at = ("steps", node[1], *path)
        self.draft.complain(f"{node[0]}.yaml", at, message, hint, key=True, severity=severity)
