"""What the line says, as sounds: for each version of the office that a call is on."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

import click

from ivr.config import Config
from ivr.language.office import Office
from ivr.language.prompt import Prompt
from ivr.speech.cache import SLOW, Sounds
from ivr.speech.voice import Voice
from ivr.telephony import rehearsal, renewal


def prepare(config: Config, office: Office) -> None:
    """Speak beforehand whatever callers can hear; tells how far it is. Raises SpeechError."""
    with click.progressbar(length=1, label="Speaking the prompts", file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        renewal.speak(config, office, progress)


class Speech:
    """The sounds of all versions of the office that calls are on."""

    def __init__(self, config: Config) -> None:
        self._folder = config.data_dir / "sounds"
        self._voice = Voice()
        self._sounds: dict[str, Sounds] = {}
        self._lock = threading.Lock()

    def of(self, office: Office) -> Sounds:
        """The sounds of one version."""
        with self._lock:
            if office.version not in self._sounds:
                self._sounds[office.version] = Sounds(self._folder, office.folder / "prompts", self._voice)
            return self._sounds[office.version]

    def speak(self, office: Office, prompts: tuple[Prompt, ...], language: str, slow: bool = False) -> str:
        """Path of one sound with all the prompts, without extension. Raises SpeechError."""
        return self.of(office).path(prompts, language, SLOW if slow else 1.0)

    def prepare(self, office: Office, config: Config, progress: Callable[[int, int], None]) -> None:
        """Speak beforehand all that callers of the lines can hear. Raises SpeechError."""
        self.of(office).build(rehearsal.of_lines(office, config), progress)

    def close(self) -> None:
        """End the voice, and forget the sounds that hold callers' values."""
        for sounds in self._sounds.values():
            sounds.close()
        self._voice.close()
