"""The whisper's sound, for Queue() to play to the officer."""

from __future__ import annotations

import logging
from collections.abc import Callable

from ivr.errors import SpeechError
from ivr.language.office import Office
from ivr.language.prompt import Prompt

Speak = Callable[[Office, tuple[Prompt, ...], str, bool], str]
"""Office, prompts, language and whether slowly → path of one sound, without extension. Raises SpeechError."""

log = logging.getLogger(__name__)


def sound(speak: Speak, office: Office, prompts: tuple[Prompt, ...]) -> str:
    """Path of the sound, without extension; "" when there is nothing to say, or no voice: no call fails for that."""
    if not prompts:
        return ""
    try:
        return speak(office, prompts, office.languages[0], False)
    except SpeechError as error:
        log.warning("the officer hears no whisper", extra={"reason": str(error)})
        return ""
