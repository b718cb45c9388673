"""Retention: what is older than the office keeps it is deleted, batch by batch, with a protocol.

A batch and its line in the protocol are one transaction: killed at any moment, the job loses nothing and counts nothing
twice, and the next run goes on. Two at once take turns. Files are looked after last, by their age.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from callback.retention_rules import Rule, rules
from callback.senders import console
from callback.senders.console import Console
from ivr.config import Config
from ivr.records import audit, mailbox
from ivr.records.audit_tables import AuditRow
from ivr.records.keys import Keys
from ivr.records.mailbox import Mailbox
from ivr.records.message_tables import Message
from ivr.records.retention_tables import Deletion
from ivr.records.store import Store
from ivr.records.voicemail_tables import Voicemail

BATCH = 500
"""Rows of a transaction: some 50 ms, so that nobody waits long for SQLite."""

COUNTED = ("numbers", "answers", "calls")
"""The kinds that reports make their figures of."""

LATE = timedelta(days=15)
"""So long after its time it is a fault that something is still there: the job rests over long holidays."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """So much of a kind is older than its days, from first to last."""

    kind: str
    days: int
    count: int
    first: datetime
    last: datetime


class Retention:
    """The job for one installation; its files are those of this machine's data folder."""

    def __init__(self, config: Config, keys: Keys, store: Store) -> None:
        """Touches neither disk nor database."""
        self._keys, self._store, self._of = keys, store, config.retention
        self._data = config.data_dir
        self._mailbox = Mailbox(config.data_dir / mailbox.FOLDER, keys)
        self._console: Console = console.opened(config, config.keys_dir)
        self._rules = rules(config.retention, self._mailbox, self._console)

    def run(self, now: datetime, over: threading.Event | None = None, *, counted: bool = True) -> bool:
        """Delete what is too old at `now`, until `over` is set; whether all of it was done.

        counted: whether what reports count of calls is kept without them; where it isn't, calls and all of theirs
        that is counted wait for the next time. Raises StoreUnavailable or OSError; what was done by then is done.
        """
        over = over or threading.Event()
        if not counted:
            log.warning("calls are not deleted: they are not all counted yet")
        ready = [rule for rule in self._rules if counted or rule.kind not in COUNTED]
        done = all(self._clear(rule, now, over) for rule in ready) and self._audit(now, over)
        return done and all(self._sweep(*files, now, over) for files in self._folders(now))

    def preview(self, now: datetime) -> list[Found]:
        """What `run` would delete now, files aside."""
        found = []
        with self._store.reading() as session:
            for rule in self._rules:
                old = rule.old(now - timedelta(days=rule.days)).order_by(None)
                found.append((rule.kind, rule.days, _span(session, old, rule.at)))
            rows = select(AuditRow.n).where(AuditRow.at < now - timedelta(days=self._of.audit))
            found.append(("audit", self._of.audit, _span(session, rows, AuditRow.at)))
        return [Found(kind, days, *span) for kind, days, span in found if span[0]]

    def overdue(self, now: datetime) -> list[str]:
        """Kinds of which something should have gone `LATE` ago and is still there. It is looked for among what was due
        not long before that: a job that does nothing leaves it there, and the look takes no time."""
        with self._store.reading() as session:
            kinds: list[str] = []
            for rule in self._rules:
                due = now - timedelta(days=rule.days) - LATE
                late = rule.old(due).where(rule.at >= due - LATE).limit(1)
                if rule.kind not in kinds and session.execute(late).first():
                    kinds.append(rule.kind)
        return kinds

    def _clear(self, rule: Rule, now: datetime, over: threading.Event) -> bool:
        before = now - timedelta(days=rule.days)
        since = datetime.min.replace(tzinfo=UTC)
        while not over.is_set():
            with self._store.reading() as session:  # finding may take long, and must keep no writer waiting
                old = session.execute(rule.old(before).where(rule.at >= since).limit(BATCH)).all()
            if not old:
                return True
            since = old[-1][1]
            began = time.monotonic()
            with self._store.transaction() as session:
                still = rule.old(before).where(rule.key.in_([key for key, _ in old])).with_for_update(of=rule.table)
                rows = session.execute(still).all()
                count = rule.apply(session, [key for key, _ in rows], before) if rows else 0
                if count:
                    _protocol(session, Found(rule.kind, rule.days, count, rows[0][1], rows[-1][1]), now)
            over.wait(time.monotonic() - began)  # others get SQLite's lock for as long
        return False

    def _audit(self, now: datetime, over: threading.Event) -> bool:
        before = now - timedelta(days=self._of.audit)
        while not over.is_set():
            with self._store.transaction() as session:
                first = session.scalar(select(func.min(AuditRow.at)))
                count = audit.cut(session, self._keys, before, now, BATCH)
                if not count or first is None:
                    return True
                _protocol(session, Found("audit", self._of.audit, count, first, before), now)
        return False

    def _folders(self, now: datetime) -> Iterator[tuple[str, int, Sequence[Path], Callable[[Session, Path], bool]]]:
        """Files by kind, their days, and which of them somebody still needs."""
        of, needless = self._of, lambda session, path: False
        # names with a dot in front: drafts of a process that was killed before it renamed them
        box, messages = self._data / mailbox.FOLDER, self._console.folder
        yield "voicemails", of.voicemails, [*box.glob("*.sealed"), *box.glob(".*")], _voicemail
        yield "messages", of.messages, [*messages.glob("*/*.txt"), *messages.glob("*/.*")], _message
        yield "logs", of.logs, [*(self._data / "log").glob("*.log*")], needless
        yield "set_aside", of.set_aside, [*self._data.rglob("*.bad")], needless

    def _sweep(
        self,
        kind: str,
        days: int,
        files: Sequence[Path],
        needed: Callable[[Session, Path], bool],
        now: datetime,
        over: threading.Event,
    ) -> bool:
        """Delete the files that nobody needs and that were last written too long ago."""
        before = now - timedelta(days=days)
        for path in files:
            if over.is_set():
                return False
            at = _written(path)
            if at is None or at >= before:
                continue
            with self._store.transaction() as session:
                if not needed(session, path):
                    _protocol(session, Found(kind, days, 1, at, at), now)
                    path.unlink(missing_ok=True)
        return True


def _span(session: Session, old: Select[Any], at: InstrumentedAttribute[Any]) -> tuple[int, datetime, datetime]:
    count, first, last = session.execute(old.with_only_columns(func.count(), func.min(at), func.max(at))).one()
    return count, first, last


def _written(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def _voicemail(session: Session, path: Path) -> bool:
    return session.get(Voicemail, path.stem) is not None


def _message(session: Session, path: Path) -> bool:
    return session.get(Message, path.stem) is not None


def _protocol(session: Session, found: Found, now: datetime) -> None:
    """Add to the day's line of a rule."""
    key = f"{now.astimezone(UTC).date()}", found.kind, found.days
    row = session.get(Deletion, key, with_for_update=True)
    if row is None:
        day, kind, days = key
        row = Deletion(day=day, kind=kind, days=days, count=0, first=found.first, last=found.last, at=now)
        session.add(row)
    row.count += found.count
    row.first, row.last = min(row.first, found.first), max(row.last, found.last)
    row.at = now
