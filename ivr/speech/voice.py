"""The synthetic voice: hands texts to the espeak-ng worker and gets sound files back."""

from __future__ import annotations

import json
import logging
import selectors
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from ivr.errors import SpeechError

log = logging.getLogger(__name__)

_LONGEST = 10_000  # characters; a request has to fit a pipe, so that writing it can't block
_REST = 5.0  # seconds without a try after a failure: calls shall not queue up behind a voice that is gone


@dataclass(frozen=True, slots=True)
class _Manner:
    """How espeak-ng speaks a language: its voice, words a minute, pause between words in 10 ms."""

    voice: str
    wpm: int
    gap: int


# f1: of the female variants the one with the most energy where a telephone carries consonants (1.0-3.4 kHz: 24 %,
# plain "ko" 17 %); 160 gives 4.7 Korean syllables a second, a calm announcer's pace
_MANNERS = {"ko": _Manner("ko+f1", 160, 1), "en": _Manner("en-us+f1", 150, 1)}


class _WorkerGone(Exception):
    """The worker ended before it answered."""


class Voice:
    """Speaks one text at a time in a worker process, which starts at the first use. Safe between threads."""

    signature = f"espeak-ng 1 {_MANNERS}"
    """Names everything that decides how a text sounds; a sound made under another signature is to be made anew."""

    def __init__(self, limit: float = 8.0) -> None:
        """limit: seconds after which a text, waiting for its turn included, is given up; 1 s of work is ordinary."""
        self._limit = limit
        self._turn = threading.Lock()
        self._worker: subprocess.Popen[bytes] | None = None
        self._resting_until = 0.0

    def say(self, text: str, language: str, out: Path, rate: float = 1.0) -> None:
        """Write `text` to `out` (absolute) as an 8 kHz mono wav. rate: 0.8 is slow speech.

        Raises SpeechError: no such language, the voice is missing, failed, or took too long. A worker that dies is
        replaced once; after another failure every text is refused for 5 s.
        """
        manner = _MANNERS.get(language)
        if manner is None:
            raise SpeechError(f"the voice doesn't speak “{language}”")
        if len(text) > _LONGEST:
            raise SpeechError(f"a text of {len(text)} characters is too long to be spoken")
        order = {"text": text, "out": str(out), **asdict(manner), "wpm": round(manner.wpm * rate)}
        deadline = time.monotonic() + self._limit
        if not self._turn.acquire(timeout=self._limit):
            raise SpeechError("the voice is busy")
        try:
            answer = self._ask(json.dumps(order).encode() + b"\n", deadline)
        finally:
            self._turn.release()
        if "error" in answer:
            raise SpeechError(f"the voice failed: {answer['error']}")

    def close(self) -> None:
        """End the worker. A later `say` starts another."""
        with self._turn:
            self._stop()

    def _ask(self, order: bytes, deadline: float) -> dict[str, object]:
        if time.monotonic() < self._resting_until:
            raise SpeechError("the voice is resting after a failure")
        for _ in range(2):
            try:
                return self._exchange(order, deadline)
            except _WorkerGone:
                code = self._stop()
                log.warning("the voice's process ended with %s", code)
            except TimeoutError:
                self._stop()
                log.warning("the voice took longer than %s s", self._limit)
                break
            except OSError as error:
                log.warning("the voice's process can't be started: %s", error.strerror)
                break
        self._resting_until = time.monotonic() + _REST
        raise SpeechError("the voice's process can't be had, died, or took too long")

    def _exchange(self, order: bytes, deadline: float) -> dict[str, object]:
        """One line to the worker and one back. Raises _WorkerGone, TimeoutError."""
        if self._worker is None:
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "ivr.speech.espeak"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a traceback could hold a text
                bufsize=0,
                start_new_session=True,  # Ctrl-C is for the engine, which closes the voice itself
            )
        stdin, stdout = self._worker.stdin, self._worker.stdout
        assert stdin is not None  # noqa: S101 - for the type checker: both are pipes
        assert stdout is not None  # noqa: S101
        answer = b""
        try:
            stdin.write(order)
            with selectors.DefaultSelector() as selector:
                selector.register(stdout, selectors.EVENT_READ)
                while not answer.endswith(b"\n"):
                    if not selector.select(max(0.0, deadline - time.monotonic())):
                        raise TimeoutError
                    chunk = stdout.read(4096)
                    if not chunk:
                        raise _WorkerGone
                    answer += chunk
        except BrokenPipeError:
            raise _WorkerGone from None
        parsed: dict[str, object] = json.loads(answer)
        return parsed

    def _stop(self) -> int | None:
        """Kill the worker, if there is one, and reap it; its exit status."""
        worker, self._worker = self._worker, None
        if worker is None:
            return None
        worker.kill()
        with worker:  # closes the pipes and waits
            pass
        return worker.returncode
