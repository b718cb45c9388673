"""The words of notices on the command line: taken from its options, spoken beforehand, and shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

import click

from ivr.cli.speech import Speech
from ivr.config import Config
from ivr.language.office import Office
from ivr.office import announcing
from ivr.speech.words import spoken


def checked(office: Office, text: str, also: Sequence[str]) -> dict[str, str]:
    """The words by language, the office's first in front. Raises click.UsageError or OnestopError: what is wrong."""
    texts = {office.languages[0]: text}
    for other in also:
        language, found, words = other.partition("=")
        if not found or language not in office.languages[1:]:
            known = ", ".join(office.languages[1:]) or "none"
            raise click.UsageError(f"--also {other:.40}: write LANGUAGE=TEXT; other languages of the office: {known}")
        texts[language] = words
    return announcing.checked(office, texts)


def speak(config: Config, office: Office, texts: Mapping[str, str]) -> None:
    """Speak words beforehand, as they will be played. Raises OnestopError when the voice can't."""
    with closing(Speech(config)) as speech:
        for language, text in texts.items():
            for slow in (False, True):
                speech.speak(office, (announcing.prompt(text, language),), language, slow)


def lines(office: Office, name: str, language: str) -> Iterator[str]:
    """What a notice says and offers, in words."""
    for prompt in announcing.prompts(office, name, language):
        yield spoken(prompt, prompt.language or language)
    for key, offer in office.notices[name].keys.items():
        yield f"[{key}] {offer}"
