"""What somebody does on a page, for the audit log."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ivr.records import audit
from ivr.records.audit import Deed
from reports.web.visit import Visit


def note(visit: Visit, session: Session, what: str, whose: str = "", why: str = "") -> None:
    """Put it into the audit log, as the last thing of the transaction that does it. Raises StoreUnavailable."""
    audit.note(session, visit.keys, Deed(visit.who, "page", visit.address, what, whose, why), visit.now)
