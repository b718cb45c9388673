"""texts/<language>.yaml: translations by flow and step, and the composition of every text in every language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from ivr.language.cases import CaseTexts
from ivr.language.draft import Draft
from ivr.language.fields import Form, Name, Text
from ivr.language.phrases import PHRASES
from ivr.language.prompt import Prompt
from ivr.language.source import did_you_mean
from ivr.language.template import Template, parse

Path_ = tuple[str, ...]
Composed = dict[str, dict[str, Prompt | Template]]


class Texts(Form):
    """One language's translations."""

    phrases: dict[str, Text] = Field(default_factory=dict, description="What the line says by itself, to replace.")
    desks: dict[Name, Text] = Field(default_factory=dict, description="Desk to its name.")
    tables: dict[Name, dict[str, Text]] = Field(default_factory=dict, description="Table to value to its label.")
    cases: CaseTexts | None = Field(None, description="Kinds of case, their statuses, the remedy.")
    messages: dict[Name, Text] = Field(default_factory=dict, description="Message to its text.")
    flows: dict[Name, dict[Name, Any]] = Field(
        default_factory=dict, description="Flow to step to text, or to the step's texts by their keys."
    )


def compose(draft: Draft, first: str) -> Composed:
    """Every text as a prompt or template, by language and prompt id; what is missing, left over or malformed goes
    to the draft's problems."""
    composer = _Composer(draft, first)
    return {language: composer.language(language) for language in dict.fromkeys([first, *draft.texts])}


class _Composer:
    def __init__(self, draft: Draft, first: str) -> None:
        self.draft, self.first = draft, first
        self.known = {name for flow in draft.flows.values() for s in flow.steps.values() for name in s.variables()}

    def language(self, language: str) -> dict[str, Prompt | Template]:
        result: dict[str, Prompt | Template] = {}
        for id, text, key, place in self._all(language):
            try:
                template = parse(id, text, key)
            except ValueError as error:
                self._complain(place, str(error))
                continue
            for name in template.variables:
                if name not in self.known:
                    message = f"no step sets the variable “{name}”"
                    self._complain(place, message, did_you_mean(name, self.known))
            result[id] = template if template.variables else template.fill({})
        return result

    def _all(self, language: str) -> Iterator[tuple[str, str, str | None, tuple[str, Path_]]]:
        """Prompt id, words, key and place of every text of a language."""
        yield from self._phrases(language)
        texts = self.draft.texts.get(language)
        file = f"texts/{language}.yaml"
        for flow in self.draft.flows.values():
            translated = texts.flows.get(flow.name, {}) if texts else {}
            for name, step in flow.steps.items():
                slots = list(step.texts())
                here: dict[str, str] = _flat(translated.get(name))
                if language == self.first:
                    here = {slot: words for slot, words, _ in slots}
                for slot, _, key in slots:
                    id = f"{flow.name}/{name}" + (f"/{slot}" if slot else "")
                    at = ("flows", flow.name, name, *slot.split("/"))
                    if slot in here:
                        own = (f"{flow.name}.yaml", ("steps", name))
                        yield id, here[slot], key, own if language == self.first else (file, at)
                    else:
                        what = f"{flow.name}/{name}" + (f" ({slot})" if slot else "")
                        self._complain((file, at), f"the translation of {what} is missing")
                for slot in here.keys() - {slot for slot, _, _ in slots}:
                    at = ("flows", flow.name, name, *slot.split("/"))
                    self._complain((file, at), f"the step {flow.name}/{name} has no text “{slot}”")
            for name in translated.keys() - self.draft.declared[flow.name]:
                hint = did_you_mean(name, self.draft.declared[flow.name])
                self._complain((file, ("flows", flow.name, name)), f"the flow “{flow.name}” has no step “{name}”", hint)

    def _phrases(self, language: str) -> Iterator[tuple[str, str, str | None, tuple[str, Path_]]]:
        texts = self.draft.texts.get(language)
        file = f"texts/{language}.yaml"
        own = texts.phrases if texts else {}
        phrases = PHRASES.get(language, {}) | own
        for name in own.keys() - PHRASES["ko"].keys():
            self._complain(
                (file, ("phrases", name)), f"the line never says “{name}”", did_you_mean(name, PHRASES["ko"])
            )
        keys = {"operator": "0", "back": "#", "replay": "*"}
        for name in PHRASES["ko"]:
            if name not in phrases:
                self._complain((file, ("phrases",)), f"the phrase “{name}” is missing")
            elif name in ("connecting", "next_desk"):
                for desk, label in self._desk_names(language):
                    yield (
                        f"desks/{desk}/{name}",
                        phrases[name].replace("{desk}", label),
                        None,
                        (file, ("phrases", name)),
                    )
            else:
                yield f"phrases/{name}", phrases[name], keys.get(name), (file, ("phrases", name))
        for table in self.draft.tables.values():
            translated = texts.tables.get(table.name, {}) if texts else {}
            for label in table.labels():
                if language != self.first and label not in translated:
                    self._complain((file, ("tables", table.name)), f"the translation of “{label}” is missing")
                words = label if language == self.first else translated.get(label, label)
                yield f"tables/{table.name}/{label}", words, "", (file, ("tables", table.name, label))

    def _desk_names(self, language: str) -> Iterator[tuple[str, str]]:
        texts = self.draft.texts.get(language)
        for name, desk in self.draft.desks.desks.items() if self.draft.desks else ():
            if language == self.first:
                yield name, desk.name
            elif texts and name in texts.desks:
                yield name, texts.desks[name]
            else:
                self._complain(
                    (f"texts/{language}.yaml", ("desks",)), f"the translation of the desk “{name}” is missing"
                )

    def _complain(self, place: tuple[str, Path_], message: str, hint: str = "") -> None:
        source = self.draft.sources.get(place[0])
        if source is not None:
            self.draft.problems.append(source.problem(place[1], message, hint, key=True))


def _flat(value: object, prefix: str = "") -> dict[str, str]:
    """A step's translations by slot: a bare text is slot "", {options: {1: x}} is slot "options/1"."""
    if isinstance(value, str):
        return {prefix: value}
    if not isinstance(value, dict):
        return {}
    slots: dict[str, str] = {}
    for key, inner in value.items():
        slots |= _flat(inner, f"{prefix}/{key}" if prefix else str(key))
    return slots
