"""Sounds for Asterisk: one file per utterance, recorded where there is a recording, spoken once and kept otherwise.

Fixed words are kept for ever under a name made from their content, shared by all processes. What holds a caller's
values (names, numbers) is personal: it lies apart, in a folder of this process alone, under a name that nobody can
compute from the words, and is deleted after minutes.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ivr.errors import SpeechError
from ivr.language.prompt import Prompt
from ivr.speech import wav
from ivr.speech.voice import Voice
from ivr.speech.words import spoken

Utterance = tuple[Prompt, ...]

_PAUSE = wav.silence(0.15)  # between prompts, on top of the voice's own tail
_FORMAT = "1"  # to be raised when files are put together differently
_KEEP = 600.0  # seconds that a sound with a caller's values lives
_MOST = 2000  # and how many of them at most
_SWEEP = 60.0  # seconds between sweeps, as long as there are any


SLOW = 0.8
"""Rate of slow speech. Recordings are played as they are."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """One prompt on its way to sound: its recording's samples, or the words for the voice."""

    digest: bytes
    fixed: bool
    language: str
    recording: bytes | None = None
    words: str = ""
    rate: float = 1.0


class Sounds:
    """The sounds of one version of an office. Safe between threads; processes may share the folder.

    Recordings are looked up when an utterance is first wanted: an office's versions don't change, a new version
    gets new `Sounds`.
    """

    def __init__(self, folder: Path, prompts_dir: Path, voice: Voice) -> None:
        """folder: where sounds are kept, made if missing; Asterisk must be able to read it."""
        self._prompts_dir = prompts_dir
        self._voice = voice
        self._fixed = folder.resolve() / "fixed"
        self._all_passing = folder.resolve() / "passing"
        self._passing = self._all_passing / secrets.token_hex(4)
        self._secret = secrets.token_bytes(32)
        self._memo: dict[tuple[Utterance, str, float], str] = {}
        self._making = threading.Lock()
        self._sweeper: threading.Timer | None = None
        self._fixed.mkdir(parents=True, exist_ok=True)
        self._sweep_again()  # a process that died leaves sounds behind

    def path(self, prompts: Utterance, language: str, rate: float = 1.0) -> str:
        """Absolute path, without its extension as Asterisk wants it, of one wav with all `prompts`, those that have no
        language of their own in `language`.

        Costs some microseconds for fixed prompts heard before; otherwise the time of synthesis. To be played at
        once: a sound with values is deleted after minutes. Raises SpeechError: a recording is unfit, a value is not
        of its type, the voice fails, the disk is full. rate: of what is synthesised, 0.8 is slow.
        """
        known = self._memo.get((prompts, language, rate))
        if known is not None and os.path.exists(f"{known}.wav"):
            return known
        pieces = [self._piece(part, language, rate) for prompt in prompts for part in self._recorded(prompt, language)]
        target = self._place(pieces)
        try:
            if not self._fresh(target):
                with self._making:  # whoever waited for the same sound finds it made
                    if not self._fresh(target):
                        self._make(pieces, target)
        except OSError as error:
            raise SpeechError(f"sounds can't be kept: {error.strerror}") from error
        path = str(target.with_suffix(""))
        if target.parent == self._fixed:
            self._memo[prompts, language, rate] = path
        return path

    def build(
        self,
        wanted: Collection[tuple[Utterance, str]],
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        """Speak beforehand what can be: whole utterances, or of one with values the prompts without.

        progress: called with (done, total) after each. Raises one SpeechError with every problem, after the rest is
        done.
        """
        problems: dict[str, None] = {}
        for done, (prompts, language) in enumerate(wanted, 1):
            whole = all(prompt.fixed for prompt in prompts)
            for utterance in [prompts] if whole else [(prompt,) for prompt in prompts if prompt.fixed]:
                try:
                    self.path(utterance, language)
                except SpeechError as error:
                    problems[str(error)] = None
            progress(done, len(wanted))
        if problems:
            raise SpeechError("\n".join(problems))

    def synthetic(self, prompts: Sequence[Prompt], language: str) -> list[str]:
        """Ids of the prompts that could have a recording and have none, each once, in their order."""
        ids = dict.fromkeys(prompt.id for prompt in prompts if prompt.fixed)
        return [id_ for id_ in ids if not self._recording(id_, language).exists()]

    def sweep(self) -> None:
        """Delete sounds with values that are too old, whichever process made them, and the oldest of too many."""
        aged = sorted(_ages(self._all_passing), reverse=True)
        for index, (age, path) in enumerate(aged):
            if age > _KEEP or index < len(aged) - _MOST:
                path.unlink(missing_ok=True)
        for folder in self._all_passing.glob("*"):
            with suppress(OSError):  # not empty, or gone already
                if time.time() - folder.stat().st_mtime > _KEEP:
                    folder.rmdir()

    def close(self) -> None:
        """Delete the sounds with values that this process made."""
        with self._making:
            if self._sweeper is not None:
                self._sweeper.cancel()
                self._sweeper = None
            shutil.rmtree(self._passing, ignore_errors=True)

    def _recording(self, prompt_id: str, language: str) -> Path:
        return self._prompts_dir / language / f"{prompt_id}.wav"

    def _recorded(self, prompt: Prompt, language: str) -> Utterance:
        """The prompt in the parts that are recorded: an option whose key the call gave, as its label and its key."""
        language = prompt.language or language
        if not (prompt.loose and prompt.fixed and self._recording(prompt.id, language).exists()):
            return (prompt,)
        return replace(prompt, key="", loose=False), Prompt(f"keys/{prompt.key}", (), prompt.key, language)

    def _piece(self, prompt: Prompt, language: str, rate: float) -> _Piece:
        language = prompt.language or language
        if prompt.fixed:
            try:
                samples = wav.read(self._recording(prompt.id, language))
            except FileNotFoundError:
                pass
            else:
                return _Piece(hashlib.blake2b(samples).digest(), True, language, recording=samples)
        words = spoken(prompt, language, datetime.datetime.now(datetime.UTC).year)
        key = "\0".join([self._voice.signature, language, words, *([] if rate == 1.0 else [str(rate)])])
        return _Piece(hashlib.blake2b(key.encode()).digest(), prompt.fixed, language, words=words, rate=rate)

    def _place(self, pieces: Sequence[_Piece]) -> Path:
        """Where the sound of `pieces` belongs; a personal one's name is keyed, so that a log of it tells nothing."""
        fixed = all(piece.fixed for piece in pieces)
        name = hashlib.blake2b(_FORMAT.encode(), digest_size=16, key=b"" if fixed else self._secret)
        for piece in pieces:
            name.update(piece.digest)
        return (self._fixed if fixed else self._passing) / f"{name.hexdigest()}.wav"

    def _fresh(self, target: Path) -> bool:
        """Whether a sound is there, and will be until it is played."""
        try:
            made = target.stat().st_mtime
        except FileNotFoundError:
            return False
        return target.parent == self._fixed or time.time() - made < _KEEP / 2

    def _make(self, pieces: Sequence[_Piece], target: Path) -> None:
        if target.parent == self._passing:
            self._passing.mkdir(mode=0o750, parents=True, exist_ok=True)
            self._sweep_later()
        # Nothing to say is a moment of silence: Asterisk can't play a file without samples, and the call would be lost.
        samples = _PAUSE.join(self._samples(piece) for piece in pieces) or _PAUSE
        if not self._fresh(target):  # the words of a single prompt are their own file
            wav.write(target, samples)

    def _samples(self, piece: _Piece) -> bytes:
        if piece.recording is not None:
            return piece.recording
        place = self._place([piece])
        if not self._fresh(place):
            self._voice.say(piece.words, piece.language, place, piece.rate)
        return wav.read(place)

    def _sweep_later(self) -> None:
        if self._sweeper is None or not self._sweeper.is_alive():
            self._sweeper = threading.Timer(_SWEEP, self._sweep_again)
            self._sweeper.daemon = True
            self._sweeper.start()

    def _sweep_again(self) -> None:
        self.sweep()
        with self._making:
            self._sweeper = None
            if any(self._all_passing.rglob("*.wav")):
                self._sweep_later()


def _ages(folder: Path) -> list[tuple[float, Path]]:
    """Sound files below `folder` with their age in seconds; what vanishes meanwhile is left out."""
    now = time.time()
    ages = []
    for path in folder.rglob("*.wav"):
        with suppress(FileNotFoundError):
            ages.append((now - path.stat().st_mtime, path))
    return ages
