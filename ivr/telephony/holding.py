"""What callers hear while they wait at a desk: their place, the expected wait, and the keys for something else.

The exchange plays `said.wav` to each of them every so often (queues.conf, periodic-announce). It looks for it by the
channel's language, which in a queue is the call's own, e.g. `ko_n1-1795292000.12`: a folder that the engine fills for
this one call. Where there is no such file nothing is played, and the caller goes on waiting: so it is while the engine
is down (what it left is deleted by the watchdog, and by the next engine), and where nobody is staffed.
"""

from __future__ import annotations

import datetime
import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ivr.config import Config
from ivr.engine import instead
from ivr.engine.session import Session
from ivr.errors import OnestopError, SpeechError
from ivr.language.office import Office
from ivr.language.prompt import Prompt
from ivr.telephony.live import Live
from ivr.telephony.waits import Ahead, Waits
from ivr.telephony.whisper import Speak

SOUND = "said"
LOOK_S = 1.0
SPOKEN_S = 10.0
"""What a caller is about to hear is made anew so often: an announcement is no older than that."""
MOST = 1_000
"""Callers looked after at once; those behind them hear nothing."""

log = logging.getLogger(__name__)


def folder(config: Config) -> Path:
    """Where what callers hear while they wait lies, as LANGUAGE_CALL/said.wav."""
    return config.data_dir / "exchange/holding"


def clear(config: Config) -> None:
    """Let nobody hear any more of it: whoever wrote it is gone."""
    shutil.rmtree(folder(config), ignore_errors=True)


@dataclass(slots=True)
class _Held:
    """A caller in a queue: his session and office, what was written for him, and when it is to be looked at again."""

    session: Session
    office: Office
    said: tuple[Prompt, ...] = ()
    due: float = 0.0


class Holding:
    """Writes what each waiting caller hears next, in a thread of its own."""

    def __init__(
        self,
        config: Config,
        live: Live,
        waits: Waits,
        sessions: Callable[[str], Session | None],
        office: Callable[[str], Office],
        speak: Speak,
    ) -> None:
        """sessions: the session of a call at a desk, if we know the call. office: a version of the office."""
        self._folder, self._live, self._waits = folder(config), live, waits
        self._sessions, self._office, self._speak = sessions, office, speak
        self._held: dict[tuple[str, str], _Held | None] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="holding")
        clear(config)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; nobody hears any more of it."""
        self._stop.set()
        self._thread.join()
        shutil.rmtree(self._folder, ignore_errors=True)

    def look(self, at: datetime.datetime) -> None:
        """Look at everybody who waits at a time (aware), and write what has changed for them."""
        waiting = list(self._waiting())[:MOST]
        for key in self._held.keys() - waiting:
            if held := self._held.pop(key):
                shutil.rmtree(self._place(held), ignore_errors=True)
        for key in waiting:
            if key not in self._held:
                self._held[key] = self._known(*key)
            held = self._held[key]
            if held is not None and at.timestamp() >= held.due:
                held.due = at.timestamp() + SPOKEN_S
                self._tell(held, self._waits.of_caller(*key, at))

    def _run(self) -> None:
        while not self._stop.wait(LOOK_S):
            try:
                self.look(datetime.datetime.now(datetime.UTC))
            except Exception:  # whatever it is, the next look may go well, and they wait on meanwhile
                log.exception("callers who wait are told nothing")

    def _waiting(self) -> Iterator[tuple[str, str]]:
        """Desk and call of everybody who waits; nobody while the exchange can't be seen."""
        if self._live.known():
            for name, desk in self._live.desks().items():
                yield from ((name, call) for call in desk.waiting)

    def _known(self, desk: str, call: str) -> _Held | None:
        """None for a call that is not where its session says: the exchange has brought it there without us."""
        try:
            session = self._sessions(call)
            if session is None or session.desk != desk:
                return None
            return _Held(session, self._office(session.office))
        except OnestopError as error:
            log.warning("a caller who waits is told nothing", extra={"call": call, "reason": str(error)})
            return None

    def _tell(self, held: _Held, ahead: Ahead) -> None:
        said = tuple(words(held.office, held.session, ahead))
        place = self._place(held)
        sound = place / f"{SOUND}.wav"
        if said == held.said and sound.exists() == bool(said):  # the watchdog may have deleted it
            return
        held.said = said
        if not said:
            shutil.rmtree(place, ignore_errors=True)
            return
        try:
            spoken = self._speak(held.office, said, held.session.language, held.session.slow)
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            new = place / "new.wav"
            shutil.copyfile(f"{spoken}.wav", new)
            new.replace(sound)
        except (SpeechError, OSError) as error:
            shutil.rmtree(place, ignore_errors=True)  # what was said before is no longer true
            log.warning("a caller who waits is told nothing", extra={"call": held.session.call, "reason": str(error)})

    def _place(self, held: _Held) -> Path:
        return self._folder / f"{held.session.language}_{held.session.call}"


def words(office: Office, session: Session, ahead: Ahead) -> Iterator[Prompt]:
    """What a waiting caller hears; nothing where nobody is staffed."""
    if ahead.place is None:
        return
    yield instead.place(office, session.language, ahead.place)
    if ahead.said is not None:
        yield instead.wait(office, session.language, ahead.said.low, ahead.said.high)
    for name in instead.options(office, session.desk, session.texted).values():
        yield office.prompt(session.language, f"phrases/{name}", {})
