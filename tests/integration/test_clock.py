"""The clock: one process keeps it, each firing counts once, what was missed is made up or dropped."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from callback import clock, lease
from callback.clock import LEASE_NAME, LENGTH, Clock, Duty
from ivr.language.calendar import Calendar
from ivr.office.openings import last_opening, next_opening, next_working_day
from ivr.office.schedule import Schedule
from ivr.records.message_tables import Firing
from ivr.records.store import Store
from tests.messaging import until
from tests.postgres import EITHER, migrated

SEOUL = ZoneInfo("Asia/Seoul")


def schedule(**clock: object) -> Schedule:
    hours = clock or {"hours": {"mon-fri": "09:00-18:00"}, "lunch": "12:00-13:00"}
    calendar = Calendar.model_validate({"zone": "Asia/Seoul", "clocks": {"petition": hours}})
    return Schedule(calendar, calendar.clocks["petition"])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


OPENINGS = {
    "before opening": ("2026-11-23T08:00", "2026-11-20T09:00", "2026-11-23T09:00"),
    "at opening": ("2026-11-23T09:00", "2026-11-23T09:00", "2026-11-24T09:00"),
    "after lunch": ("2026-11-23T13:30", "2026-11-23T09:00", "2026-11-24T09:00"),
    "on a Sunday": ("2026-11-22T12:00", "2026-11-20T09:00", "2026-11-23T09:00"),
    "before a long holiday": ("2026-09-23T19:00", "2026-09-23T09:00", "2026-09-28T09:00"),
}


@pytest.mark.parametrize(("now", "last", "following"), OPENINGS.values(), ids=OPENINGS)
def test_openings(now: str, last: str, following: str) -> None:
    assert (last_opening(schedule(), at(now)), next_opening(schedule(), at(now))) == (at(last), at(following))


def test_the_next_working_day() -> None:
    assert next_working_day(schedule(), at("2026-09-23T00:00").date()) == at("2026-09-28T00:00").date()


class Machine:
    """A process's clock whose time the test sets; `done` is common to all. `broken`: its work fails."""

    def __init__(self, store: Store, owner: str, done: list[datetime], now: str) -> None:
        self.now, self.done, self.broken, self.failed = at(now), done, False, 0
        self.duty = Duty("reminders", schedule(), self._work)
        self.clock = Clock(store, [self.duty], owner, lambda: self.now)

    def fire(self) -> None:
        self.clock.fire(self.duty)

    def _work(self, session: Session, due: datetime) -> None:
        if self.broken:
            self.failed += 1
            raise ZeroDivisionError
        self.done.append(due)


@pytest.fixture(params=EITHER)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with migrated(request.param, tmp_path) as store:
        yield store


@pytest.fixture
def done() -> list[datetime]:
    return []


def test_two_clocks_at_once_fire_nothing_twice(store: Store, done: list[datetime]) -> None:
    machines = [Machine(store, f"m{n}", done, "2026-11-23T09:00") for n in range(2)]
    for machine in machines:  # a split: both hold themselves to keep the clock
        machine.clock._fence = 1
    with store.transaction() as session:
        lease.hold(session, LEASE_NAME, "m0", at("2026-11-23T09:00"), LENGTH)
    barrier = threading.Barrier(8)

    def fire(machine: Machine) -> None:
        barrier.wait()
        machine.fire()

    threads = [threading.Thread(target=fire, args=(machines[n % 2],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [at("2026-11-23T09:00")]


def test_one_keeps_the_clock_and_the_other_takes_over(store: Store, done: list[datetime]) -> None:
    first, second = (Machine(store, name, done, "2026-11-23T08:59:50") for name in ("m1", "m2"))
    try:
        first.clock.keep()
        second.clock.keep()
        first.now = second.now = at("2026-11-23T09:00")
        second.fire()
        assert done == []
        first.fire()
        assert done == [at("2026-11-23T09:00")]
        second.now = at("2026-11-24T09:00:20")  # m1 was not heard of since yesterday
        second.clock.keep()
        assert done == [at("2026-11-23T09:00"), at("2026-11-24T09:00")]
        first.now = at("2026-11-25T09:00")
        first.fire()  # stopped past its lease, it still holds itself to keep the clock
        assert len(done) == 2
    finally:
        first.clock.stop()
        second.clock.stop()


def test_a_missed_firing_is_made_up_once_while_it_is_of_use(store: Store, done: list[datetime]) -> None:
    for now, expected in (
        ("2026-11-23T11:00", [at("2026-11-23T09:00")]),  # the machine was off at nine
        ("2026-11-23T12:00", []),  # and again later that day
        ("2026-11-25T19:00", []),  # off for two days and back after closing: pointless
        ("2026-11-27T08:00", []),  # before opening: yesterday's is over
    ):
        machine = Machine(store, "m1", done, now)
        try:
            machine.clock.keep()
        finally:
            machine.clock.stop()
        assert done == expected, now
        done.clear()


def test_work_that_fails_is_done_again_in_a_while(store: Store, done: list[datetime]) -> None:
    machine = Machine(store, "m1", done, "2026-11-23T09:30")
    machine.broken = True
    try:
        machine.clock.keep()
        with store.reading() as session:
            assert session.scalars(select(Firing)).all() == []
        machine.now += timedelta(seconds=clock.RENEW_S)
        machine.clock.keep()
        assert machine.failed == 1
        machine.broken = False
        machine.now += clock.AGAIN
        machine.clock.keep()
        assert done == [at("2026-11-23T09:00")]
    finally:
        machine.clock.stop()


def test_a_job_of_many_transactions_is_done_again_until_it_comes_to_its_end(store: Store) -> None:
    told: list[bool] = []
    ends = iter([False, True])

    def job(due: datetime) -> bool:
        assert due == at("2026-11-23T09:00")
        with store.transaction():  # it may write: nothing of the clock's is open meanwhile
            told.append(next(ends))
        return told[-1]

    machine = Clock(store, [duty := Duty("retention", schedule(), job=job)], "m1", lambda: at("2026-11-23T09:30"))
    try:
        machine.keep()
        until(lambda: len(told) == 1)
        machine.fire(duty)
        machine.fire(duty)
    finally:
        machine.stop()
    assert told == [False, True]


def test_the_scheduler_fires_when_the_office_opens(
    store: Store, done: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    opens = datetime.now(SEOUL) + timedelta(seconds=0.5)
    monkeypatch.setattr(clock, "next_opening", lambda _, after: opens if after < opens else None)
    machine = Machine(store, "m1", done, "2026-11-23T08:00")
    try:
        machine.clock.keep()
        assert done == []
        machine.now = at("2026-11-23T09:00")
        until(lambda: done == [at("2026-11-23T09:00")], 5)
    finally:
        machine.clock.stop()
