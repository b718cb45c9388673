"""What was promised on the telephone, and whether it came in time: messages, and voicemails that a desk was to hear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from callback.outbox import ASKED
from ivr.records.message_tables import Message
from ivr.records.notice_tables import Request
from ivr.records.promise_tables import Promise
from ivr.records.voicemail_tables import Voicemail
from reports.figure import Figure, figure, ratio
from reports.period import Period
from reports.report import Report, made
from reports.wording import OUTBOX

WINDOW = timedelta(hours=24)
"""How soon a promise is to be kept; quiet hours are within it."""
COUNTED = "promises, by the time they were made; those whose 24 hours aren't over and that aren't kept are left out"
_OUT = ("accepted", "delivered")


@dataclass(frozen=True, slots=True)
class Promises:
    """Promises added up: those that can be judged, and those kept in time."""

    promised: int = 0
    kept: int = 0

    def __add__(self, other: Promises) -> Promises:
        """Both together."""
        return Promises(self.promised + other.promised, self.kept + other.kept)


def figures() -> list[Figure[Promises]]:
    """The figures of promises."""
    return [
        figure(
            "promised",
            "count",
            ("Promised", "약속"),
            (
                "messages about a case or to the own number that callers were promised, voicemails left for a desk",
                "통화 중 약속한 민원 문자·본인 번호 문자, 부서에 남긴 음성 메시지",
            ),
            ("", ""),
            OUTBOX,
            lambda promises: float(promises.promised),
        ),
        figure(
            "kept",
            "share",
            ("Kept", "이행률"),
            (
                "taken by the provider (voicemails: marked as done) within 24 h, and not failed since ÷ promised",
                "24시간 안에 발송 접수됨 (음성 메시지: 처리 완료), 그 뒤 실패하지 않음 ÷ 약속",
            ),
            ("promised", "약속"),
            OUTBOX,
            lambda promises: ratio(promises.kept, promises.promised),
        ),
    ]


def report(session: Session, period: Period, now: datetime) -> Report:
    """What was promised in a period, by kind. now: until when it could be kept."""
    found = promises(session, period, now)
    return made(period, "promise", COUNTED, figures(), found, sum(found.values(), Promises()))


def promises(session: Session, period: Period, now: datetime) -> dict[str, Promises]:
    """What the figures are made of: `case`, `message` and `voicemail`."""
    case_key = literal("promise/") + Promise.call + "/" + Promise.receipt + "/" + Promise.template
    asked_key = literal(ASKED) + Request.call + "/" + Request.about + "/" + Request.template
    found = {}
    for name, table, key in (("case", Promise, case_key), ("message", Request, asked_key)):
        rows = (
            select(table.at, Message.submitted_at, Message.state)
            .outerjoin(Message, Message.key == key)
            .where(table.at >= period.start, table.at < period.end)
        )
        done = [(at, sent if state in _OUT else None) for at, sent, state in session.execute(rows)]
        found[name] = _judged(done, now)
    heard = select(Voicemail.at, Voicemail.heard_at).where(Voicemail.at >= period.start, Voicemail.at < period.end)
    found["voicemail"] = _judged([(at, done_at) for at, done_at in session.execute(heard)], now)
    return {name: of for name, of in found.items() if of.promised}


def _judged(made_and_done: list[tuple[datetime, datetime | None]], now: datetime) -> Promises:
    """When each was made, and when it was done (None: not, or not any more)."""
    kept = sum(done is not None and done <= made_at + WINDOW for made_at, done in made_and_done)
    missed = sum(
        (done is None or done > made_at + WINDOW) and made_at + WINDOW <= now for made_at, done in made_and_done
    )
    return Promises(kept + missed, kept)
