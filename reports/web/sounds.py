"""What callers hear, as a sound that a browser plays: spoken as for the line, and kept with its sounds."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from starlette.responses import Response

from ivr.errors import SpeechError
from ivr.language.office import Office
from ivr.language.prompt import Prompt
from ivr.speech.cache import SLOW, Sounds
from ivr.speech.voice import Voice
from reports.web.visit import Visit


def sound(visit: Visit, office: Office, prompts: tuple[Prompt, ...], language: str) -> Response:
    """The prompts of an office in a language. Raises SpeechError."""
    with closing(Voice()) as voice, closing(_sounds(visit, office, voice)) as sounds:
        try:
            samples = Path(f"{sounds.path(prompts, language)}.wav").read_bytes()
        except OSError as error:
            raise SpeechError(f"the sound can't be read: {error.strerror}") from error
    return Response(samples, media_type="audio/wav")


def spoken_before(visit: Visit, office: Office, prompts: Sequence[Prompt], languages: Sequence[str]) -> None:
    """Speak prompts, each in its language, at both speeds, so that no caller waits for it. Raises SpeechError."""
    with closing(Voice()) as voice, closing(_sounds(visit, office, voice)) as sounds:
        for prompt, language in zip(prompts, languages, strict=True):
            for rate in (1.0, SLOW):
                sounds.path((prompt,), language, rate)


def _sounds(visit: Visit, office: Office, voice: Voice) -> Sounds:
    return Sounds(visit.config.data_dir / "sounds", office.folder / "prompts", voice)
