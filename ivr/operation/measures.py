"""What is measured of a running installation, for `ivr doctor` and /metrics alike: cheap questions, bounded answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from callback.outbox import HELD
from ivr.config import Config
from ivr.records import backlog, journal
from ivr.records.journal_tail import JournalTail
from ivr.records.message_tables import STATES, Bulk, Message
from ivr.records.models import Call, LiveQueue, Mark
from ivr.records.witness import Witness
from ivr.telephony import dialplan

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Outbox:
    """Messages. states: how many in each, of those that have ended only the ones of the last day; waited_s: how long
    the longest overdue one has waited; held: how many a restore holds."""

    states: dict[str, int]
    waited_s: float
    held: int


@dataclass(frozen=True, slots=True)
class Lag:
    """How far the recorder is behind the files: bytes not recorded yet, and how long ago the oldest of it happened."""

    bytes: int
    seconds: float


def outbox(session: Session, now: datetime) -> Outbox:
    """The outbox at `now`. What waits in a paused bulk isn't overdue."""
    open_ = Message.state.in_(("waiting", "submitting", "accepted", "unknown"))
    counted = (
        select(Message.state, func.count()).where(or_(open_, Message.changed_at >= now - DAY)).group_by(Message.state)
    )
    states: dict[str, int] = dict.fromkeys(STATES, 0)
    states.update((row[0], row[1]) for row in session.execute(counted))
    paused = select(Bulk.id).where(Bulk.state == "paused")
    due = select(func.min(Message.due)).where(
        Message.state == "waiting", Message.due <= now, or_(Message.bulk.is_(None), Message.bulk.not_in(paused))
    )
    since = session.scalar(due)
    held = select(func.count()).where(Message.state == "unknown", Message.reason == HELD)
    return Outbox(states, (now - since).total_seconds() if since else 0.0, session.scalar(held) or 0)


def lag(config: Config, session: Session, now: datetime) -> Lag:
    """How far the recorder of this node is behind its journal and witness. Raises OSError."""
    tails = JournalTail(config.data_dir / journal.FOLDER), Witness(dialplan.witness_file(config), config.node)
    behind = 0
    for tail in tails:
        rows = session.execute(select(Mark.file, Mark.position).where(Mark.source == f"{config.node}/{tail.name}"))
        marks = {row[0]: row[1] for row in rows}
        for file in tail.files(marks):
            behind += max(0, file.path.stat().st_size - marks.get(file.name, 0))
    since = backlog.oldest(session, tails, config.node) or now  # a file's own time is that of its last line
    return Lag(behind, max(0.0, (now - since).total_seconds()))


def queues(session: Session, since: datetime) -> dict[str, LiveQueue]:
    """Every desk's queue as shown since a time; of several nodes that show one desk the newest picture."""
    rows = session.scalars(select(LiveQueue).where(LiveQueue.at >= since).order_by(LiveQueue.at))
    return {row.desk: row for row in rows}


def calls_today(session: Session, since: datetime) -> dict[str, int]:
    """Calls begun since a time, by outcome."""
    rows = session.execute(select(Call.outcome, func.count()).where(Call.started_at >= since).group_by(Call.outcome))
    return {row[0]: row[1] for row in rows}


def utc_now() -> datetime:
    """Now, aware."""
    return datetime.now(UTC)
