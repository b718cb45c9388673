"""Watches the load: measures what goes on at all nodes, and turns the notices' load triggers on and off."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Set

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ivr.engine.events import Queue
from ivr.language.notices import Notice
from ivr.language.office import Office
from ivr.office import load as loads
from ivr.office.load import DeskLoad, State, Traffic
from ivr.records import forecasts, live, switches
from ivr.records.models import Call
from ivr.records.notice_tables import Trigger
from ivr.records.store import Store
from ivr.records.switches import Hand

SPAN = datetime.timedelta(minutes=5)
"""Calls are counted over so long."""
HELD_S = 30.0
"""How long the queues last seen stand for those of now when the exchange is lost: a blink of the link is no change."""


class LoadWatch:
    """The load triggers of the office, as this node sees and, by compare-and-set, shares them."""

    def __init__(self, store: Store, node: str, queues: Callable[[], Mapping[str, Queue]]) -> None:
        """queues: the own exchange's desks now, empty while it can't be seen."""
        self._store, self._node, self._queues = store, node, queues
        self._seen: tuple[datetime.datetime, Mapping[str, Queue]] | None = None

    def look(self, office: Office) -> Set[str]:
        """The notices whose load is on; what has changed is recorded. Raises StoreUnavailable.

        Goes by the machine's clock, as load does, whatever time the office's clocks are set to.
        """
        now = datetime.datetime.now(datetime.UTC)
        valid = {name: notice for name, notice in office.notices.items() if _valid(notice, office, now)}
        loaded = {name: notice.load for name, notice in valid.items() if notice.load}
        if not loaded:
            return frozenset()
        with self._store.reading() as session:
            traffic = self._traffic(session, now)
            states = switches.triggers(session)
            session.expunge_all()
        on: set[str] = set()
        for name, load in loaded.items():
            before = states.get(name)
            state = State(before.on, before.since) if before else State()
            measured = loads.figures(load, traffic)
            wanted = loads.settled(load, measured, state, now)
            if wanted != state.on:
                wanted = self._turn(name, before, wanted, loads.told(load, measured, wanted), now)
            if wanted:
                on.add(name)
        return frozenset(on)

    def _turn(self, name: str, before: Trigger | None, on: bool, reason: str, now: datetime.datetime) -> bool:
        """How the trigger stands, whoever has turned it."""
        hand = Hand(f"trigger:{self._node}", "trigger", now, reason)
        with self._store.transaction() as session:
            if switches.turn(session, name, before, on, hand):
                return on
            current = switches.triggers(session).get(name)
            return current is not None and current.on

    def _traffic(self, session: Session, now: datetime.datetime) -> Traffic:
        desks: dict[str, DeskLoad] = {}
        for name, queue in self._own(now).items():
            desks[name] = DeskLoad(queue.waiting, queue.longest_wait, queue.free, queue.expected_wait)
        for shown in live.of_others(session, self._node, now):
            one = DeskLoad(shown.waiting, shown.longest_wait_s, shown.agents_free)
            desks[shown.desk] = desks[shown.desk] + one if shown.desk in desks else one
        calls = session.scalar(select(func.count()).where(Call.started_at >= now - SPAN)) or 0
        return Traffic(desks, calls, forecasts.expected(session, now - SPAN, now))

    def _own(self, now: datetime.datetime) -> Mapping[str, Queue]:
        if queues := self._queues():
            self._seen = now, queues
        elif self._seen and (now - self._seen[0]).total_seconds() > HELD_S:
            self._seen = None
        return self._seen[1] if self._seen else {}


def _valid(notice: Notice, office: Office, now: datetime.datetime) -> bool:
    """Whether it may be heard at all: what is over, or to come, needs no measuring."""
    begins, ends = notice.validity(office.calendar.tz)
    return begins <= now.timestamp() < ends
