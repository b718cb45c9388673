"""Takes: recordings as they come from a telephone or a studio, made fit for the line, and judged."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import soxr

from ivr.errors import SpeechError
from ivr.speech import wav
from ivr.speech.level import FRAME_S, Samples, spoken

LONGEST_S = 300
"""Longest take that is read."""
LARGEST_BYTES = 200 * 1024 * 1024

QUIET_DB = -36
"""Level of the spoken parts below which nobody understands a take on a bad line; prompts are at about -20 dB."""
SILENT_DB = -96.0
"""Stands for no speech at all."""
CLIPPED = 0.001
"""Part of the samples at full scale from which a take rattles."""
SHORT, LONG = 0.4, 2.5
"""How far from its text's estimated length a take may be: beyond, it is another text, or half of it."""

_HEAD_S, _TAIL_S = 0.1, 0.2  # silence left before and after, so that no consonant is cut
_FULL = 0.99
_WIDTHS = {1: ("u1", 128.0), 2: ("<i2", 32_768.0), 4: ("<i4", 2_147_483_648.0)}


def read(path: Path) -> Samples:
    """A wav of any rate and number of channels (PCM of 8, 16, 24 or 32 bits) as 8 kHz mono, trimmed.

    Raises SpeechError: it can't be read, is longer than LONGEST_S, or nobody speaks in it.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise SpeechError(f"{path} is larger than {LARGEST_BYTES >> 20} MB")
        with wave.open(str(path), "rb") as file:
            rate, channels, width = file.getframerate(), file.getnchannels(), file.getsampwidth()
            if not 4_000 <= rate <= 192_000 or not 1 <= channels <= 8:
                raise SpeechError(
                    f"{path} has {rate} Hz and {channels} channels: 4000 to 192000 Hz and 1 to 8 are read"
                )
            if file.getnframes() > LONGEST_S * rate:
                raise SpeechError(f"{path} is longer than {LONGEST_S} s")
            raw = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise SpeechError(f"{path} can't be read as sound ({error}); save it as wav, PCM of 16 bits") from None
    samples = _numbers(raw[: len(raw) // (width * channels) * width * channels], width)
    mono = samples.reshape(-1, channels).mean(axis=1, dtype=np.float32)
    return trimmed(np.asarray(soxr.resample(mono, rate, wav.RATE), np.float32), str(path))


def trimmed(samples: Samples, name: str) -> Samples:
    """8 kHz samples without the silence around what is spoken. Raises SpeechError when nobody speaks."""
    frames = np.flatnonzero(spoken(samples))
    if not len(frames):
        raise SpeechError(f"nobody speaks in {name}, or far too quietly")
    start = max(0, round((frames[0] * FRAME_S - _HEAD_S) * wav.RATE))
    return samples[start : round(((frames[-1] + 1) * FRAME_S + _TAIL_S) * wav.RATE)]


def flaws(samples: Samples, expected_s: float) -> list[str]:
    """What is wrong with a trimmed take, in words; expected_s: how long its text takes to be read."""
    found = []
    level = decibels(samples)
    if level < QUIET_DB:
        found.append(f"too quiet: {level:.0f} dB, at least {QUIET_DB} dB is needed; speak closer to the microphone")
    if np.mean(np.abs(samples) >= _FULL) > CLIPPED:
        found.append("too loud: it is clipped and rattles; speak farther from the microphone")
    seconds = len(samples) / wav.RATE
    if not SHORT * expected_s <= seconds <= LONG * expected_s:
        what = "short" if seconds < expected_s else "long"
        found.append(f"too {what}: {seconds:.1f} s, its text takes about {expected_s:.1f} s; is it this text?")
    return found


def decibels(samples: Samples) -> float:
    """Level of the spoken parts, in dB of full scale."""
    size = round(FRAME_S * wav.RATE)
    frames = samples[: len(samples) // size * size].reshape(-1, size)[spoken(samples)]
    return float(10 * np.log10(np.mean(frames**2))) if len(frames) else SILENT_DB


def pcm(samples: Samples) -> bytes:
    """Samples as 16 bits."""
    return (np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes()


def _numbers(raw: bytes, width: int) -> Samples:
    if width == 3:  # as 32 bits, the lowest eight empty
        whole = np.zeros((len(raw) // 3, 4), np.uint8)
        whole[:, 1:] = np.frombuffer(raw, np.uint8).reshape(-1, 3)
        raw, width = whole.tobytes(), 4
    kind, full = _WIDTHS[width]
    middle = full if width == 1 else 0.0
    return ((np.frombuffer(raw, kind).astype(np.float64) - middle) / full).astype(np.float32)
