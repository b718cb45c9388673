"""Cases as the telephone may tell them: to whoever names the receipt number and proves to be the one registered."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ivr.records.case_tables import Case, LookupAttempt
from ivr.records.keys import Keys
from ivr.records.store import insert_new

LONGEST_WINDOW = timedelta(days=1)
"""How long failed look-ups are remembered."""

LAST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as it may be told to the citizen. Of a sensitive one neither kind nor status nor deadline: those the
    desk in charge tells. deadline: None, too, while it doesn't run (보완요구). number: the registered one, sealed."""

    receipt: str
    desk: str
    language: str
    sensitive: bool
    consent: bool
    type: str | None
    status: str | None
    deadline: datetime | None
    number: str | None = field(repr=False)


def find(
    session: Session, keys: Keys, receipt: str, *, last4: str | None = None, caller: str | None = None
) -> CaseView | None:
    """The case with this receipt number, when `last4` are the registered number's last digits or `caller` (a number
    in any way of writing) is the registered number itself; None otherwise, and for a case without a number.

    Whether the receipt number, the digits or the caller was wrong can't be told from the answer. Raises
    StoreUnavailable, and KeyMissing when the registered number can't be opened.
    """
    case = session.get(Case, receipt)
    if case is None or case.number is None or case.who is None:
        return None
    called = caller is not None and hmac.compare_digest(keys.who(caller), case.who)
    proved = last4 is not None and hmac.compare_digest(last4.encode(), keys.open(case.number)[-LAST_DIGITS:].encode())
    if not (called or proved):
        return None
    hidden = case.sensitive
    return CaseView(
        receipt=case.receipt,
        desk=case.desk,
        language=case.language,
        sensitive=case.sensitive,
        consent=case.consent,
        type=None if hidden else case.type,
        status=None if hidden else case.status,
        deadline=None if hidden else case.deadline,
        number=case.number,
    )


def record_failure(session: Session, subject: str, call: str, at: datetime) -> None:
    """Note that a look-up in a call failed. `subject`: keyed hash of the caller (Keys.who), or the receipt number.

    The same failure told twice counts once. What lies further back than any window is forgotten by the way.
    """
    insert_new(session, LookupAttempt, {"subject": subject, "at": at, "call": call})
    old = LookupAttempt.at < at - LONGEST_WINDOW
    session.execute(delete(LookupAttempt).where(LookupAttempt.subject == subject, old))


def failures(session: Session, subject: str, since: datetime) -> int:
    """How many look-ups of a subject have failed since (not more than LONGEST_WINDOW ago)."""
    count = select(func.count()).where(LookupAttempt.subject == subject, LookupAttempt.at >= since)
    return session.scalar(count) or 0
