"""The words of an emergency notice, typed in a hurry: fit to be spoken, and short enough to be heard out."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Literal

from ivr.errors import OnestopError
from ivr.language.notices import FOLDER
from ivr.language.office import Office
from ivr.language.prompt import Prompt
from ivr.language.seconds import seconds

LONGEST_TEXT = 500
"""Characters of what is said in a hurry, at most; far above what can be heard in LONGEST_S."""
LONGEST_S = 60.0
"""Seconds that nobody listens beyond."""

Why = Literal["long", "character", "empty", "slow"]

_SPOKEN = ("L", "M", "N", "P", "Zs", "Sc", "Sm")
"""Unicode's categories of what has a sound, or is a pause: no control characters, no pictures, nothing unassigned."""
_MARKUP = "{}<>[]|\\`"
"""What looks like a variable or a voice's markup, and is a slip or worse."""


class Unspeakable(OnestopError):
    """Words that can't go on the air; `why` and `what` are for whoever says it in another language."""

    def __init__(self, why: Why, message: str, what: str = "") -> None:
        self.why: Why = why
        self.what = what
        super().__init__(message)


def checked(office: Office, texts: Mapping[str, str]) -> dict[str, str]:
    """The words by language, the office's first in front; languages without words are left out.

    Raises Unspeakable with what is wrong.
    """
    first = office.languages[0]
    wanted = [one for one in office.languages if one == first or texts.get(one, "").strip()]
    return {language: _speakable(texts.get(language, "").strip(), language) for language in wanted}


def prompt(text: str, language: str) -> Prompt:
    """The words as they will be played."""
    return Prompt(f"{FOLDER}/words", (text,), language=language)


def prompts(office: Office, name: str, language: str) -> tuple[Prompt, ...]:
    """What a notice says, in order."""
    notice = office.notices[name]
    ids = [f"{FOLDER}/{name}" + (f"/{slot}" if slot else "") for slot, *_ in notice.texts()]
    return tuple(office.prompt(language, id, {}) for id in ids)


def _speakable(text: str, language: str) -> str:
    if len(text) > LONGEST_TEXT:
        message = f"the text has {len(text)} characters; {LONGEST_TEXT} are the most: say the one fact"
        raise Unspeakable("long", message, str(len(text)))
    for char in text:
        if not unicodedata.category(char).startswith(_SPOKEN) or char in _MARKUP:
            name = unicodedata.name(char, "a control character")
            what = f"U+{ord(char):04X} ({name})"
            raise Unspeakable("character", f"{what} can't be spoken: write it in words", what)
    if not any(map(str.isalnum, text)):
        raise Unspeakable("empty", "there is nothing to be spoken in the text")
    if (lasts := seconds(text, language)) > LONGEST_S:
        message = f"the text takes about {lasts:.0f} s; {LONGEST_S:.0f} s are the most: say the one fact"
        raise Unspeakable("slow", message, f"{lasts:.0f}")
    return text
