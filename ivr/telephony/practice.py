"""Practice: desks that answer by themselves, where no telephone is registered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def officer() -> list[str]:
    """An officer whose telephone isn't registered answers by himself."""
    return [
        "Set(IVR_PHONE=${PJSIP_DIAL_CONTACTS(${EXTEN})})",
        "GotoIf($[${LEN(${IVR_PHONE})} = 0]?practice-robot,${EXTEN},1)",
        "Dial(${IVR_PHONE})",
        "Hangup(${HANGUPCAUSE})",
    ]


def robot(prompts: Path) -> list[str]:
    """Picks up after a second, says who it is or beeps, and hangs up."""
    return [
        "Wait(1)",
        "Answer()",
        # The queue plays the whisper and hears nothing; this takes as long.
        'ExecIf($["${IVR_WHISPER}" != ""]?Playback(${IVR_WHISPER}))',
        *play_if_there(prompts, "${IVR_LANGUAGE}/practice-${IVR_DESK}"),
        "Playback(beep)",
        "Wait(3)",
        "Hangup()",
    ]


def play_if_there(prompts: Path, name: str) -> Iterator[str]:
    """Playback() of a missing file would be a warning on the console at every call."""
    path = prompts / name
    yield f"ExecIf($[${{STAT(e,{path}.wav)}}]?Playback({path}))"
