"""The board of notices: how each is switched, whose load is on, who has heard what, as the database said last.

One thread reads it every second. While the database is away the last picture stays, and what is to end ends all the
same: a switch carries its own end.
"""

from __future__ import annotations

import datetime
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ivr.errors import BadInput, StoreUnavailable
from ivr.language.office import Office
from ivr.office.emergencies import Emergency, added
from ivr.office.notices import NOTHING, Board, Switch
from ivr.office.versions import MEMORY
from ivr.records import switches
from ivr.records.keys import Keys
from ivr.records.store import Store
from ivr.telephony.heard import Heard
from ivr.telephony.load_watch import LoadWatch

POLL_S = 0.5
"""Pause between two looks: what is switched is in the world of the next call within a second."""
FIRST_S = 1.0
"""How long the first call waits for the first look."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Picture:
    """What the database said: switches and loads of the office's notices, and notices in words of their own."""

    board: Board = NOTHING
    emergencies: tuple[Emergency, ...] = ()


class NoticeBoard:
    """The board of this process. Asked at every event of every call: all of it out of memory. Safe between threads."""

    def __init__(
        self,
        store: Store,
        keys: Keys,
        office: Callable[[], Office],
        now: Callable[[], datetime.datetime],
        watch: LoadWatch,
    ) -> None:
        """office: the version that new calls take; raises BadInput when there is none. now: aware, the office's time.
        watch: turns load triggers on and off. Nothing is read before `start`, or `look`."""
        self._store, self._keys, self._office, self._now, self._watch = store, keys, office, now, watch
        self._heard = Heard()
        self._picture = _Picture()
        self._extended: dict[str, tuple[tuple[Emergency, ...], Office]] = {}
        self._extending = threading.Lock()
        self._stop, self._looked = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="notices", daemon=True)

    def start(self) -> None:
        """Keep looking, in a thread of its own; back when it has looked once, or can't within a second."""
        self._thread.start()
        self._looked.wait(FIRST_S)

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()
        self._thread.join()

    def board(self) -> Board:
        """Switches and loads, as `ivr.office.notices` decides by them; the same object as long as nothing changes."""
        return self._picture.board

    def emergencies(self, at: datetime.datetime) -> tuple[str, ...]:
        """The notices in words of their own that are on the air at an instant, the oldest first."""
        return tuple(one.name for one in self._picture.emergencies if one.heard(at))

    def office(self, office: Office) -> Office:
        """A version of the office with the notices in words of their own; also those just over, where calls may be."""
        emergencies = self._picture.emergencies
        with self._extending:
            known = self._extended.pop(office.version, None)
            if known is None or known[0] is not emergencies:
                known = emergencies, added(office, emergencies)
            while len(self._extended) >= MEMORY:  # what was asked for longest ago goes first
                del self._extended[next(iter(self._extended))]
            self._extended[office.version] = known
        return known[1]

    def heard(self, caller: str, call: str) -> Mapping[str, int]:
        """In how many other calls of today a caller has heard which notice. caller: the number, or "": nobody knows."""
        return self._heard.times(self._keys.who(caller), call) if caller else {}

    def played(self, notice: str, caller: str, call: str) -> None:
        """A notice begins in a call: known at once, before the journal has brought it to the database."""
        if caller:
            self._heard.add([(self._keys.who(caller), notice, call)])

    def look(self) -> None:
        """Take the picture anew. Raises StoreUnavailable, and BadInput when there is no good version of the office."""
        office, now = self._office(), self._now()
        limited = {name for name, notice in office.notices.items() if notice.at_most}
        with self._store.reading() as session:
            plain, said = read(session, now)
            self._heard.read(session, limited, now.astimezone(office.calendar.tz))
        self._show(Board(plain, self._picture.board.loaded), said)  # what people switch waits for no measuring
        self._show(Board(plain, self._watch.look(office)), said)

    def _show(self, board: Board, said: tuple[Emergency, ...]) -> None:
        before = self._picture
        self._picture = _Picture(
            before.board if board == before.board else board,
            before.emergencies if said == before.emergencies else said,
        )

    def _run(self) -> None:
        away = False
        while not self._stop.is_set():
            try:
                self.look()
                away = False
            except (StoreUnavailable, BadInput) as error:
                if not away:
                    log.warning("the notices stay as they are", extra={"reason": str(error)})
                away = True
            except Exception:  # whatever it is, it must not leave the line with old notices for ever
                log.exception("the notices can't be looked at")
            self._looked.set()
            self._stop.wait(POLL_S)


def read(session: Session, now: datetime.datetime) -> tuple[dict[str, Switch], tuple[Emergency, ...]]:
    """How notices are switched at a time: those of notices.yaml, and those in words of their own, the oldest first."""
    rows = switches.switched(session, now)
    plain = {row.notice: Switch(row.on, row.until) for row in rows if not row.texts}
    said = [Emergency(row.notice, switches.words(row), row.until, row.on) for row in rows if row.texts and row.until]
    return plain, tuple(said)
