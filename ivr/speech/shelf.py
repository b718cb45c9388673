"""The shelf: an office's recordings, put in place whole, the one before kept beside so that it can come back."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from ivr.errors import SpeechError
from ivr.speech import takes, wav
from ivr.speech.level import Samples

BEFORE = ".wav.before"
"""End of the name of the recording before: no .wav, and so no part of the office."""


class Shelf:
    """The recordings of one office, below `folder` (its prompts/)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, id: str, language: str) -> Path:
        """Where the recording of a prompt is."""
        return self._folder / language / f"{id}.wav"

    def put(self, id: str, language: str, take: Samples) -> Path:
        """Put a take in place, whole or not at all; what was there is kept. Raises SpeechError."""
        path = self.path(id, language)
        before = path.with_suffix(BEFORE)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists():
                before.unlink(missing_ok=True)
                os.link(path, before)
            wav.write(path, takes.pcm(take))
        except OSError as error:
            raise SpeechError(f"the recording can't be kept: {error}") from error
        return path

    def undo(self, id: str, language: str) -> Path:
        """Bring the recording before back, in exchange: done twice, nothing has changed. Raises SpeechError."""
        path = self.path(id, language)
        before, aside = path.with_suffix(BEFORE), path.with_suffix(".wav.aside")
        if not before.exists():
            raise SpeechError(f"no recording was there before {path}; without the file the machine speaks")
        try:
            os.replace(before, aside)
            with contextlib.suppress(FileNotFoundError):
                os.replace(path, before)
            os.replace(aside, path)
        except OSError as error:
            raise SpeechError(f"the recordings can't be exchanged: {error}") from error
        return path
