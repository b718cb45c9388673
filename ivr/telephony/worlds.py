"""The world as a call finds it at one event: time, clocks, queues, and how it came in. All of it out of memory."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping

from ivr.engine.events import Queue, World
from ivr.language.office import Office
from ivr.office.clocks import Clocks
from ivr.office.notices import NOTHING, Board, Notices
from ivr.records.keys import is_mobile


class Worlds:
    """Makes the worlds of all calls of this process. Safe between threads."""

    def __init__(
        self,
        now: Callable[[], datetime.datetime],
        queues: Callable[[], Mapping[str, Queue]] = lambda: {},
        board: Callable[[], Board] = lambda: NOTHING,
        heard: Callable[[str], Mapping[str, int]] = lambda caller: {},
    ) -> None:
        """`now`: aware; the office's clocks go by it. `queues`: what goes on at the desks. `board`: what is decided of
        notices. `heard`: how often a caller (his number, or "") has heard which notice today. None of them may block.
        """
        self._now, self._queues, self._board, self._heard = now, queues, board, heard
        self._compiled: dict[str, tuple[Clocks, Notices]] = {}

    def world(self, office: Office, line: str, caller: str) -> World:
        """The world now. line: the number dialled. caller: the number that calls, or "" when none is shown."""
        if office.version not in self._compiled:
            self._compiled[office.version] = Clocks(office.calendar), Notices(office.notices, office.calendar.tz)
        clocks, notices = self._compiled[office.version]
        now = self._now()
        return World(
            clocks=clocks.states(now),
            now=now.astimezone(clocks.zone),
            queues=self._queues(),
            line=line,
            known=bool(caller),
            mobile=is_mobile(caller),
            notices=notices.on_air(now, self._board(), self._heard(caller) if notices.at_most else None),
        )
