"""The world as a call finds it at one event: time, clocks, queues, and how it came in. All of it out of memory."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Mapping

from ivr.engine.events import Queue, World
from ivr.language.office import Office
from ivr.office.clocks import Clocks
from ivr.office.notices import Notices
from ivr.office.versions import MEMORY
from ivr.records.keys import is_mobile
from ivr.telephony.notice_board import NoticeBoard


class Worlds:
    """Makes the worlds of all calls of this process. Safe between threads."""

    def __init__(
        self,
        now: Callable[[], datetime.datetime],
        queues: Callable[[], Mapping[str, Queue]] = lambda: {},
        notices: NoticeBoard | None = None,
    ) -> None:
        """`now`: aware; the office's clocks go by it. `queues`: what goes on at the desks; it must not block.
        notices: what is decided of them at run time; None: they go by themselves.
        """
        self._now, self._queues, self._notices = now, queues, notices
        self._compiled: dict[str, tuple[Clocks, Notices]] = {}
        self._compiling = threading.Lock()

    def office(self, office: Office) -> Office:
        """A version of the office with all that can be heard now: the notices in words of their own, too."""
        return self._notices.office(office) if self._notices else office

    def world(self, office: Office, line: str, caller: str, call: str = "") -> World:
        """The world now. line: the number dialled. caller: the number that calls, or "" when none is shown."""
        clocks, notices = self._compile(office)
        now = self._now()
        return World(
            clocks=clocks.states(now),
            now=now.astimezone(clocks.zone),
            queues=self._queues(),
            line=line,
            known=bool(caller),
            mobile=is_mobile(caller),
            notices=self._on_air(notices, now, caller, call),
            calendar=clocks.season(now),
        )

    def played(self, notice: str, caller: str, call: str) -> None:
        """A notice begins in a call."""
        if self._notices:
            self._notices.played(notice, caller, call)

    def _compile(self, office: Office) -> tuple[Clocks, Notices]:
        """Clocks and notices of a version, made once as long as calls ask for it."""
        with self._compiling:
            known = self._compiled.pop(office.version, None)
            if known is None:
                known = Clocks(office.calendar), Notices(office.notices, office.calendar.tz)
            while len(self._compiled) >= MEMORY:  # what was asked for longest ago goes first
                del self._compiled[next(iter(self._compiled))]
            self._compiled[office.version] = known
        return known

    def _on_air(self, notices: Notices, now: datetime.datetime, caller: str, call: str) -> tuple[str, ...]:
        board = self._notices
        if board is None:
            return notices.on_air(now)
        heard = board.heard(caller, call) if notices.at_most else None
        return (*board.emergencies(now), *notices.on_air(now, board.board(), heard))
