"""Every desk's queue, watched: what the exchange's events tell ivr.office.waiting, and how long callers will wait."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from asterisk.ami import Event

from ivr.office.calibration import Range
from ivr.office.waiting import Watch
from ivr.records.recent import Entry
from ivr.telephony.dialplan import desk_id
from ivr.telephony.live import Desk

FRESH_S = 1.0
"""An answer is good for so long: every turn of every call asks about every desk."""
SETTLED_S = 2.0
"""A caller who has left the queue, and isn't reported as connected for so long, has left without an officer."""

_PREFIX = desk_id("")


@dataclass(frozen=True, slots=True)
class Ahead:
    """What lies ahead of a caller: the expected wait in seconds, the range to tell him, and his place in the queue, as
    far as each is known; nothing where no officer is there."""

    seconds: int | None = None
    said: Range | None = None
    place: int | None = None


class Waits:
    """The watches of all desks. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watches: dict[str, Watch] = {}
        self._leaving: dict[tuple[str, str], float] = {}
        self._answers: dict[str, tuple[float, Ahead]] = {}

    def remember(self, entries: Iterable[Entry]) -> None:
        """What the records have of the last hours, in order of leaving."""
        with self._lock:
            for entry in entries:
                connected = entry.connected.timestamp() if entry.connected else None
                self._watch(entry.desk).remember(entry.since.timestamp(), connected, entry.left.timestamp())

    def fresh(self, desks: Mapping[str, Desk], at: datetime) -> None:
        """All desks as they are."""
        with self._lock:
            self._leaving.clear()
            for name, desk in desks.items():
                waiting = {call: since.timestamp() for call, since in desk.waiting.items()}
                watch = self._watch(name)
                watch.sync(waiting, [officer for officer, presence in desk.members.items() if presence != "free"])
                self._staff(watch, desk, at.timestamp())

    def event(self, event: Event, before: Mapping[str, Desk], after: Mapping[str, Desk], at: datetime) -> None:
        """One event, and the desks before and after it."""
        queue = event.keys.get("Queue", "")
        if not queue.startswith(_PREFIX):
            return
        name, now = queue.removeprefix(_PREFIX), at.timestamp()
        was, desk = before.get(name, Desk()), after.get(name, Desk())
        with self._lock:
            watch = self._watch(name)
            self._settle(now)
            for call in desk.waiting.keys() - was.waiting.keys():
                if left := self._leaving.pop((name, call), None):  # by a key, and he is back
                    watch.left(call, left)
                watch.joined(call, now)
            for call in was.waiting.keys() - desk.waiting.keys():
                self._leaving[name, call] = now
            match event.name:
                case "AgentConnect":
                    call = event.keys["Uniqueid"]
                    self._leaving.pop((name, call), None)
                    watch.connected(call, event.keys["MemberName"], now)
                case "AgentComplete":
                    watch.freed(event.keys["MemberName"], now)
            self._staff(watch, desk, now)
            self._answers.pop(name, None)

    def ahead(self, desk: str, at: datetime) -> Ahead:
        """Of a caller who joins now."""
        now = at.timestamp()
        with self._lock:
            asked, answer = self._answers.get(desk, (0.0, Ahead()))
            if not asked <= now < asked + FRESH_S:
                answer = self._ahead(desk, now)
                self._answers[desk] = now, answer
            return answer

    def of_caller(self, desk: str, call: str, at: datetime) -> Ahead:
        """Of one who waits."""
        with self._lock:
            return self._ahead(desk, at.timestamp(), call)

    def _ahead(self, desk: str, now: float, call: str | None = None) -> Ahead:
        self._settle(now)
        watch = self._watches.get(desk)
        if watch is None or not watch.staffed:
            return Ahead()
        place = watch.place(call) if call else None
        predicted = watch.predict(now, call)
        return Ahead(round(predicted.mean), watch.expect(now, call), place) if predicted else Ahead(place=place)

    def _watch(self, desk: str) -> Watch:
        return self._watches.setdefault(desk, Watch())

    def _settle(self, now: float) -> None:
        """The exchange reports that a caller is out of the queue before it reports why."""
        for (desk, call), at in list(self._leaving.items()):
            if now - at > SETTLED_S:
                del self._leaving[desk, call]
                self._watch(desk).left(call, at)

    def _staff(self, watch: Watch, desk: Desk, now: float) -> None:
        free = sum(presence == "free" for presence in desk.members.values())
        watch.staff(free + sum(presence == "busy" for presence in desk.members.values()), free, now)
