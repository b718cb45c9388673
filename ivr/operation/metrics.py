"""What Prometheus is told of an installation. No label holds anything personal, and each takes few values: outcomes,
states, and the office's desks.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ivr.config import Config
from ivr.errors import StoreUnavailable
from ivr.language.office import Office
from ivr.operation import measures
from ivr.records.live import FRESH
from ivr.records.notice_tables import Request
from ivr.records.promise_tables import Promise
from ivr.records.store import Store
from ivr.records.voicemail_tables import Voicemail
from reports.notice_list import standing


def exposition(config: Config, office: Office, store: Store, now: datetime) -> bytes:
    """The text that Prometheus reads, at `now` (aware). A database that can't be used is a figure, no error."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Installation(config, office, store, now))
    return generate_latest(registry)


class _Installation(Collector):
    """One look at everything."""

    def __init__(self, config: Config, office: Office, store: Store, now: datetime) -> None:
        self._config, self._office, self._store, self._now = config, office, store, now

    def collect(self) -> Iterator[Metric]:
        """The figures, in the order in which they are written."""
        build = {"version": version("onestop"), "node": self._config.node, "office": self._office.version[:12]}
        yield InfoMetricFamily("onestop_build", "Program, node and version of the office in place", build)
        start = time.monotonic()
        try:
            with self._store.reading() as session:
                found = [*self._calls(session), *self._queues(session), *self._outbox(session), *self._lag(session)]
                found += self._pending(session)
        except (StoreUnavailable, OSError):
            yield _gauge("onestop_database_up", "1: the database answers", 0)
            return
        yield _gauge("onestop_database_up", "1: the database answers", 1)
        yield _gauge("onestop_database_seconds", "Time that all of this took to read", time.monotonic() - start)
        yield from found

    def _calls(self, session: Session) -> Iterator[Metric]:
        midnight = datetime.combine(self._now.astimezone(self._office.calendar.tz).date(), datetime.min.time())
        since = midnight.replace(tzinfo=self._office.calendar.tz)
        calls = GaugeMetricFamily("onestop_calls_today", "Calls begun since the office's midnight", labels=["outcome"])
        for outcome, count in sorted(measures.calls_today(session, since).items()):
            calls.add_metric([outcome], count)
        yield calls

    def _queues(self, session: Session) -> Iterator[Metric]:
        shown = measures.queues(session, self._now - FRESH)
        for name, words, column in (
            ("waiting", "Callers waiting", "waiting"),
            ("longest_wait_seconds", "Longest wait of those waiting", "longest_wait_s"),
            ("officers_free", "Officers who could pick up", "agents_free"),
            ("officers_logged_in", "Officers logged in", "agents_logged_in"),
        ):
            family = GaugeMetricFamily(f"onestop_queue_{name}", words, labels=["desk"])
            for desk in self._office.desks.desks:
                if desk in shown:
                    family.add_metric([desk], getattr(shown[desk], column))
            yield family

    def _outbox(self, session: Session) -> Iterator[Metric]:
        outbox = measures.outbox(session, self._now)
        words = "Messages by state; of those that ended, the last day's"
        family = GaugeMetricFamily("onestop_messages", words, labels=["state"])
        for state, count in outbox.states.items():
            family.add_metric([state], count)
        yield family
        yield _gauge("onestop_messages_overdue_seconds", "How long the longest overdue message waits", outbox.waited_s)

    def _lag(self, session: Session) -> Iterator[Metric]:
        lag = measures.lag(self._config, session, self._now)
        yield _gauge("onestop_journal_lag_bytes", "Bytes of journal and witness not recorded yet", lag.bytes)
        yield _gauge("onestop_journal_lag_seconds", "Since when they have been waiting", lag.seconds)

    def _pending(self, session: Session) -> Iterator[Metric]:
        count = func.count()
        promises = session.scalar(select(count).select_from(Promise).where(Promise.kept_at.is_(None))) or 0
        requests = session.scalar(select(count).select_from(Request).where(Request.kept_at.is_(None))) or 0
        yield _gauge("onestop_promises_waiting", "Promises on the telephone not taken up yet", promises + requests)
        unheard = Voicemail.heard_at.is_(None), Voicemail.deleted_at.is_(None)
        voicemails = session.scalar(select(count).select_from(Voicemail).where(*unheard)) or 0
        yield _gauge("onestop_voicemails_waiting", "Voicemails that nobody has dealt with", voicemails)
        on = sum(one.on for one in standing(session, self._office, self._now))
        yield _gauge("onestop_notices_on_air", "Notices that callers hear now", on)


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)
