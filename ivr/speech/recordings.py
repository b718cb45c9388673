"""An office's recordings, looked over before a caller hears them: is each wanted, readable, and short enough."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ivr.errors import Problem, SpeechError
from ivr.language.office import Office
from ivr.language.prompt import Prompt
from ivr.language.source import did_you_mean
from ivr.speech import wav

LONGEST_S = 60.0
"""Seconds that nobody listens beyond."""


def check(office: Office) -> list[Problem]:
    """What is wrong with the files below prompts/, in the order of their names."""
    return [problem for path in sorted(office.folder.glob("prompts/**/*.wav")) for problem in _problems(office, path)]


def _problems(office: Office, path: Path) -> Iterator[Problem]:
    language, _, id = path.relative_to(office.folder / "prompts").with_suffix("").as_posix().partition("/")
    shown = _shown(path)
    texts = office.texts.get(language)
    if texts is None:
        hint = f"languages are: {', '.join(office.languages)}"
        yield Problem(shown, 0, 0, f"the office doesn't speak “{language}”", hint, severity="warning")
        return
    text = texts.get(id)
    if text is None and not _whispered(office, language, id):
        yield Problem(shown, 0, 0, f"no text is called “{id}”", did_you_mean(id, texts), severity="warning")
    elif text is not None and not isinstance(text, Prompt):
        hint = "the voice speaks it, whatever is recorded"
        yield Problem(shown, 0, 0, "a text with variables can't be recorded", hint, severity="warning")
    try:
        seconds = wav.seconds(wav.read(path))
    except SpeechError as error:
        message, _, hint = str(error).removeprefix(f"{path} ").rpartition("; ")
        yield Problem(shown, 0, 0, message, hint)
        return
    if seconds > LONGEST_S:
        message = f"lasts {seconds:.0f} s, longer than {LONGEST_S:.0f} s"
        yield Problem(shown, 0, 0, message, "say it in fewer words", severity="warning")


def _whispered(office: Office, language: str, id: str) -> bool:
    """Whether only an officer hears it, before the caller: an option's label, a flow's title, the caller's language."""
    if language != office.languages[0]:
        return False
    told, _, what = id.rpartition("/")
    match what:
        case "label":
            chosen = "/options/" in told or told.startswith("tables/")
            return chosen and isinstance(office.texts[language].get(told), Prompt)
        case "title":
            return told in office.flows
    return told == "whisper" and what in office.languages[1:]


def _shown(path: Path) -> str:
    """The file as the admin would open it from here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
