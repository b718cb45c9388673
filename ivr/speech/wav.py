"""Sound files as Asterisk plays them from a `.wav`: 8 kHz, mono, 16-bit PCM, and nothing else."""

from __future__ import annotations

import os
import secrets
import wave
from pathlib import Path

from ivr.errors import SpeechError

RATE = 8000
"""Samples a second."""

_WIDTH = 2  # bytes a sample


def read(path: Path) -> bytes:
    """The samples of a sound file.

    Raises SpeechError for any other format, and says how to convert it: Asterisk itself would stay silent and
    report success.
    """
    try:
        with wave.open(str(path), "rb") as file:
            found = (file.getframerate(), file.getnchannels(), file.getsampwidth())
            samples = file.readframes(file.getnframes())
    except FileNotFoundError:
        raise
    except (OSError, EOFError, wave.Error) as error:
        raise SpeechError(
            f"{path} can't be read as sound ({str(error) or 'it ends too soon'}); {_remedy(path)}"
        ) from None
    if found != (RATE, 1, _WIDTH):
        rate, channels, width = found
        raise SpeechError(
            f"{path} has {rate} Hz, {channels} channel(s), {width * 8} bits; the telephone needs 8000 Hz, mono,"
            f" 16 bits; {_remedy(path)}"
        )
    return samples


def write(path: Path, samples: bytes) -> None:
    """Write samples as a sound file, whole or not at all; the folder must exist. Raises OSError."""
    part = path.with_name(f".{path.stem}-{secrets.token_hex(4)}.wav")
    try:
        with wave.open(str(part), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(_WIDTH)
            file.setframerate(RATE)
            file.writeframes(samples)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def silence(seconds: float) -> bytes:
    """Samples of silence."""
    return bytes(_WIDTH * round(seconds * RATE))


def seconds(samples: bytes) -> float:
    """How long samples last."""
    return len(samples) / (_WIDTH * RATE)


def _remedy(path: Path) -> str:
    return f"convert it: ffmpeg -i {path.name} -ar 8000 -ac 1 -c:a pcm_s16le new-{path.name}"
