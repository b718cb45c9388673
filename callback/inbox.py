"""The desks' inboxes: voicemails listed, found, marked as done."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.errors import OnestopError
from ivr.records import models
from ivr.records.mailbox import Mailbox
from ivr.records.voicemail_tables import Voicemail


def listed(
    session: Session, desks: Collection[str] | None, done: bool, limit: int, offset: int = 0
) -> list[tuple[Voicemail, str | None]]:
    """The newest voicemails (of some desks; with those that are done), each with its caller's number, sealed."""
    caller = select(models.Call.caller).where(models.Call.id == Voicemail.call).scalar_subquery()
    found = select(Voicemail, caller)  # joined, PostgreSQL would walk through the calls of all years for a page
    if desks is not None:
        found = found.where(Voicemail.desk.in_(desks))
    if not done:
        found = found.where(Voicemail.heard_at.is_(None))
    rows = session.execute(found.order_by(Voicemail.at.desc()).limit(limit).offset(offset))
    return [(voicemail, caller) for voicemail, caller in rows]


def find(session: Session, id: str) -> Voicemail:
    """The voicemail whose id begins so. Raises OnestopError when there is none, or several."""
    found = session.scalars(select(Voicemail).where(Voicemail.file.startswith(id, autoescape=True)).limit(2)).all()
    if len(found) != 1:
        what = "are several voicemails" if found else "is no voicemail"
        raise OnestopError(f"there {what} whose id begins with {id}; `ivr inbox list --done` shows all")
    return found[0]


def finish(session: Session, voicemail: Voicemail, by: str) -> None:
    """Mark a voicemail as done, by somebody; who was first stays."""
    if voicemail.heard_at is None:
        voicemail.heard_at, voicemail.heard_by = datetime.now(UTC), by


def reopen(voicemail: Voicemail) -> None:
    """Take the mark back, as long as there is something to hear. Raises OnestopError."""
    if voicemail.deleted_at is not None:
        raise OnestopError("its sound was deleted: it stays done")
    voicemail.heard_at = voicemail.heard_by = None


def delete(session: Session, voicemail: Voicemail, mailbox: Mailbox) -> None:
    """Delete its sound for good; that there was one stays known. Raises OnestopError when it can't be deleted."""
    try:
        mailbox.delete(voicemail.file)
    except OSError as error:
        raise OnestopError(f"the sound can't be deleted: {error}") from error
    voicemail.deleted_at = voicemail.deleted_at or datetime.now(UTC)
