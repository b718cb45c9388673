"""What a profile's rules look at: an office whose references are good, and what calls come to in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ivr.errors import Severity
from ivr.language.checks.graph import END, RETURN, Graph, Node
from ivr.language.checks.menus import questions
from ivr.language.draft import Draft
from ivr.language.office import Office
from ivr.language.steps import CallStep, DeskStep, ExtensionStep, Hours, LanguageStep, Step

CHOSEN = {"no", "declined"}
"""Exits that a caller takes by answering; the others under `else` are for what goes wrong."""


KNOWN = ("ko", "en")
"""Languages in which the rules know what is said."""


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

    def unserved(self) -> Iterator[tuple[Node, Step]]:
        """Those that a caller comes to who hasn't talked to anybody yet: what stands behind a desk alone owes no way
        to a person.
        """
        found = set(self.begins)
        waiting = list(found)
        while waiting:
            fresh = {way.to for way in self.graph.untalked(waiting.pop())} - found
            found |= fresh
            waiting += fresh
        return ((node, step) for node, step in self.steps() if node in found)

    def opening(self, begin: Node) -> list[Node]:
        """The steps that a call in office hours passes from its beginning, up to the first that waits for it. The
        choice of a language only decides how the rest is said, and is passed.
        """
        passed: list[Node] = []
        node: Node | None = begin
        while node in self.graph.steps and node not in passed:
            passed.append(node)
            step = self.graph.steps[node]
            if step.waits and not isinstance(step, LanguageStep):
                break
            node = next((way.to for way in self.graph.ways(node) if way.exit == "next"), None)
        return passed

    def spoken(self, begin: Node) -> list[Node]:
        """The steps of the opening that only speak."""
        return [node for node in self.opening(begin) if self.words(node) and not self.graph.steps[node].waits]

    def greeting(self, begin: Node) -> Node:
        """Where the opening begins to speak, and what it lacks is added; the first step of one that says nothing."""
        return next(iter(self.spoken(begin)), begin)

    def words(self, node: Node, language: str = "") -> str:
        """All that a step says in a language (default: the office's first), in order."""
        if not language:
            return " ".join(words for _, words, _ in self.graph.steps[node].texts())
        ids = ("/".join((*node, *([slot] if slot else []))) for slot, _, _ in self.graph.steps[node].texts())
        texts = self.office.texts[language]
        return " ".join(str(part) for id in ids for part in texts[id].parts)

    def tongues(self) -> Iterator[tuple[str, str]]:
        """The office's languages whose words the rules know, each with how a problem names it: the first by nothing."""
        for language in self.office.languages:
            if language in KNOWN:
                yield language, "" if language == self.office.languages[0] else f" in “{language}”"

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
                    deeper += [(way.to, depth) for way in self.graph.untalked(node) if way.to in self.graph.steps]
            level = deeper
        return depths

    def outcomes(self, node: Node, exit: str) -> set[str]:
        """What a caller meets who leaves a step by an exit while the office is open: "person", "end", "question",
        whichever can be next.
        """
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
                shut = step.exits if isinstance(step, Hours) else ()
                waiting += [way.to for way in self.graph.ways(here) if way.exit not in shut]
        return found

    def until_clock(self, node: Node) -> Iterator[Node]:
        """The places that a caller comes to from a step on, itself included, whom nothing goes wrong with: up to the
        first clock, the first person or the end on each way, these included.
        """
        seen = {node}
        waiting = [node]
        calls: list[Node] = []
        while waiting:
            here = waiting.pop()
            yield here
            if isinstance(self.graph.steps.get(here), CallStep):
                calls.append(here)
            for at in calls if here == RETURN else [here]:
                fresh = [to for to in self._answers(at, here) if to not in seen]
                seen.update(fresh)
                waiting += fresh

    def _answers(self, node: Node, here: Node) -> Iterator[Node]:
        """Where a step leads when nothing goes wrong. A flow that is called is gone through first, and left where it
        returns (`here`).
        """
        step = self.graph.steps.get(node)
        if step is None or self.kind(node) in ("clock", "person"):
            return
        inner = isinstance(step, CallStep) and here != RETURN
        for way in self.graph.ways(node):
            chosen = way.exit not in ("0", "desk") and (way.exit not in step.exits or way.exit in CHOSEN)
            if chosen and (not isinstance(step, CallStep) or inner == (way.exit == "call")):
                yield way.to

    def kind(self, node: Node) -> str:
        """What a place is to a caller: "clock", "person", "question", "end"; "" when it is passed."""
        step = self.graph.steps.get(node)
        if step is None:
            return {END: "end", RETURN: ""}.get(node, "person")
        if isinstance(step, Hours):
            return "clock"
        if _is_person(step):
            return "person"
        return "question" if step.waits and not isinstance(step, LanguageStep | CallStep) else ""

    def warn(
        self,
        node: Node,
        message: str,
        hint: str,
        path: Sequence[str] = (),
        *,
        severity: Severity = "warning",
    ) -> None:
        """Tell at a step, or at a key of it, once: calls of several lines come to the same steps."""
        source, at = self.draft.sources[f"{node[0]}.yaml"], ("steps", node[1], *path)
        problem = source.problem(at, message, hint, key=True, severity=severity)
        if problem not in self.draft.problems:
            self.draft.problems.append(problem)

    def warn_of_desk(self, desk: str, message: str, hint: str, *path: str) -> None:
        """Tell at a desk, or at a key of it."""
        self.draft.complain("desks.yaml", ("desks", desk, *path), message, hint, key=True, severity="warning")


def _is_person(step: Step) -> bool:
    return isinstance(step, DeskStep | ExtensionStep)
