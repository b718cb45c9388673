"""The worker that speaks: espeak-ng in a process of its own, `python -m ivr.speech.espeak`.

Apart, because the library is GPL-3, keeps global state and may crash. One JSON line in,
`{"text", "voice", "wpm", "gap", "out"}`, one JSON line out, `{"seconds": 1.2}` or `{"error": "…"}`; it ends with its
standard input, so it can't outlive the engine. It writes no log: texts may hold personal data.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

import espeakng_loader
import numpy as np
import numpy.typing as npt
import soxr

from ivr.speech import wav

Samples = npt.NDArray[np.float32]

_ESPEAK_RATE = 22_050
_LOUDNESS = 0.1  # RMS of the spoken parts, -20 dB of full scale: the level of Asterisk's own prompts
_PEAK = 0.9
_SILENCE = 0.012  # of the loudest sample: -38 dB
_HEAD = 0.02  # seconds kept before the first sound, so that a soft consonant isn't cut
_TAIL = 0.12  # seconds of silence at the end, so that the last syllable isn't swallowed by what follows

# speak_lib.h
_AUDIO_OUTPUT_SYNCHRONOUS = 2
_INITIALIZE_DONT_EXIT = 0x8000
_RATE, _WORDGAP = 1, 7
_CHARS_UTF8 = 1
_POS_CHARACTER = 1
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Espeak:
    """The library, loaded once."""

    def __init__(self) -> None:
        """Raises OSError when it can't be loaded or doesn't find its data."""
        # it keeps its data path in 160 bytes, less than a deep installation may need: go there and say "here"
        os.chdir(Path(espeakng_loader.get_data_path()).parent)
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        if self._library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, b".", _INITIALIZE_DONT_EXIT) != _ESPEAK_RATE:
            raise OSError("espeak-ng doesn't find its data")
        self._chunks: list[Samples] = []
        self._callback = _CALLBACK(self._collect)  # kept: the library holds but a pointer
        self._library.espeak_SetSynthCallback(self._callback)

    def speak(self, text: str, voice: str, wpm: int, gap: int) -> Samples:
        """`text` at 22,050 Hz; nothing when there is nothing to pronounce. Raises ValueError.

        wpm: espeak's words a minute; gap: pause between words, units of 10 ms.
        """
        if self._library.espeak_SetVoiceByName(voice.encode()):
            raise ValueError(f"espeak-ng has no voice “{voice}”")
        self._library.espeak_SetParameter(_RATE, wpm, 0)
        self._library.espeak_SetParameter(_WORDGAP, gap, 0)
        self._chunks = [np.zeros(0, np.float32)]
        data = text.replace("\0", " ").encode(errors="replace") + b"\0"
        if self._library.espeak_Synth(data, len(data), 0, _POS_CHARACTER, 0, _CHARS_UTF8, None, None):
            raise ValueError("espeak-ng refused the text")
        return np.concatenate(self._chunks)

    def _collect(self, samples: Any, count: int, _events: int | None) -> int:
        if samples and count:
            chunk = np.ctypeslib.as_array(samples, (count,))
            self._chunks.append(np.divide(chunk, 32768, dtype=np.float32))
        return 0


def for_telephone(samples: Samples) -> bytes:
    """Speech at 22,050 Hz as it goes on a line: 8 kHz, silence trimmed, level made even, a tail of silence."""
    line = soxr.resample(samples, _ESPEAK_RATE, wav.RATE, "HQ")
    heard = np.abs(line) > _SILENCE * np.max(np.abs(line), initial=0.0)
    if heard.any():
        loud = np.flatnonzero(heard)
        level = float(np.sqrt(np.mean(np.square(line[heard]))))
        line = line[max(0, loud[0] - int(_HEAD * wav.RATE)) : loud[-1] + 1]
        line = line * min(_LOUDNESS / level, _PEAK / float(np.max(np.abs(line))))
    else:
        line = line[:0]
    tail = np.zeros(int(_TAIL * wav.RATE), np.float32)
    return bytes((np.concatenate([line, tail]) * 32767).astype("<i2").tobytes())


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Carry out one request; what goes wrong comes back under "error", without the text."""
    try:
        samples = _espeak().speak(request["text"], request["voice"], request["wpm"], request["gap"])
        if not samples.size and any(map(str.isalnum, request["text"])):
            raise ValueError("espeak-ng can pronounce nothing of it")
        sound = for_telephone(samples)
        wav.write(Path(request["out"]), sound)
    except (OSError, ValueError) as error:
        return {"error": str(error)}
    return {"seconds": wav.seconds(sound)}


@cache
def _espeak() -> Espeak:
    return Espeak()


def main() -> None:
    """Answer requests until standard input ends."""
    for line in sys.stdin.buffer:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
