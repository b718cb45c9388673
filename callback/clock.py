"""The clock: APScheduler, in memory, in the one process that holds the lease (libraries.md says why not otherwise).

What a firing does is written in one transaction with a row (schedule, fire time), so that even two clocks at once do
it once. A firing missed while no machine ran is made up when a clock next starts, or dropped if pointless by then.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from sqlalchemy.orm import Session

from callback import lease
from ivr.errors import NotYet, StoreUnavailable
from ivr.office.openings import closing, last_opening, next_opening
from ivr.office.schedule import Schedule
from ivr.records.message_tables import Firing
from ivr.records.store import Store, insert_new

LEASE_NAME = "clock"
LENGTH = timedelta(seconds=15)
RENEW_S = 3.0
AGAIN = timedelta(minutes=5)
"""How long after a duty that can't be done yet, or failed, it is tried again: each try may read a lot, and log it."""

log = logging.getLogger(__name__)


Work = Callable[[Session, datetime], None]


@dataclass(frozen=True)
class Duty:
    """Work to be done whenever `schedule` opens in the morning; `work` gets the session and the time it was due.
    Pointless, and dropped, once the clock's day is over.

    prepare: reads and reckons what takes long, beforehand, in a transaction that keeps no writer waiting; what it gives
    back is then the work. NotYet from it means: later.
    job: does it in transactions of its own, many of them, each as good done twice; whether it came to its end.
    """

    name: str
    schedule: Schedule
    work: Work | None = None
    prepare: Callable[[Session, datetime], Work] | None = None
    job: Callable[[datetime], bool] | None = None

    @property
    def long(self) -> bool:
        """Whether it takes longer than the lease can wait."""
        return self.prepare is not None or self.job is not None


class Clock:
    """The duties of an office. `keep` is called every few seconds by one thread."""

    def __init__(
        self, store: Store, duties: list[Duty], owner: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """`owner`: name of this process, no other's."""
        self._store, self._duties, self._owner, self._now = store, duties, owner, now
        self._scheduler: BackgroundScheduler | None = None
        self._fence: int | None = None
        self._behind = False
        self._later: dict[str, datetime] = {}

    def keep(self) -> None:
        """Take or renew the lease; start the clock when it is new here, stop it when it is lost."""
        try:
            with self._store.transaction() as session:
                fence = lease.hold(session, LEASE_NAME, self._owner, self._now(), LENGTH)
        except StoreUnavailable as error:
            log.warning("the clock's lease can't be renewed: %s", error)
            return  # nothing fires meanwhile either: a firing checks the lease in its own transaction
        if fence != self._fence:
            self._fence = fence
            self._switch(on=fence is not None)
        if self._behind:
            self._behind = False
            for duty in self._duties:
                self._make_up(duty)
        for duty in self._duties:
            if (at := self._later.get(duty.name)) and at <= self._now():
                del self._later[duty.name]
                self._make_up(duty)

    def stop(self) -> None:
        """End the clock and give the lease up."""
        self._switch(on=False)
        if self._fence is not None:
            try:
                with self._store.transaction() as session:
                    lease.release(session, LEASE_NAME, self._owner, self._now())
            except StoreUnavailable as error:
                log.warning("the clock's lease ends by itself: %s", error)

    def fire(self, duty: Duty) -> None:
        """Do the work of the duty's last fire time, unless it was done, is pointless, or the lease is another's."""
        now = self._now()
        due = last_opening(duty.schedule, now)
        if due is None or self._fence is None:
            return
        end = closing(duty.schedule, due.date())
        try:
            work = duty.work
            if duty.long and end and now < end:
                with self._store.reading() as session:
                    if session.get(Firing, (duty.name, due)):
                        return
                    if duty.prepare:
                        work = duty.prepare(session, due)
                if duty.job and not duty.job(due):
                    return  # it was told to end: the next clock makes it up
            with self._store.transaction() as session:
                if not lease.is_held(session, LEASE_NAME, self._owner, self._fence):
                    return
                new = insert_new(session, Firing, {"schedule": duty.name, "fire_time": due})
                if new and work and end and now < end:
                    work(session, due)
        except NotYet as reason:
            log.info("%s waits: %s", duty.name, reason)
            self._later[duty.name] = now + AGAIN
        except Exception:  # whatever it is, messages go on, and the duty is tried again
            log.exception("%s failed and fires again", duty.name)
            self._later[duty.name] = now + AGAIN

    def _make_up(self, duty: Duty) -> None:
        """What has to be prepared goes to the scheduler's threads: the lease must be renewed meanwhile."""
        if duty.long and self._scheduler:
            self._scheduler.add_job(
                self.fire, args=[duty], id=f"{duty.name}, missed", replace_existing=True, misfire_grace_time=None
            )
        else:
            self.fire(duty)

    def _switch(self, *, on: bool) -> None:
        if self._scheduler:
            self._scheduler.shutdown(wait=True)
            self._scheduler = None
        if on:
            log.info("this worker keeps the clock", extra={"fence": self._fence})
            self._scheduler = BackgroundScheduler(timezone=UTC)
            for duty in self._duties:
                self._scheduler.add_job(
                    self.fire, Opening(duty.schedule), [duty], coalesce=True, misfire_grace_time=None
                )
            self._scheduler.start()
            self._behind = True  # what was missed while nobody kept it


class Opening(BaseTrigger):  # type: ignore[misc]
    """APScheduler's trigger for the openings of a schedule, whose days off no cron line knows."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """The first opening after both."""
        return next_opening(self._schedule, max(previous_fire_time or now, now))
