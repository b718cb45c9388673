"""What holds when a message is about to go: consent, excluded destinations, quiet hours, the limit per recipient.

Checked then and not when it is promised, since all of it may change in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from callback import opt_out
from callback.destination import excluded
from callback.outbox import ASKED
from ivr.config import Messages
from ivr.language.calendar import Calendar, Clock
from ivr.office.schedule import Schedule
from ivr.records.case_tables import Case
from ivr.records.message_tables import Message

QUIET = "quiet"
"""Clock of calendar.yaml that is open while no message goes out."""

_ALWAYS_QUIET = Clock.model_validate({"hours": {"mon-sun": "21:00-08:00"}, "holidays": False})
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Later:
    """Not now."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Never:
    """Not at all: `cancelled` by the recipient's will, `dead` by ours."""

    state: Literal["cancelled", "dead"]
    code: str
    reason: str


class Rules:
    """The rules of an office. Safe between threads."""

    def __init__(self, calendar: Calendar, settings: Messages) -> None:
        """An office without a clock `quiet` keeps the usual hours, 21:00 to 08:00 every day."""
        self._quiet = Schedule(calendar, calendar.clocks.get(QUIET, _ALWAYS_QUIET))
        self._settings = settings

    def verdict(
        self, session: Session, message: Message, number: str, now: datetime, *, urgent: bool
    ) -> Later | Never | None:
        """Why the message to `number` doesn't go out now; None when it does.

        The daily limit is a citizen's: reminders to officers, neither of a case nor of a bulk, don't count. What a
        caller asked for doesn't go beyond it either, though at once: whoever feigns a number shall not flood it.
        """
        if opt_out.is_out(session, message.who):
            return Never("cancelled", "opt_out", "the recipient wants no messages")
        if message.case and session.scalar(select(Case.consent).where(Case.receipt == message.case)) is False:
            return Never("cancelled", "consent", "consent to messages about the case was withdrawn")
        if wrong := excluded(number, foreign=self._settings.foreign):
            return Never("dead", wrong.kind, wrong.reason)
        asked = message.key.startswith(ASKED)
        if urgent and not asked:
            return None
        if not urgent and (until := quiet_until(self._quiet, now)):
            return Later(until, "quiet hours")
        if not (message.case or message.bulk or asked):
            return None
        midnight = datetime.combine(now.astimezone(self._quiet.zone), time.min, self._quiet.zone)
        if _sent_since(session, message.who, midnight) >= self._settings.per_day:
            if asked:
                return Never("dead", "per_day", f"{self._settings.per_day} messages went to this number today")
            return Later(midnight + _DAY, f"{self._settings.per_day} messages went to this number today")
        return None


def quiet_until(clock: Schedule, now: datetime) -> datetime | None:
    """When the quiet hours end that `now` lies in; None when it lies in none.

    A day off, for a clock that keeps them, is quiet as a whole. Walks over instants, so that a change to or from
    daylight saving moves nothing.
    """
    day = now.astimezone(clock.zone).date()
    at = now.timestamp()
    for offset in range(366):
        for period in clock.timeline(day + offset * _DAY):
            if period.end <= at:
                continue
            if period.state == "closed":
                return None if period.start <= now.timestamp() else datetime.fromtimestamp(period.start, clock.zone)
            at = period.end
    raise ValueError("the quiet hours never end")


def _sent_since(session: Session, who: str, since: datetime) -> int:
    """Messages to somebody that went, or may have gone, to a provider since then."""
    sent = ("submitting", "accepted", "delivered", "undelivered", "unknown")
    counted = select(func.count()).where(Message.who == who, Message.submitted_at >= since, Message.state.in_(sent))
    return session.scalar(counted) or 0
