"""The office as callers hear it: from each line on, every step with what it says and where each of its ways leads.

A step stands once in a line's tree, where a caller comes to it first; wherever else it is met, it is named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from ivr.language.fields import Destination
from ivr.language.office import Office
from ivr.language.prompt import Prompt
from ivr.language.steps import Route, Step
from ivr.language.table import ANY
from ivr.language.template import Template

Kind = Literal["step", "seen", "desk", "hangup", "back", "return"]
"""step: unfolded here; seen: unfolded elsewhere; desk: the call goes there; hangup: it ends; back: the menu before;
return: to the flow that called."""


_TELLING = {"say", "lookup", "message"}
"""Kinds of steps that tell callers something, or send it."""
_ENDS: dict[str, Kind] = {"hangup": "hangup", "back": "back", "return": "return"}


@dataclass(frozen=True, slots=True)
class Node:
    """Where a call can be. name: FLOW/STEP, or a desk's. does: the step's kind (menu, say, …). says: what is heard."""

    kind: Kind
    name: str
    does: str = ""
    says: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of a step. key: what is pressed, "" for none. label: an option's words, or a row's; exit: of the step,
    "next" for its usual way, "" where key or label say it."""

    to: Node
    exit: str = ""
    key: str = ""
    label: str = ""


def tree(office: Office, flow: str, language: str) -> Node:
    """What a call meets that enters by `flow`, in a language of the office."""
    return _Walker(office, language).node(flow, office.flows[flow].start)


def said(office: Office, language: str, flow: str, name: str, step: Step) -> list[tuple[str, str]]:
    """The texts of a step: slot ("" for its only one) and words, a variable in its braces."""
    texts = office.texts[language]
    ids = ((slot, f"{flow}/{name}/{slot}" if slot else f"{flow}/{name}") for slot, *_ in step.texts())
    return [(slot, _words(texts[id])) for slot, id in ids if id in texts]


def ways(step: Step) -> Iterator[tuple[str, str, Destination]]:
    """A step's ways that are written or stand by default: key, exit and destination."""
    for path, destination in step.destinations():
        if path[0] == "options":
            yield str(path[1]), "", destination
        elif path[0] == "when":
            yield "", "else" if path[-1] == "else" else f"{int(path[1]) + 1}", destination
        else:
            yield "", str(path[-1]), destination
    for exit in step.exits:
        default = None if exit in step.else_ else step.way(exit)
        if default is not None:
            yield "", exit, default


def after_answers(office: Office, entries: Collection[str]) -> frozenset[tuple[str, str]]:
    """The menus (flow, step) that only steps lead to which tell something, in flows that no line enters by (entries):
    who hangs up there may have heard what he called for."""
    found: set[tuple[str, str]] = set()
    for flow, walked in office.flows.items():
        before: dict[str, set[str]] = defaultdict(set)
        for name, step in walked.steps.items():
            for to in {to for _, _, to in ways(step)} - {name}:
                before[to].add(step.kind)
        menus = {name for name, step in walked.steps.items() if step.kind == "menu" and name != walked.start}
        if flow not in entries:
            found |= {(flow, name) for name in menus if before[name] <= _TELLING}
    return frozenset(found)


class _Walker:
    """Walks the flows once, unfolding each step where it is met first."""

    def __init__(self, office: Office, language: str) -> None:
        self._office, self._language = office, language
        self._seen: set[tuple[str, str]] = set()

    def node(self, flow: str, name: str) -> Node:
        step = self._office.flows[flow].steps[name]
        if (flow, name) in self._seen:
            return Node("seen", f"{flow}/{name}", step.kind)
        self._seen.add((flow, name))
        texts = dict(said(self._office, self._language, flow, name, step))
        says = tuple(words for slot, words in texts.items() if not slot.startswith("options/"))
        found = [
            Way(
                self._to(flow, destination),
                exit,
                key,
                texts.get(f"options/{key}", ""),
            )
            for key, exit, destination in ways(step)
        ]
        return Node("step", f"{flow}/{name}", step.kind, says, (*found, *self._desks(step)))

    def _desks(self, step: Step) -> Iterator[Way]:
        """The desks that a step names, or its table."""
        for _, desk in () if step.kind == "record" else step.desks():  # what is recorded connects nobody
            yield Way(self._desk(desk))
        if isinstance(step, Route) and step.table in self._office.tables:
            for row in self._office.tables[step.table].rows:
                yield Way(self._desk(row.desk), label=" · ".join(value for value in row.values if value != ANY))

    def _to(self, flow: str, destination: Destination) -> Node:
        kind, _, name = destination.rpartition("/")
        if kind == "desk":
            return self._desk(name)
        if kind == "flow":
            return self.node(name, self._office.flows[name].start)
        return Node(_ENDS[name], "") if name in _ENDS else self.node(flow, name)

    def _desk(self, name: str) -> Node:
        names = self._office.desk_names[self._language]
        return Node("desk", names.get(name, name))


def _words(text: Prompt | Template) -> str:
    if isinstance(text, Template):
        return "".join(part if isinstance(part, str) else f"{{{part[0]}}}" for part in text.parts)
    return "".join(part if isinstance(part, str) else part.content for part in text.parts)
