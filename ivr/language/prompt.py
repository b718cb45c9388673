"""A prompt: what a caller is to hear, before anybody decides how it sounds.

The engine emits prompts; `ivr.speech` turns them into words of a language and then into sound; the simulator
prints the words. A prompt that has no values can be overridden by a recording named after its id.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

ValueType = Literal["text", "digits", "number", "date", "time", "phone", "amount"]


@dataclass(frozen=True, slots=True)
class Value:
    """A variable's content inside a prompt, with the type that says how it is read aloud.

    `content` is text in a fixed form per type: digits "0123", number "12", date "2026-11-21", time "14:30",
    phone "0421234567", amount (won) "12000".
    code: what a word that is translated stands for, the same in every language ("완료", a desk's name); else "".
    """

    type: ValueType
    content: str
    code: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One utterance.

    id: `flow/step` or `flow/step/part`, e.g. "main/purpose/2"; names the recording that overrides it,
    `prompts/<language>/<id>.wav`. parts: words and values in order. key: for a menu's option the key to press;
    then `parts` is the option's label alone and speech adds the phrase and its particle; "" where the call gives it
    (`loose`): such an option is recorded without it, and the keys by themselves, as `keys/1` and so on. language: in
    which it is spoken, when that isn't the call's: one utterance can hold several.
    """

    id: str
    parts: tuple[str | Value, ...]
    key: str | None = None
    language: str = ""
    loose: bool = field(default=False, compare=False)

    @property
    def fixed(self) -> bool:
        """Whether the prompt always has the same words, so that a recording can stand for it."""
        return all(isinstance(part, str) for part in self.parts)
