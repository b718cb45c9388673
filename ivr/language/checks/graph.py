"""The flows as a graph: every step with the ways out of it, those by default and by key included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ivr.language.desks import OPERATORS
from ivr.language.draft import Draft
from ivr.language.fields import Destination
from ivr.language.steps import DeskStep, ExtensionStep, Menu, Route, Step, Survey

Node = tuple[str, str]
"""A step, as its flow and its name; a desk, as "" and its name."""

END: Node = ("", "")
"""Where a call has ended."""

RETURN: Node = ("", "return")
"""Where a flow goes back to the one that called it; whoever else comes here has ended the call, too."""

SLOW = "9"
"""The key that turns slow mode on at a menu which has no such option."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of a step: by which exit, and to what. `back` isn't one: it leads where the caller has been."""

    exit: str
    to: Node


class Graph:
    """All steps and desks of a draft. What doesn't exist is no node: that is told of elsewhere."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self.steps: dict[Node, Step] = {
            (flow.name, name): step for flow in draft.flows.values() for name, step in flow.steps.items()
        }
        self._ways = {node: tuple(self._out(node, step)) for node, step in self.steps.items()}

    def ways(self, node: Node) -> tuple[Way, ...]:
        """The ways out of a step or a desk."""
        if node[0] or node in (END, RETURN):
            return self._ways.get(node, ())
        desks = self._draft.desks
        hops = desks.chain(node[1]) if desks else []
        desk = desks.desks.get(node[1]) if desks else None
        after = desk.after if desk else None
        offered = desk.offer.voicemail if desk and desk.offer else None
        over = (way for hop in hops for way in self._way("", "overflow", _place(hop)))
        instead = self._way("", "voicemail", offered) if offered else ()
        return (*over, *instead, *self._way("", "answered", after or "hangup"))

    def start(self, flow: str) -> Node | None:
        """Where a call enters a flow; None when there is no such flow or step."""
        form = self._draft.flows.get(flow)
        return (flow, form.start) if form and (flow, form.start) in self.steps else None

    def reached(self, entrances: Iterable[Node]) -> set[Node]:
        """The steps and desks that calls from these entrances can come to."""
        found = set(entrances)
        waiting = list(found)
        while waiting:
            for way in self.ways(waiting.pop()):
                if way.to not in found:
                    found.add(way.to)
                    waiting.append(way.to)
        return found

    def untalked(self, node: Node) -> Iterator[Way]:
        """The ways out of a step or a desk, but for that of a caller who has talked to somebody there."""
        step = self.steps.get(node)
        person = step is None or isinstance(step, DeskStep | ExtensionStep)
        talk = ("next" if node[0] else "answered") if person else None
        return (way for way in self.ways(node) if way.exit != talk)

    def leaving(self) -> set[Node]:
        """The steps from which a call can come to a desk or its end. That 0 leads away from a survey doesn't count: who
        answers it, or doesn't, wants to be let go.
        """
        sources: dict[Node, list[Node]] = {}
        for node, step in self.steps.items():
            for way in self.ways(node):
                if not (isinstance(step, Survey) and way.exit == "0"):
                    sources.setdefault(way.to, []).append(node)
        for node in self.steps:
            for menu in self._before(node):
                sources.setdefault(menu, []).append(node)
        waiting = [node for node in sources if not node[0]]
        found: set[Node] = set()
        while waiting:
            for node in sources.get(waiting.pop(), ()):
                if node not in found:
                    found.add(node)
                    waiting.append(node)
        return found

    def _before(self, node: Node) -> list[Node]:
        """The menus that `back` may mean at a step which leads there: those that a call can come to it from."""
        if "back" not in (destination for _, destination in self.steps[node].destinations()):
            return []
        return [menu for menu, step in self.steps.items() if step.operator and node in self.reached([menu])]

    def _out(self, node: Node, step: Step) -> Iterator[Way]:
        for path, destination in step.destinations():
            exit = path[-2] if path[-1] == "next" and len(path) > 1 else path[-1]
            name = str(exit + 1) if isinstance(exit, int) else exit  # branches of a `when` count from 1
            yield from self._way(node[0], name, destination)
        for exit in step.exits:
            default = None if exit in step.else_ else step.way(exit)
            if default is not None:
                yield from self._way(node[0], exit, default)
        if isinstance(step, Menu) and SLOW not in step.options and self._draft.slow.to:
            yield from self._way("", SLOW, self._draft.slow.to)
        if step.operator:
            yield Way("0", ("", OPERATORS))
        for _, desk in step.desks():
            yield Way("desk", ("", desk))
        for notice in self._draft.notices.values():
            if "/".join(node) in notice.menus or (step.kind == "announce" and notice.at_any_line):
                for key, offer in notice.keys.items():
                    if "/" in offer:
                        yield from self._way(node[0], key, offer)
        if isinstance(step, Route) and step.table in self._draft.tables:
            rows = self._draft.tables[step.table].rows
            yield from (Way("next", ("", desk)) for desk in dict.fromkeys(row.desk for row in rows))
        if step.kind == "hangup":
            yield Way("next", END)

    def _way(self, flow: str, exit: str, destination: Destination) -> Iterator[Way]:
        kind, _, name = destination.rpartition("/")
        if kind == "desk":
            yield Way(exit, ("", name))
        elif kind == "flow":
            if start := self.start(name):
                yield Way(exit, start)
        elif name == "hangup":
            yield Way(exit, END)
        elif name == "return":
            yield Way(exit, RETURN)
        elif (flow, name) in self.steps:
            yield Way(exit, (flow, name))


def _place(hop: str) -> Destination:
    """A hop of a chain as a destination: desks stand there by their bare name."""
    return hop if "/" in hop else f"desk/{hop}"
