"""Promises made on the telephone, kept: a case's messages are switched on, and the first one is written; a message that
a caller asked for is written to the number that called."""

from __future__ import annotations

import dataclasses
import json
import logging
import threading
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from callback import case_notes, outbox
from ivr.errors import KeyMissing, StoreUnavailable
from ivr.language.office import Office
from ivr.records.case_tables import Case
from ivr.records.keys import Keys
from ivr.records.notice_tables import Request
from ivr.records.promise_tables import Promise
from ivr.records.store import Store

BATCH = 50
POLL_S = 0.5
"""Pause between looks for new promises."""

log = logging.getLogger(__name__)


def keep_until(stop: threading.Event, store: Store, office: Office, keys: Keys) -> None:
    """Keep promises as they come; blocks until `stop` is set."""
    while not stop.wait(POLL_S):
        for of in (keep, keep_requests):  # each by itself: one that waits for a key keeps the other from nothing
            try:
                with store.transaction() as session:
                    of(session, office, keys)
            except (StoreUnavailable, KeyMissing) as error:
                log.warning("promises wait: %s", error)
            except Exception:  # whatever it is, what callers were promised is tried again
                log.exception("promises wait")


def keep(session: Session, office: Office, keys: Keys) -> int:
    """Take up promises within one transaction: consent, the message, and the mark that it is kept; how many.

    The message's key names call and case, so that a promise taken up twice is one message. Raises KeyMissing when
    a registered number can't be opened: nothing is kept then, and the promise waits.
    """
    due = session.scalars(select(Promise).where(Promise.kept_at.is_(None)).order_by(Promise.at).limit(BATCH)).all()
    for promise in due:
        case = session.get(Case, promise.receipt)
        if case is None:
            log.error("a promise names a case that is gone", extra={"call": promise.call})
        else:
            case.consent = True
            case.language = promise.language
            note = case_notes.note(case, office, keys)
            if note is not None:
                key = f"promise/{promise.call}/{promise.receipt}/{promise.template}"
                outbox.enqueue(session, keys, dataclasses.replace(note, key=key, since=promise.at))
        promise.kept_at = datetime.now(UTC)
    return len(due)


def keep_requests(session: Session, office: Office, keys: Keys) -> int:
    """Take up within one transaction what callers asked to be sent to their own number: the message, and the mark that
    it is kept; how many.

    It goes at once, also in quiet hours: the caller has just asked for it. Raises KeyMissing: nothing is kept then.
    """
    due = session.scalars(select(Request).where(Request.kept_at.is_(None)).order_by(Request.at).limit(BATCH)).all()
    for request in due:
        if request.template in office.messages:
            note = json.loads(keys.open(request.note))
            key = f"{outbox.ASKED}{request.call}/{request.about}/{request.template}"
            to, values = note["to"], note["values"]
            asked = outbox.Note(key, to, request.template, request.language, values, urgent=True, since=request.at)
            outbox.enqueue(session, keys, asked)
        else:
            log.error("a request names a message that is gone", extra={"call": request.call})
        request.kept_at, request.note = datetime.now(UTC), ""
    return len(due)
