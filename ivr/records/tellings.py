"""What a journal tells beyond the way of a call: promises and requests made in it, notices heard, voicemails,
look-ups that failed, wishes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from ivr.records import case_lookup, facts, wish_tables
from ivr.records.notice_tables import Hearing, Request
from ivr.records.promise_tables import Promise
from ivr.records.store import insert_new
from ivr.records.voicemail_tables import Voicemail


def record(session: Session, known: Iterable[facts.Known]) -> None:
    """Add what the pieces tell. Twice is as good as once."""
    for piece in known:
        match piece:
            case facts.Promise(call, at, receipt, template, language):
                row = {"call": call, "receipt": receipt, "template": template, "language": language}
                insert_new(session, Promise, {**row, "at": _time(at)})
            case facts.Request(call, at, template, language, about, note):
                row = {"call": call, "about": about, "template": template, "language": language, "note": note}
                insert_new(session, Request, {**row, "at": _time(at)})
            case facts.Hearing(call, at, notice, what):
                insert_new(session, Hearing, {"call": call, "at": _time(at), "notice": notice, "what": what})
            case facts.Voicemail(call, at, file, desk, ms, language):
                row = {"file": file, "call": call, "desk": desk, "language": language}
                insert_new(session, Voicemail, {**row, "seconds": -(-ms // 1000), "at": _time(at)})
            case facts.Wish(_, at, who, slow):
                wish_tables.keep(session, who, slow, _time(at))
            case facts.Attempt(call, at, subject):
                case_lookup.record_failure(session, subject, call, _time(at))


def _time(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
