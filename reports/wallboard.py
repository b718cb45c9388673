"""The line at this moment: queues, what came of today's calls so far beside the same weekday of last week, alerts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from callback.status import FINAL
from ivr.language.office import Office
from ivr.records import live
from ivr.records.case_tables import Case
from ivr.records.message_tables import Message
from ivr.records.models import Base, LiveQueue
from ivr.records.voicemail_tables import Voicemail
from reports.alerts import Alert, DeskNow, Half, State, alerts
from reports.notice_list import Stand, standing
from reports.period import Period, midnight
from reports.queries import tallies
from reports.tally import Tally

HALF = timedelta(minutes=30)
WEEK = timedelta(days=7)
RECENT = timedelta(days=2)
"""How long a message that could not be sent is called out."""


@dataclass(frozen=True, slots=True)
class Board:
    """What a wallboard shows. before: the same stretch of the same weekday of last week. desks: by id, in the office's
    order, those alone that somebody sees. seen_at: when an exchange last showed its queues; None: never."""

    now: datetime
    seen_at: datetime | None
    fresh: bool
    queues: Mapping[str, DeskNow]
    today: Tally
    before: Tally
    desks: Mapping[str, Tally]
    notices: Sequence[Stand]
    alerts: Sequence[Alert]

    @property
    def whole(self) -> DeskNow:
        """All queues together. Officers count at each of their desks."""
        all_of = self.queues.values()
        return DeskNow(
            "",
            sum(one.waiting for one in all_of),
            max((one.longest_wait_s for one in all_of), default=0),
            sum(one.free for one in all_of),
            sum(one.logged_in for one in all_of),
        )


def look(session: Session, office: Office, now: datetime, mine: Collection[str] | None) -> Board:
    """The board at an instant (aware). mine: the desks that somebody sees; None: all, and what belongs to none."""
    zone = office.calendar.tz
    today, before = so_far(now, zone, timedelta()), so_far(now, zone, WEEK)
    desks = _desks(session, today, mine)
    queues = _queues(session, now, mine)
    seen_at = session.scalar(select(func.max(LiveQueue.at)))
    on_air = [stand for stand in standing(session, office, now) if stand.on]
    state = State(
        seen_at=seen_at,
        fresh=bool(queues) or (seen_at is not None and seen_at > now - live.FRESH),
        desks=list(queues.values()),
        half=_half(session, now, zone, mine),
        ending={stand.name: stand.until for stand in on_air if stand.until} if mine is None else {},
    )
    state = replace(state, **_afterwards(session, now, zone, mine))
    own = mine is not None
    return Board(
        now=now.astimezone(zone),
        seen_at=seen_at.astimezone(zone) if seen_at else None,
        fresh=state.fresh,
        queues=queues,
        today=_sum(desks) if own else tallies(session, today, None)[""],
        before=_sum(_desks(session, before, mine)) if own else tallies(session, before, None)[""],
        desks={name: desks.get(name, Tally()) for name in dict.fromkeys([*_seen(office, mine), *desks])},
        notices=on_air,
        alerts=alerts(state, now),
    )


def so_far(now: datetime, zone: ZoneInfo, ago: timedelta) -> Period:
    """From midnight until this time of day, today or so many days ago by the wall clock."""
    local = now.astimezone(zone)
    wall = (local - ago).replace(fold=local.fold)  # the hour that comes twice
    return Period(midnight(wall.date(), zone), wall.astimezone(UTC), zone)


def _half(session: Session, now: datetime, zone: ZoneInfo, mine: Collection[str] | None) -> Half:
    tally = _sum(_desks(session, Period(now - HALF, now, zone), mine))
    return Half(tally.offered, tally.abandoned)


def _seen(office: Office, mine: Collection[str] | None) -> list[str]:
    return [name for name in office.desks.desks if mine is None or name in mine]


def _desks(session: Session, period: Period, mine: Collection[str] | None) -> dict[str, Tally]:
    found = tallies(session, period, "desk")
    return {name: tally for name, tally in found.items() if mine is None or name in mine}


def _sum(desks: Mapping[str, Tally]) -> Tally:
    return sum(desks.values(), Tally())


def _queues(session: Session, now: datetime, mine: Collection[str] | None) -> dict[str, DeskNow]:
    found: dict[str, DeskNow] = {}
    for one in live.of_others(session, "", now):
        if mine is None or one.desk in mine:
            had = found.get(one.desk, DeskNow(one.desk))
            found[one.desk] = DeskNow(
                one.desk,
                had.waiting + one.waiting,
                max(had.longest_wait_s, one.longest_wait_s),
                had.free + one.agents_free,
                had.logged_in + one.agents_logged_in,
            )
    return found


def _afterwards(session: Session, now: datetime, zone: ZoneInfo, mine: Collection[str] | None) -> dict[str, Any]:
    """What is left to do away from the telephone, as counts."""
    today = now.astimezone(zone).date()
    start, end = midnight(today, zone), midnight(today + timedelta(days=1), zone)
    open_cases: tuple[ColumnElement[bool], ...] = (Case.status.not_in(FINAL), Case.deadline.is_not(None))
    unheard: tuple[ColumnElement[bool], ...] = (Voicemail.heard_at.is_(None), Voicemail.deleted_at.is_(None))
    if mine is not None:
        open_cases = (*open_cases, or_(Case.desk.in_(mine), Case.moving_to.in_(mine)))
        unheard = (*unheard, Voicemail.desk.in_(mine))
    due_today = (Case.deadline >= now, Case.deadline < end)

    def count(table: type[Base], *where: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0

    found = {
        "overdue": count(Case, *open_cases, Case.deadline < now),
        "due_today": count(Case, *open_cases, *due_today),
        "unheard": count(Voicemail, *unheard, Voicemail.at < start),
    }
    if mine is None:
        found["unknown"] = count(Message, Message.state == "unknown")
        found["dead"] = count(Message, Message.state == "dead", Message.changed_at > now - RECENT)
    return found
