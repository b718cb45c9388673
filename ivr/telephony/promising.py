"""What a caller is promised, made durable: only what is on the disk may be spoken."""

from __future__ import annotations

import json
import logging
import time
from typing import Any

from ivr.engine.effects import Promise, Send
from ivr.engine.events import Promised
from ivr.engine.session import Session
from ivr.errors import JournalUnavailable
from ivr.records.journal import Journal
from ivr.records.keys import Keys

log = logging.getLogger(__name__)


class Promising:
    """Journals the promises of all calls. Safe between threads."""

    def __init__(self, journal: Journal, keys: Keys) -> None:
        self._journal, self._keys = journal, keys

    def make(self, session: Session, promise: Promise | Send, caller: str) -> Promised:
        """Promise a message about a case, or one to the caller's own number, which must be known for that."""
        match promise:
            case Promise(template, receipt):
                return self._durable(session, {"k": "promise", "case": receipt, "template": template})
            case Send() if not caller:
                return Promised(False)
            case Send(template, values, about):
                note = self._keys.seal(json.dumps({"to": caller, "values": dict(values)}, ensure_ascii=False))
                return self._durable(session, {"k": "request", "template": template, "about": about, "note": note})

    def _durable(self, session: Session, record: dict[str, Any]) -> Promised:
        told = {"call": session.call, "t": int(time.time() * 1000), "language": session.language}
        try:
            self._journal.append({**record, **told}, durable=True)
        except JournalUnavailable as error:
            log.error("a promise was refused", extra={"reason": str(error)})
            return Promised(False)
        return Promised(True)
