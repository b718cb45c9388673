"""texts/<language>.yaml: translations by flow and step, and the composition of every text in every language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from pydantic import Field

from ivr.language.cases import CaseTexts
from ivr.language.checks.tables import asked
from ivr.language.draft import Draft
from ivr.language.fields import Extension, Form, Name, Text
from ivr.language.notices import FOLDER
from ivr.language.phrases import KEYS, OF_A_DESK, OF_AN_OFFICER, PHRASES, SERVICE_KEYS, VALUES
from ivr.language.prompt import Prompt
from ivr.language.source import did_you_mean
from ivr.language.steps import ExtensionStep
from ivr.language.template import Template, parse

Path_ = tuple[str, ...]
Slot = tuple[str, str, str | None]
"""A text of a step: its slot, words, and an option's key."""
Composed = dict[str, dict[str, Prompt | Template]]


class Texts(Form):
    """One language's translations."""

    phrases: dict[str, Text] = Field(default_factory=dict, description="What the line says by itself, to replace.")
    desks: dict[Name, Text] = Field(default_factory=dict, description="Desk to its name.")
    agents: dict[Extension, Text] = Field(
        default_factory=dict, description="Officer's extension to the name, where it is said and spelled otherwise."
    )
    tables: dict[Name, dict[str, Text]] = Field(default_factory=dict, description="Table to value to its label.")
    cases: CaseTexts | None = Field(None, description="Kinds of case, their statuses, the remedy.")
    messages: dict[Name, Text] = Field(default_factory=dict, description="Message to its text.")
    notices: dict[Name, Any] = Field(
        default_factory=dict, description="Notice to its text, or to its texts by their keys: say, details."
    )
    flows: dict[Name, dict[Name, Any]] = Field(
        default_factory=dict, description="Flow to step to text, or to the step's texts by their keys."
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """A text on its way to a prompt: its id, words, an option's key, and where it was written."""

    id: str
    words: str
    key: str | None
    file: str
    path: Path_


def compose(draft: Draft, first: str) -> Composed:
    """Every text as a prompt or template, by language and prompt id; what is missing, left over or malformed goes
    to the draft's problems."""
    return {
        language: _Composer(draft, language, language == first).texts()
        for language in dict.fromkeys([first, *draft.texts])
    }


def desk_names(draft: Draft, first: str) -> dict[str, dict[str, str]]:
    """What each desk is called, by language."""
    own = {name: desk.name for name, desk in draft.desks.desks.items()} if draft.desks else {}
    return {first: own} | {language: own | texts.desks for language, texts in draft.texts.items() if language != first}


def officer_names(draft: Draft, first: str) -> dict[str, dict[str, str]]:
    """What each officer is called, by language."""
    own = dict(draft.desks.agents) if draft.desks else {}
    return {first: own} | {language: own | texts.agents for language, texts in draft.texts.items() if language != first}


class _Composer:
    """Composes one language; `own`: the one that the flows are written in, which needs no translation."""

    def __init__(self, draft: Draft, language: str, own: bool) -> None:
        self._draft, self._language, self._own = draft, language, own
        self._file = f"texts/{language}.yaml"
        self._texts = draft.texts.get(language, Texts.model_construct())
        self._known = draft.variables()

    def texts(self) -> dict[str, Prompt | Template]:
        """All prompts and templates, by id."""
        result: dict[str, Prompt | Template] = {}
        keys = (_Said(f"keys/{key}", "", key, "", ()) for key in KEYS)
        said_by = (self._phrases(), keys, self._officers(), self._tables(), self._notices(), self._flows())
        for said in chain.from_iterable(said_by):
            try:
                template = parse(said.id, said.words, said.key)
            except ValueError as error:
                self._complain(str(error), file=said.file, path=said.path, words=said.words)
                continue
            own = VALUES.get(said.id.removeprefix("phrases/"), ())
            for name in template.variables:
                if said.id.startswith(f"{FOLDER}/") or (name not in self._known and name not in own):
                    message, hint = f"no step sets the variable “{name}”", did_you_mean(name, self._known)
                    if said.id.startswith(f"{FOLDER}/"):
                        message, hint = "a notice says the same to everybody: no variables", "{{ for the sign itself"
                    words = f"{{{name}}}"
                    self._complain(message, hint, file=said.file, path=said.path, words=words)
            result[said.id] = template if template.variables else template.fill({})
        return result

    def _phrases(self) -> Iterator[_Said]:
        """What the line says by itself; what names a desk, once for each."""
        written = self._texts.phrases
        self._left_over(written, PHRASES["ko"], ("phrases",), "the line never says “{}”")
        phrases = PHRASES.get(self._language, {}) | written
        desks = dict(self._desks())
        if missing := [name for name in PHRASES["ko"] if name not in phrases]:
            message = f"what the line says by itself is missing in “{self._language}”: {', '.join(missing)}"
            hint = f"texts/{self._language}.yaml: phrases: …; only {' and '.join(PHRASES)} need none"
            here = self._file in self._draft.sources
            place: Path_ = ("phrases",) if here else ("language",)
            self._complain(message, hint, path=place, file="" if here else "office.yaml")
        for name in (name for name in PHRASES["ko"] if name in phrases):
            path, key = ("phrases", name), SERVICE_KEYS.get(name)
            if name in OF_A_DESK:
                for desk, label in desks.items():
                    words = phrases[name].replace("{desk}", label)
                    yield _Said(f"desks/{desk}/{name}", words, key, self._file, path)
            elif name not in OF_AN_OFFICER:
                yield _Said(f"phrases/{name}", phrases[name], key, self._file, path)

    def _officers(self) -> Iterator[_Said]:
        """Each officer's name, and what names him, where a flow lets him be dialled."""
        agents = self._draft.desks.agents if self._draft.desks else {}
        self._left_over(self._texts.agents, agents, ("agents",), "there is no agent “{}”")
        steps = (step for flow in self._draft.flows.values() for step in flow.steps.values())
        if not any(isinstance(step, ExtensionStep) for step in steps):
            return
        phrases = PHRASES.get(self._language, {}) | self._texts.phrases
        for extension, own in agents.items():
            named = None if self._own else self._texts.agents.get(extension)
            name, file = (own, "desks.yaml") if named is None else (named, self._file)
            yield _Said(f"officers/{extension}", name, "", file, ("agents", extension))
            for phrase in OF_AN_OFFICER:
                words = phrases.get(phrase, "").replace("{officer}", name)
                path = ("phrases", phrase)
                yield _Said(f"officers/{extension}/{phrase}", words, None, self._file, path)

    def _desks(self) -> Iterator[tuple[str, str]]:
        desks = self._draft.desks.desks if self._draft.desks else {}
        self._left_over(self._texts.desks, desks, ("desks",), "there is no desk “{}”")
        for name, desk in desks.items():
            if self._own:
                yield name, desk.name
            elif name in self._texts.desks:
                yield name, self._texts.desks[name]
            else:
                self._missing(f"the desk “{name}”", ("desks", name))

    def _tables(self) -> Iterator[_Said]:
        tables = self._draft.tables.keys() | self._draft.broken_tables
        self._left_over(self._texts.tables, tables, ("tables",), "there is no table “{}”")
        for table in self._draft.tables.values():
            path = ("tables", table.name)
            translated = self._texts.tables.get(table.name, {})
            self._left_over(translated, table.labels(), path, f"{table.path} has no value “{{}}”")
            for label in table.labels(asked(self._draft, table.name)):
                if not self._own and label not in translated:
                    self._missing(f"“{label}”", (*path, label))
                words = label if self._own else translated.get(label, label)
                yield _Said(f"tables/{table.name}/{label}", words, "", self._file, (*path, label))

    def _notices(self) -> Iterator[_Said]:
        declared = self._draft.declared.get(FOLDER, ())
        self._left_over(self._texts.notices, declared, (FOLDER,), "there is no notice “{}”")
        for name, notice in self._draft.notices.items():
            at = (FOLDER, name)
            yield from self._slots(f"the notice {name}", list(notice.texts()), self._texts.notices.get(name), at, at)

    def _flows(self) -> Iterator[_Said]:
        flows = self._draft.flows
        self._left_over(self._texts.flows, self._draft.files, ("flows",), "there is no flow “{}”")
        for flow in flows.values():
            translated = self._texts.flows.get(flow.name, {})
            path = ("flows", flow.name)
            declared = self._draft.declared[flow.name]
            self._left_over(translated, declared, path, f"the flow “{flow.name}” has no step “{{}}”")
            for name in flow.steps:
                slots, at = list(flow.steps[name].texts()), (flow.name, "steps", name)
                yield from self._slots(f"the step {flow.name}/{name}", slots, translated.get(name), at, (*path, name))

    def _slots(self, what: str, slots: list[Slot], written: object, at: Path_, path: Path_) -> Iterator[_Said]:
        """The texts of a step or a notice: file and path in it, and where the translation has or should have them."""
        translated, known = _flat(written), [slot for slot, _, _ in slots]
        self._left_over(filter(None, translated), known, path, f"{what} has no text “{{}}”")
        if "" in translated and "" not in known:
            has, hint = ("several texts", f"known: {', '.join(known)}") if known else ("no text", "delete it")
            self._complain(f"{what} has {has}", hint, path=path)
        for slot, words, key in slots:
            id = "/".join((*path[-2:], *([slot] if slot else [])))
            if self._own:
                yield _Said(id, words, key, f"{at[0]}.yaml", at if at[0] == FOLDER else at[1:])
            elif translated.get(slot):
                yield _Said(id, translated[slot], key, self._file, (*path, *slot.split("/")))
            else:
                missing = what.removeprefix("the step ") + (f" ({slot})" if slot else "")
                idle = path[-2:] in self._draft.unreached
                hint = "no call comes to the step: lead there first, or delete it" if idle else ""
                self._missing(missing, (*path, *filter(None, slot.split("/"))), hint)

    def _left_over(self, written: Iterable[str], known: Iterable[str], path: Path_, message: str) -> None:
        """Complain of what is written for something that isn't there. `message` takes its name."""
        known, source = set(known), self._draft.sources.get(self._file)
        for name in written:
            if name not in known:
                at = (*path, *name.split("/"))
                hint = (source.slip(at) if source else "") or did_you_mean(name, known)
                self._complain(message.format(name), hint, path=at)

    def _missing(self, what: str, path: Path_, hint: str = "") -> None:
        """Complain that a translation isn't where `path` leads; hint: other than to write it there."""
        written = ": {".join(map(str, path)) + ": …" + "}" * (len(path) - 1)
        self._complain(f"the translation of {what} is missing", hint or f"write {written}", path=path)

    def _complain(self, message: str, hint: str = "", *, path: Path_, file: str = "", words: str = "") -> None:
        """Add a problem at a key, or at the first place after it where these words stand."""
        source = self._draft.sources.get(file or self._file)
        if source is not None:
            problem = source.problem(path, message, hint, key=True)
            self._draft.problems.append(source.moved(problem, words) if words else problem)


def _flat(value: object, prefix: str = "") -> dict[str, str]:
    """A step's translations by slot: a bare text is slot "", {options: {1: x}} is slot "options/1"; of a key with
    nothing behind it, the text is empty."""
    if isinstance(value, str) or (value is None and prefix):
        return {prefix: value or ""}
    if not isinstance(value, dict):
        return {}
    slots: dict[str, str] = {}
    for key, inner in value.items():
        slots |= _flat(inner, f"{prefix}/{key}" if prefix else str(key))
    return slots
