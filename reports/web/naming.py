"""What things are called on pages, in the visitor's language: desks, officers, steps as callers hear them, exits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from ivr.language.office import Office
from ivr.language.prompt import Prompt
from ivr.language.steps.menu import Menu
from ivr.language.steps.survey import Survey
from reports.export.figures import Naming
from reports.web.words import Lang, told, words

Of = TypeVar("Of")

_LONG = 46
"""Characters of a step's own words: enough to know it by."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of an office's things. What is gone from its files keeps its id."""

    office: Office
    lang: Lang

    def desk(self, name: str) -> str:
        """A desk."""
        return self._of(self.office.desk_names).get(name) or self._plain(name)

    def officer(self, extension: str | None) -> str:
        """Extension and name of an officer."""
        if not extension or extension == "?":
            return "–"
        return " ".join(filter(None, [extension, self.office.desks.agents.get(extension)]))

    def line(self, number: str | None) -> str:
        """A line: its number."""
        return number if number and number != "?" else told(self.lang, "names.unknown")

    def flow(self, name: str) -> str:
        """A flow's title."""
        flow = self.office.flows.get(name)
        return flow.title if flow else name

    def step(self, flow: str, step: str) -> str:
        """A step by its flow and what it says; one that says nothing by its kind and its name."""
        within = self.within(flow, step)
        return within if step.startswith("desk/") else f"{self.flow(flow)} › {within}"

    def within(self, flow: str, step: str) -> str:
        """A step as one of its flow."""
        if step.startswith("desk/"):
            return self.desk(step.removeprefix("desk/"))
        known = self.office.flows.get(flow)
        found = known.steps.get(step) if known else None
        kind = told(self.lang, f"names.kinds.{found.kind}") + f" ({step})" if found else step
        return self.said(flow, step) or kind

    def said(self, flow: str, step: str) -> str:
        """The beginning of what a step says; "" when it says nothing, or is gone."""
        known = self.office.flows.get(flow)
        found = known.steps.get(step) if known else None
        for slot, text, key in found.texts() if found else ():
            if key is None:
                texts = self._of(self.office.texts)
                prompt = texts.get(f"{flow}/{step}") or texts.get(f"{flow}/{step}/{slot}")
                if isinstance(prompt, Prompt):
                    return _cut("".join(part for part in prompt.parts if isinstance(part, str)))
                return _cut(text)
        return ""

    def exit(self, flow: str, step: str, exit_: str) -> str:
        """The way by which a step was left: a key by its option, else in words."""
        known = self.office.flows.get(flow)
        found = known.steps.get(step) if known else None
        if isinstance(found, Menu) and exit_ in found.options:
            return f"{exit_} {found.options[exit_].label}"
        return self._told(f"names.exits.{exit_}") or exit_

    def topic(self, topic: str) -> str:
        """A topic (reports.topics): the desk or the flow it names."""
        kind, _, name = topic.partition("/")
        return self.desk(name) if kind == "desk" else self.flow(name) if kind == "flow" else self._plain(topic)

    def result(self, result: str) -> str:
        """What came of a call or an entry at a desk."""
        return told(self.lang, f"names.results.{result}")

    def notice(self, name: str) -> str:
        """A notice by the beginning of what it says."""
        notice = self.office.notices.get(name)
        if notice is None:
            return name
        return _cut(notice.say)

    def question(self, key: str) -> str:
        """A question of a survey by the beginning of what it asks."""
        asked = (
            self.said(flow, name)
            for flow, known in self.office.flows.items()
            for name, step in known.steps.items()
            if isinstance(step, Survey) and step.as_ == key
        )
        return next(asked, key)

    def deed(self, what: str) -> str:
        """What somebody did (ivr.records.audit); "" for what has no words."""
        return self._told(f"deeds.{what}")

    def doer(self, who: str) -> str:
        """Who did it, and by which way in."""
        return self._kinds("doers", who)

    def subject(self, whose: str) -> str:
        """Whose data it was done to."""
        return self._kinds("subjects", whose)

    def _kinds(self, group: str, code: str) -> str:
        kind, _, name = code.partition(":")
        return self._told(f"names.{group}.{kind}", name=self._plain(name)) or code

    def _told(self, key: str, **values: object) -> str:
        return told(self.lang, key, **values) if key in words()[self.lang] else ""

    def _of(self, by_language: Mapping[str, Mapping[str, Of]]) -> Mapping[str, Of]:
        return by_language.get(self.lang) or by_language[self.office.languages[0]]

    def _plain(self, name: str) -> str:
        return told(self.lang, "names.unknown") if name in ("", "?") else name


def naming(office: Office, lang: Lang) -> Naming:
    """The names that exports take: desks by those of desks.yaml, steps by what they say."""
    names = Names(office, lang)

    def place(flow: str, step: str, exit_: str) -> tuple[str, str, str]:
        return names.flow(flow), names.within(flow, step), names.exit(flow, step, exit_)

    desks = {name: desk.name for name, desk in office.desks.desks.items()}
    return Naming(office.name, desks, dict(office.desks.agents), place)


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else text[: _LONG - 1].rstrip() + "…"
