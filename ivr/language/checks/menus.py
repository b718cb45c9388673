"""Menus as they are heard: how many topics, and how long they take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.language.checks.graph import Graph, Node
from ivr.language.draft import Draft
from ivr.language.office import Office
from ivr.language.prompt import Prompt
from ivr.language.seconds import seconds
from ivr.language.steps import Menu, Route
from ivr.language.template import Template

TOPICS = 7
SECONDS = 30
OPTION = {"ko": "은 1번,", "en": "For , press 1."}
"""What is spoken around a label."""
SERVICE = {"8": ("extension", "again"), "9": ("slow",)}
"""Keys that are no topic when they lead to what they mean by convention: the kinds of step that may stand behind."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A question with its topics, as prompt ids; where it stands below its step."""

    at: tuple[str, ...]
    question: str
    topics: tuple[str, ...]


def check(draft: Draft, office: Office, graph: Graph) -> None:
    """Warn of menus with more topics, or longer to listen to, than callers can keep in mind."""
    for node in graph.steps:
        for heard in questions(office, graph, node):
            count = len(heard.topics)
            if count > TOPICS:
                message = f"{count} topics: nobody keeps more than {TOPICS} in mind"
                _warn(draft, node, heard, message, "put some of them into a menu of their own")
            took, longest = max((listening(office, language, heard), language) for language in office.languages)
            if took > SECONDS:
                tongue = "" if longest == office.languages[0] else f" in “{longest}”"
                message = f"takes about {took:.0f} s to listen to{tongue}, longer than {SECONDS} s"
                _warn(draft, node, heard, message, "shorten the labels, or put some of them into a menu of their own")


def questions(office: Office, graph: Graph, node: Node) -> Iterator[Heard]:
    """The menus of a step: its own, or one for each column of its table, with as many labels as can be offered."""
    step, id = graph.steps[node], "/".join(node)
    if isinstance(step, Menu):
        topics = [key for key in step.options if not _service(graph, node, key)]
        yield Heard(("menu",), f"{id}/menu", tuple(f"{id}/options/{key}" for key in topics))
    elif isinstance(step, Route) and step.table in office.tables:
        table = office.tables[step.table]
        for column in step.ask:
            labels = table.most(column)
            yield Heard(("ask", column), f"{id}/ask/{column}", tuple(f"tables/{table.name}/{v}" for v in labels))


def listening(office: Office, language: str, heard: Heard) -> float:
    """Seconds that a question and its topics take; the keys that mean the same everywhere don't count."""
    around = OPTION.get(language, "")
    labels = (_words(office, language, topic).rstrip(".,") + around for topic in heard.topics)
    return sum(seconds(text, language) for text in (_words(office, language, heard.question), *labels))


def _words(office: Office, language: str, id: str) -> str:
    text: Prompt | Template = office.texts[language][id]
    return "".join(part if isinstance(part, str) else "…" for part in text.parts)


def _service(graph: Graph, node: Node, key: str) -> bool:
    """Whether an option is one of the conventions, 8 for an extension and 9 for slow speech, and no topic."""
    kinds = SERVICE.get(key, ())
    behind = (graph.steps[way.to] for way in graph.ways(node) if way.exit == key and way.to in graph.steps)
    return any(step.kind in kinds for step in behind)


def _warn(draft: Draft, node: Node, heard: Heard, message: str, hint: str) -> None:
    draft.complain(f"{node[0]}.yaml", ("steps", node[1], *heard.at), message, hint, key=True, severity="warning")
