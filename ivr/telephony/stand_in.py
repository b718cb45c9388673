"""The stand-in for the host: what the world answers to the engine's waits when there is no telephone, no database
and no disk, but only the circumstances that somebody has named.

A new kind of wait is one function here, entered in ANSWERS.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, cast

from ivr.engine.effects import Connect, Effect, Fetch, Keep, Lookup, Promise, Recall, Record, Send
from ivr.engine.events import (
    DeskLeft,
    DeskStatus,
    Event,
    HandedOver,
    Kept,
    LeftByKey,
    Looked,
    Promised,
    Queue,
    Recalled,
    Recorded,
    World,
)
from ivr.engine.session import Session
from ivr.language.answer import sample, values
from ivr.language.conversation import Circumstances, QueueLoad, StoredCase
from ivr.language.office import Office
from ivr.office.calibration import Calibration, Prediction
from ivr.office.notices import in_order
from ivr.records.case_lookup import LAST_DIGITS, CaseView
from ivr.records.keys import is_mobile
from ivr.telephony.lookups import told
from ivr.telephony.worlds import Worlds


@dataclass(frozen=True, slots=True)
class Answer:
    """What follows a wait: the event, and in words what happened."""

    event: Event
    note: str


@dataclass
class StandIn:
    """The world of one call. `any_case`: a receipt number that isn't stored is found all the same, for whoever tries
    the line out; the case then joins the circumstances' `cases`.
    """

    office: Office
    circumstances: Circumstances
    any_case: bool = False
    _rung: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._worlds = Worlds(self.at, self.queues)

    def at(self) -> datetime.datetime:
        """When the call takes place, aware. Raises ValueError when nobody has said so."""
        at = self.circumstances.at
        if at is None:
            raise ValueError("a call needs its time")
        return at if at.tzinfo else at.replace(tzinfo=self.office.calendar.tz)

    def world(self) -> World:
        """What the engine is told of the world."""
        it = self.circumstances
        world = self._worlds.world(self.office, it.line or "", it.caller or "")
        on_air = world.notices if it.notices is None else in_order(self.office.notices, it.notices)
        return replace(world, notices=on_air)

    def queues(self) -> dict[str, Queue]:
        """What goes on at the desks: as named, else nobody waits and one officer is free."""
        named = self.circumstances.queues
        loads = {desk: named.get(desk, QueueLoad()) for desk in self.office.desks.desks}
        return {desk: _queue(load) for desk, load in loads.items()}

    def answer(self, session: Session, effect: Effect) -> Answer | None:
        """What follows `effect`; None when it isn't the world's to answer (speech, keys, the end)."""
        answered = ANSWERS.get(type(effect))
        return answered(self, session, effect) if answered else None

    def is_down(self, what: str) -> bool:
        """Whether this is out of order."""
        return what in self.circumstances.down

    def case(self, receipt: str, last4: str) -> StoredCase | None:
        """The case stored under a receipt number."""
        cases = self.circumstances.cases
        if receipt not in cases and self.any_case and last4 != "0000":
            cases[receipt] = StoredCase(number="0100000" + (last4 or "5678"))
        return cases.get(receipt)


def _queue(load: QueueLoad) -> Queue:
    """A queue as named; an expected wait is told as by a queue that is wrong by an eighth."""
    seconds = None if load.expected_wait is None else load.expected_wait // 1000
    said = Calibration().range(Prediction(seconds, (seconds / 8) ** 2)) if seconds else None
    at = (said.low, said.high) if said else None
    return Queue(load.waiting, load.longest_wait // 1000, load.free, load.logged_in, seconds, at)


def _look_up(world: StandIn, session: Session, wait: Lookup) -> Answer:
    looked = Looked("unavailable") if world.is_down("lookup") else _found(world, session.language, wait)
    return Answer(looked, f"lookup {wait.receipt}: {looked.result}")


def _found(world: StandIn, language: str, wait: Lookup) -> Looked:
    case = world.case(wait.receipt, wait.last4)
    if case is not None and case.blocked:
        return Looked("blocked")
    proved = case is not None and (
        wait.last4 == case.number[-LAST_DIGITS:] or world.circumstances.caller == case.number
    )
    if case is None or not proved:
        return Looked("missing")
    if case.sensitive:
        return Looked("sensitive")
    kind = case.type or next(iter(world.office.cases.types), "")
    day = case.deadline
    deadline = None if day is None else datetime.datetime.combine(day, datetime.time(18), world.office.calendar.tz)
    view = CaseView(wait.receipt, case.desk, language, False, False, kind, case.status, deadline, None)
    return Looked("found", tuple(told(world.office, language, view).items()), is_mobile(case.number))


def _fetch(world: StandIn, _: Session, wait: Fetch) -> Answer:
    it, given = world.circumstances.answers, dict(wait.answer)
    if world.is_down("lookup"):
        looked = Looked("unavailable")
    elif wait.url in it:
        try:
            looked = Looked("found", tuple(values(given, it[wait.url]).items()))
        except ValueError:
            looked = Looked("failed")
    else:
        looked = Looked("found", tuple(sample(given).items())) if world.any_case else Looked("missing")
    return Answer(looked, f"lookup {wait.url}: {looked.result}")


def _recall(world: StandIn, _: Session, wait: Recall) -> Answer:
    desk = "" if world.is_down("lookup") else world.circumstances.again or ""
    return Answer(Recalled(desk), f"again: {desk or 'no desk'}")


def _promise(world: StandIn, _: Session, wait: Promise) -> Answer:
    kept = not world.is_down("disk")
    return Answer(Promised(kept), f"message {wait.template} {wait.receipt}: {'promised' if kept else 'failed'}")


def _send(world: StandIn, _: Session, wait: Send) -> Answer:
    kept = not world.is_down("disk")
    return Answer(Promised(kept), f"message {wait.template} {wait.about}: {'promised' if kept else 'failed'}")


def _record(world: StandIn, _: Session, wait: Record) -> Answer:
    ms = min(world.circumstances.speech, wait.length_ms)
    return Answer(Recorded(ms), f"recorded {ms / 1000:g}s")


def _keep(world: StandIn, _: Session, wait: Keep) -> Answer:
    kept = not world.is_down("disk")
    return Answer(Kept(kept), f"voicemail {wait.desk}: {'kept' if kept else 'failed'}")


def _connect(world: StandIn, __: Session, wait: Connect) -> Answer:
    conduct = world.circumstances.desks.get(wait.desk, ["answered"])
    status = conduct[min(world._rung[wait.desk], len(conduct) - 1)]
    world._rung[wait.desk] += 1
    way, _, name = status.rpartition("/")
    if way == "key":
        return Answer(LeftByKey(name), status)
    return Answer(HandedOver(name) if way else DeskLeft(cast(DeskStatus, status)), status)


ANSWERS: dict[type[Any], Callable[[StandIn, Session, Any], Answer]] = {
    Lookup: _look_up,
    Fetch: _fetch,
    Recall: _recall,
    Promise: _promise,
    Send: _send,
    Record: _record,
    Keep: _keep,
    Connect: _connect,
}
"""How each kind of wait is answered."""
