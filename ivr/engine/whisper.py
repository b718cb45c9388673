"""What the officer hears before the caller is connected: the matter, who hands it over, receipt number, language.

It is spoken in the office's first language, from the labels that the caller has chosen. It tells no telephone number.
"""

from __future__ import annotations

from ivr.engine.effects import Whisper
from ivr.engine.turn import Turn
from ivr.language.phrases import LANGUAGES
from ivr.language.prompt import Prompt, Value

LABELS = 3
"""Most labels told, the last ones: an officer waits for all of it."""
RECEIPT = "case.receipt"
"""Known once a caller has proved to be the one whose case it is."""


def chose(turn: Turn, *labels: str) -> None:
    """The caller chose options; `labels`: their prompt ids."""
    turn.session.chosen += labels


def ask_again(turn: Turn, above: list[str]) -> None:
    """The caller is asked below the menus `above`: of what was chosen only what was chosen there still holds."""
    session = turn.session
    session.chosen = [label for label in session.chosen if label.partition("/options/")[0] in above]


def to(turn: Turn, desk: str) -> Whisper:
    """The whisper to a desk; empty where the desk wants none."""
    office, session = turn.office, turn.session
    if not office.desks.desks[desk].whisper:
        return Whisper(())
    language = office.languages[0]
    prompts = [_label(office.prompt(language, label, session.variables)) for label in session.chosen[-LABELS:]]
    if not prompts:
        prompts.append(Prompt(f"{session.flow}/title", (office.flows[session.flow].title,)))
    if session.handed_by:
        prompts.append(office.prompt(language, f"desks/{session.handed_by}/handed_over", {}))
    if RECEIPT in session.variables:
        prompts.append(office.prompt(language, "phrases/receipt", {}))
        prompts.append(Prompt("whisper/receipt", (Value("digits", session.variables[RECEIPT].content),)))
    if session.language != language:
        name = LANGUAGES.get(language, {}).get(session.language, session.language)
        prompts.append(Prompt(f"whisper/{session.language}", (name,)))
    return Whisper(tuple(prompts))


def _label(prompt: Prompt) -> Prompt:
    """An option's label by itself, without its key; a recording of the option would name the key."""
    return Prompt(f"{prompt.id}/label", prompt.parts)
