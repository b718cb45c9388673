"""Keeps a connection to the manager interface, and what is known through it, alive."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from asterisk.ami import Event

from ivr.errors import ExchangeError
from ivr.telephony.ami import Manager

log = logging.getLogger(__name__)

_PAUSES_S = (0.2, 5.0)
_NEWS_S = 2.0
"""Longest pause before the next try that nobody needs to be told of: the exchange has been gone for 3 s by then."""
_IDLE_S = 1.0
_REFRESH_S = 60.0


class Supervisor:
    """Opens the connection again whenever it is lost, and takes a fresh picture then, and once a minute.

    All handlers run on the supervisor's thread. Events that came while the picture was taken are handled after it; each
    says how something is, not how it changed, so what the picture knew already does no harm.
    """

    def __init__(
        self,
        connect: Callable[[], Manager],
        *,
        fresh: Callable[[Manager], None],
        event: Callable[[Event], None],
        lost: Callable[[], None],
    ) -> None:
        """fresh: the connection stands, look at everything. event: something is new. lost: from now on, a gap."""
        self._connect, self._fresh, self._event, self._lost = connect, fresh, event, lost
        self._manager: Manager | None = None
        self._pause = _PAUSES_S[0]

    def manager(self) -> Manager:
        """The connection of the moment. Raises ExchangeError while there is none."""
        if (manager := self._manager) is None:
            raise ExchangeError("the exchange can't be reached just now")
        return manager

    def run(self, stop: threading.Event) -> None:
        """Keep connected until `stop` is set; blocks."""
        shortest, longest = _PAUSES_S
        self._pause = shortest
        while not stop.is_set():
            try:
                self._session(stop)
            except ExchangeError as error:
                # An exchange that is ended on purpose goes before its engine: a moment without it is no news.
                level = logging.WARNING if self._pause > _NEWS_S else logging.INFO
                log.log(level, "%s; trying again in %g s", error, self._pause)
            except Exception:  # a handler's bug must not end the live state for good
                log.exception("a handler of exchange events failed")
            stop.wait(self._pause)
            self._pause = min(self._pause * 2, longest)

    def _session(self, stop: threading.Event) -> None:
        manager = self._connect()
        try:
            self._fresh(manager)
            refreshed = time.monotonic()
            self._manager, self._pause = manager, _PAUSES_S[0]
            while not stop.is_set():
                if event := manager.next_event(_IDLE_S):
                    self._event(event)
                elif manager.finished.is_set():
                    raise ExchangeError("the connection to the exchange was lost")
                else:
                    manager.request("Ping")  # a peer that hangs, or is gone without a word, answers nothing
                if time.monotonic() - refreshed > _REFRESH_S:
                    self._fresh(manager)
                    refreshed = time.monotonic()
        finally:
            self._manager = None
            manager.close()
            self._lost()
