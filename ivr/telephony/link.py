"""The engine's link to its exchange: what is going on there now, for the pages, and which calls died with it."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime, timedelta

from asterisk.ami import Event

from ivr.config import Config
from ivr.engine.events import Queue
from ivr.errors import JournalUnavailable, StoreUnavailable
from ivr.office.waiting import RECENT_S
from ivr.records import live as shown
from ivr.records import recent
from ivr.records.calls import unfinished
from ivr.records.journal import Journal
from ivr.records.live import LiveQueue
from ivr.records.store import Store
from ivr.telephony import passwords
from ivr.telephony.ami import Manager, open_manager
from ivr.telephony.live import Desk, Live
from ivr.telephony.supervisor import Supervisor
from ivr.telephony.waits import Ahead, Waits

SHOW_S = 1.0
"""Time between two pictures of the queues in the database."""
AGAIN_S = 5.0
"""A picture that doesn't change is shown again after so long, so that others know it is of now."""
GRACE_S = 5.0
"""A call that is gone from the exchange gets this long for its last witness line to be recorded."""
LONGEST = timedelta(days=1)
"""No call lasts longer."""
REMEMBERED = timedelta(seconds=RECENT_S)
"""So far back go the records that foretell waits after a start."""

log = logging.getLogger(__name__)


class Link:
    """Keeps `live` true, shows it in the database, and journals the calls that a dead exchange cut."""

    def __init__(self, config: Config, store: Store, journal: Journal) -> None:
        """Nothing is connected before `start`."""
        self._config, self._store, self._journal = config, store, journal
        self._stop = threading.Event()
        self._changed = threading.Event()
        self._picture: tuple[datetime, frozenset[str]] = (datetime.now(UTC), frozenset())
        self.live, self.waits = Live(on_change=self._changed.set), Waits()
        self._threads = [
            threading.Thread(target=self._listen, name="exchange-events"),
            threading.Thread(target=self._show, name="exchange-state"),
        ]

    def start(self) -> None:
        """Connect, and stay connected, in threads of its own."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Disconnect."""
        self._stop.set()
        self._changed.set()
        for thread in self._threads:
            thread.join()

    def queues(self) -> dict[str, Queue]:
        """Every desk's queue now, out of memory; empty while the exchange can't be seen."""
        return views(self.live, datetime.now(UTC), self.waits)

    def _listen(self) -> None:
        def connect() -> Manager:
            return open_manager(self._config, passwords.ENGINE)

        try:
            with self._store.reading() as session:
                self.waits.remember(recent.entries(session, self._config.node, datetime.now(UTC) - REMEMBERED))
        except StoreUnavailable as error:
            log.info("earlier waits can't be looked at", extra={"reason": str(error)})
        supervisor = Supervisor(connect, fresh=self._fresh, event=self._event, lost=self.live.lost)
        supervisor.run(self._stop)

    def _fresh(self, manager: Manager) -> None:
        looked = datetime.now(UTC)
        self.live.fresh(manager)
        self._picture = looked, self.live.calls()
        self.waits.fresh(self.live.desks(), looked)

    def _event(self, event: Event) -> None:
        before = self.live.desks()
        self.live.event(event)
        self.waits.event(event, before, self.live.desks(), datetime.now(UTC))

    def _show(self) -> None:
        """Write what changed; after each fresh picture find, GRACE_S later, the calls that are missing in it."""
        examined = self._picture
        shown = time.monotonic()
        while not self._stop.wait(SHOW_S):
            try:
                if self._changed.is_set() or (self.live.known() and time.monotonic() - shown > AGAIN_S):
                    self._changed.clear()
                    self._write()
                    shown = time.monotonic()
                picture = self._picture
                if picture is not examined and (datetime.now(UTC) - picture[0]).total_seconds() > GRACE_S:
                    examined = picture
                    self._cut(*picture)
            except StoreUnavailable as error:
                self._changed.set()
                log.warning("live state can't be shown", extra={"reason": str(error)})
            except JournalUnavailable as error:
                log.error("cut calls can't be journaled", extra={"reason": str(error)})
            except Exception:  # a fault of ours must not end the pages' view of the queues for good
                log.exception("live state can't be shown")

    def _write(self) -> None:
        at = datetime.now(UTC)
        queues = [
            LiveQueue(name, q.waiting, q.longest_wait, q.free, q.logged_in, at) for name, q in self.queues().items()
        ]
        with self._store.transaction() as session:
            shown.show(session, self._config.node, queues)

    def _cut(self, looked: datetime, calls: frozenset[str]) -> None:
        """Journal as cut the calls begun before `looked`, not ended as far as told, that the exchange had no more."""
        with self._store.reading() as session:
            begun = unfinished(session, self._config.node, looked - LONGEST, looked)
        for call in begun:
            if call not in calls:
                log.warning("a call was cut with the exchange", extra={"call": call})
                self._journal.append({"k": "cut", "call": call, "t": int(looked.timestamp() * 1000)})


def views(live: Live, at: datetime, waits: Waits) -> dict[str, Queue]:
    """The queues of a live picture as flows and pages know them, at `at` (UTC); empty while it isn't of now."""
    return {name: _view(desk, at, waits.ahead(name, at)) for name, desk in live.desks().items()} if live.known() else {}


def _view(desk: Desk, at: datetime, ahead: Ahead) -> Queue:
    longest = max(((at - since).total_seconds() for since in desk.waiting.values()), default=0.0)
    presences = list(desk.members.values())
    return Queue(
        waiting=len(desk.waiting),
        longest_wait=max(0, round(longest)),
        free=presences.count("free"),
        logged_in=len(presences) - presences.count("away"),
        expected_wait=ahead.seconds,
        said=(ahead.said.low, ahead.said.high) if ahead.said else None,
    )
