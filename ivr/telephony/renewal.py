"""Another version of the office put in place: spoken beforehand, known to the exchange, read by the engine, so that no
caller waits for any of it. The next call takes it; a call in progress ends as it began.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ivr.config import Config
from ivr.errors import BadInput, ExchangeError, Problem
from ivr.language import loader
from ivr.language.office import Office
from ivr.language.source import did_you_mean
from ivr.office.changes import changes
from ivr.office.versions import Versions
from ivr.speech.cache import Sounds
from ivr.speech.voice import Voice
from ivr.telephony import claim, rehearsal, standing, watchdog
from ivr.telephony.agreement import agree
from ivr.telephony.pbx import Pbx

RENEW_S = 30.0
"""How long the engine may take to read a version."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """A version that is in place. before: the one that was, "" for none. changed: what is different, in lines.
    restart: files of the exchange that it takes up only when it starts."""

    version: str
    before: str
    changed: tuple[str, ...]
    restart: tuple[Path, ...]


def put_in_place(config: Config, versions: Versions, office: Office, speak: Callable[[Office], None]) -> Renewed:
    """Put a checked office in place, within `versions.switching()`; `follow` then sees who follows.

    speak: says beforehand what callers can hear. Raises SpeechError, ExchangeError and BadInput; nothing has changed.
    """
    return _place(config, versions, office, speak, lambda: versions.put_in_place(office))


def go_back(config: Config, versions: Versions, version: str, file: Path, speak: Callable[[Office], None]) -> Renewed:
    """The same with a version that is kept, and has to agree with the settings of today, which stand in `file`."""
    kept = [kept.version for kept in versions.kept()]
    if version not in kept:
        hint = did_you_mean(version, kept) or "see: ivr reload --list"
        raise BadInput([Problem("--to", 0, 0, f"there is no version “{version}”", hint)])
    office = versions.get(version)
    agree(config, file, office)
    left = loader.version(config.office_dir)
    return _place(config, versions, office, speak, lambda: versions.mark(version, left=left))


def follow(config: Config, version: str) -> bool:
    """Let the engine read the version in place, so that no caller waits for that; whether a line runs that takes it.

    Raises ExchangeError when a line runs, and doesn't.
    """
    match watchdog.ping(config.engine.agi, "renew", RENEW_S):
        case "well":
            _see_exchange(config, version)
            return True
        case "silent":
            raise ExchangeError(f"{version} is in place, but the engine does not answer")
        case "gone":
            if watchdog.ping(config.engine.agi) == "well":
                raise ExchangeError(f"the engine can't read {version}; the version before goes on, see log/engine.log")
            if claim.is_held(config):
                raise ExchangeError(f"{version} is in place, but no engine answers: see log/engine.log")
            return False


def speak(config: Config, office: Office, progress: Callable[[int, int], None] = lambda done, total: None) -> None:
    """Speak beforehand whatever callers can hear of an office. progress: told how many of how many. Raises
    SpeechError."""
    with closing(Voice()) as voice:
        sounds = Sounds(config.data_dir / "sounds", office.folder / "prompts", voice)
        sounds.build(rehearsal.of_lines(office, config), progress)


def _place(
    config: Config, versions: Versions, office: Office, speak: Callable[[Office], None], place: Callable[[], object]
) -> Renewed:
    marked = versions.marked()
    before = versions.newest_good() if marked else None
    speak(office)
    restart = _configure(config, versions, office)
    place()
    changed = changes(before, office) if before else []
    versions.prune(standing.in_use(config, versions), datetime.datetime.now(datetime.UTC))
    return Renewed(office.version, marked, tuple(changed), tuple(restart))


def _configure(config: Config, versions: Versions, office: Office) -> Sequence[Path]:
    """Let a running exchange know the desks before a call can go there; the files that wait for its restart."""
    pbx = Pbx(config, standing.desks(config, versions, office))
    return pbx.reload(pbx.configure()) if pbx.running() else []


def _see_exchange(config: Config, version: str) -> None:
    """An engine without its exchange takes no call. Raises ExchangeError then."""
    pbx = Pbx(config)
    if not pbx.running():
        raise ExchangeError(f"{version} is in place, but the exchange is down, so no call comes in: ivr pbx start")
    try:
        pbx.calls()
    except ExchangeError as error:
        raise ExchangeError(f"{version} is in place, but no call may come in: {error}") from error
