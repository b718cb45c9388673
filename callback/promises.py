"""Promises made on the telephone, kept: the case's messages are switched on, and the first one is written."""

from __future__ import annotations

import dataclasses
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
from ivr.records.promise_tables import Promise
from ivr.records.store import Store

BATCH = 50
POLL_S = 0.5
"""Pause between looks for new promises."""

log = logging.getLogger(__name__)


def keep_until(stop: threading.Event, store: Store, office: Office, keys: Keys) -> None:
    """Keep promises as they come; blocks until `stop` is set."""
    while not stop.wait(POLL_S):
        try:
            with store.transaction() as session:
                keep(session, office, keys)
        except (StoreUnavailable, KeyMissing) as error:
            log.warning("promises wait: %s", error)


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
                outbox.enqueue(session, keys, dataclasses.replace(note, key=key))
        promise.kept_at = datetime.now(UTC)
    return len(due)
