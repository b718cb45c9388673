"""The world as a call finds it at one event: time, clocks, queues, and how it came in. All of it out of memory."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping

from ivr.engine.events import Queue, World
from ivr.language.office import Office
from ivr.office.clocks import Clocks
from ivr.records.keys import is_mobile


class Worlds:
    """Makes the worlds of all calls of this process. Safe between threads."""

    def __init__(
        self, now: Callable[[], datetime.datetime], queues: Callable[[], Mapping[str, Queue]] = lambda: {}
    ) -> None:
        """`now`: aware; the office's clocks go by it. `queues`: what goes on at the desks; it must not block."""
        self._now, self._queues = now, queues
        self._clocks: dict[str, Clocks] = {}

    def world(self, office: Office, line: str, caller: str) -> World:
        """The world now. line: the number dialled. caller: the number that calls, or "" when none is shown."""
        clocks = self._clocks.get(office.version)
        if clocks is None:
            clocks = self._clocks[office.version] = Clocks(office.calendar)
        now = self._now()
        return World(
            clocks=clocks.states(now),
            now=now.astimezone(clocks.zone),
            queues=self._queues(),
            line=line,
            known=bool(caller),
            mobile=is_mobile(caller),
        )
