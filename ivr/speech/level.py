"""How loud a sound is, and where in it somebody speaks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ivr.speech import wav

FRAME_S = 0.02
"""Speech is judged by frames of this length."""
SPEECH = 256 / 32_768
"""Mean amplitude, of full scale, from which a frame counts as speech: what Asterisk takes for no silence (dsp.c)."""

Samples = npt.NDArray[np.float32]


def floats(samples: bytes) -> Samples:
    """16-bit samples as numbers from -1 to 1."""
    return np.frombuffer(samples, "<i2").astype(np.float32) / np.float32(32_768)


def speech(samples: bytes) -> float:
    """Seconds of speech in 8 kHz samples."""
    return float(np.count_nonzero(spoken(floats(samples)))) * FRAME_S


def quiet(samples: bytes) -> float:
    """Seconds without speech at the end of 8 kHz samples."""
    frames = spoken(floats(samples))
    (speech,) = np.nonzero(frames)
    return float(len(frames) - (speech[-1] + 1 if len(speech) else 0)) * FRAME_S


def spoken(samples: Samples) -> npt.NDArray[np.bool_]:
    """For each whole frame of 8 kHz samples whether somebody speaks in it."""
    size = round(FRAME_S * wav.RATE)
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    return np.asarray(np.abs(frames).mean(axis=1) >= SPEECH)
