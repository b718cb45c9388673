"""The messages in every language: from messages.yaml, and from the translations in texts/<language>.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivr.errors import Problem
from ivr.language.draft import Draft
from ivr.language.messages import EVENTS, Message, Wording
from ivr.language.source import Source, did_you_mean
from ivr.language.template import parse

FILE = "messages.yaml"

_URL = re.compile(r"https?:|www\.|\b[a-z0-9-]+\.(?:kr|com|net|org)\b", re.IGNORECASE)


def compose(draft: Draft, first: str) -> dict[str, Message]:
    """Every message in every language; what is missing, left over or malformed goes to the draft's problems."""
    forms = draft.messages.messages if draft.messages else {}
    _left_over(draft, first, set(forms))
    if draft.messages is None:
        return {}
    _unwritten(draft, set(forms))
    wordings: dict[str, dict[str, Wording]] = {name: {} for name in forms}
    for language in dict.fromkeys([first, *draft.texts]):
        file = FILE if language == first else f"texts/{language}.yaml"
        source = draft.sources[file]
        for name, form in forms.items():
            translated = None if language == first else draft.texts[language].messages.get(name)
            if language != first and translated is None:
                message = f"the translation of the message “{name}” is missing"
                hint = f"write messages: {{{name}: …}}"
                draft.problems.append(source.problem(["messages"], message, hint, key=True))
                continue
            at = ["messages", name] if translated else ["messages", name, "text"]
            wording = _wording(draft, source, at, name, translated or form.text)
            if wording is not None:
                wordings[name][language] = wording
    return {name: Message(name, form.urgent, form.alimtalk or "", wordings[name]) for name, form in forms.items()}


def _unwritten(draft: Draft, names: set[str]) -> None:
    """An event without its message would be a promise that nobody keeps."""
    kinds = {step.kind for flow in draft.flows.values() for step in flow.steps.values()}
    for name, event in EVENTS.items():
        if name not in names and event.step in ("", *kinds):
            near = did_you_mean(name, names - EVENTS.keys())
            hint = near if near.startswith("did") else f"write one; its variables: {', '.join(event.variables)}"
            message = f"there is no message “{name}”, for when {event.when}"
            draft.problems.append(draft.sources[FILE].problem(["messages"], message, hint, key=True))


def _left_over(draft: Draft, first: str, names: set[str]) -> None:
    """Translations of nothing. A messages.yaml that is there but can't be read is told of already."""
    if not names and FILE in draft.sources:
        return
    for language, texts in draft.texts.items():
        for name in texts.messages:
            at = ["messages", name]
            if language == first:
                message, hint = f"the message “{name}” stands in {FILE} in this language", "delete it here"
            elif name not in names:
                message, hint = f"there is no message “{name}” to translate", did_you_mean(name, names)
            else:
                continue
            draft.problems.append(draft.sources[f"texts/{language}.yaml"].problem(at, message, hint, key=True))


def _wording(draft: Draft, source: Source, at: list[str], name: str, text: str) -> Wording | None:
    try:
        wording = Wording(parse(name, text), source.problem(at, ""))
    except ValueError as error:
        draft.problems.append(source.problem(at, str(error)))
        return None
    draft.problems += _misfits(wording, source, name)
    return wording


def _misfits(wording: Wording, source: Source, name: str) -> Iterator[Problem]:
    offered = EVENTS[name].variables if name in EVENTS else None
    for variable in dict.fromkeys(wording.template.variables):
        if offered is not None and variable not in offered:
            message = f"“{name}” offers no variable “{variable}”"
            yield source.moved(wording.problem(message, did_you_mean(variable, offered)), f"{{{variable}}}")
    for part in wording.template.parts:
        if isinstance(part, str) and (found := _URL.search(part)):
            message = "an address in a message: citizens can't tell it from smishing"
            yield source.moved(wording.problem(message, "name the page in words"), found[0], "warning")
