"""The words of notices: what is taken from somebody in a hurry, spoken beforehand, and shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

import click

from ivr.cli.speech import Speech
from ivr.config import Config
from ivr.language.notices import FOLDER
from ivr.language.office import Office
from ivr.language.prompt import Prompt
from ivr.language.seconds import seconds
from ivr.speech.words import spoken

LONGEST_TEXT = 500
"""Characters of what is said in a hurry, at most; far above what can be heard in LONGEST_S."""
LONGEST_S = 60.0
"""Seconds that nobody listens beyond."""

_SPOKEN = ("L", "M", "N", "P", "Zs", "Sc", "Sm")
"""Unicode's categories of what has a sound, or is a pause: no control characters, no pictures, nothing unassigned."""
_MARKUP = "{}<>[]|\\`"
"""What looks like a variable or a voice's markup, and is a slip or worse."""


def checked(office: Office, text: str, also: Sequence[str]) -> dict[str, str]:
    """The words by language, the office's first in front. Raises click.UsageError with what is wrong."""
    texts = {office.languages[0]: text}
    for other in also:
        language, found, words = other.partition("=")
        if not found or language not in office.languages[1:]:
            known = ", ".join(office.languages[1:]) or "none"
            raise click.UsageError(f"--also {other:.40}: write LANGUAGE=TEXT; other languages of the office: {known}")
        texts[language] = words
    return {language: _speakable(words.strip(), language) for language, words in texts.items()}


def _speakable(text: str, language: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise click.UsageError(f"the text has {len(text)} characters; {LONGEST_TEXT} are the most: say the one fact")
    for char in text:
        if not unicodedata.category(char).startswith(_SPOKEN) or char in _MARKUP:
            name = unicodedata.name(char, "a control character")
            raise click.UsageError(f"U+{ord(char):04X} ({name}) can't be spoken: write it in words")
    if not any(map(str.isalnum, text)):
        raise click.UsageError("there is nothing to be spoken in the text")
    if (lasts := seconds(text, language)) > LONGEST_S:
        raise click.UsageError(f"the text takes about {lasts:.0f} s; {LONGEST_S:.0f} s are the most: say the one fact")
    return text


def speak(config: Config, office: Office, texts: Mapping[str, str]) -> None:
    """Speak words beforehand, as they will be played. Raises OnestopError when the voice can't."""
    with closing(Speech(config)) as speech:
        for language, text in texts.items():
            prompt = Prompt(f"{FOLDER}/words", (text,), language=language)
            for slow in (False, True):
                speech.speak(office, (prompt,), language, slow)


def prompts(office: Office, name: str, language: str) -> tuple[Prompt, ...]:
    """What a notice says, in order."""
    notice = office.notices[name]
    ids = [f"{FOLDER}/{name}" + (f"/{slot}" if slot else "") for slot, *_ in notice.texts()]
    return tuple(office.prompt(language, id, {}) for id in ids)


def lines(office: Office, name: str, language: str) -> Iterator[str]:
    """What a notice says and offers, in words."""
    for prompt in prompts(office, name, language):
        yield spoken(prompt, prompt.language or language)
    for key, offer in office.notices[name].keys.items():
        yield f"[{key}] {offer}"
