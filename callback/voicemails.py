"""Voicemails told to the desk's officers: one message to each, once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from callback import outbox
from callback.outbox import Note
from callback.reminders import SUPERVISOR
from ivr.errors import StoreUnavailable
from ivr.language.office import Office
from ivr.records.keys import Keys
from ivr.records.store import Store
from ivr.records.voicemail_tables import Voicemail

BATCH = 50
POLL_S = 1.0
"""Pause between looks for new voicemails."""
TEMPLATE = "voicemail"

log = logging.getLogger(__name__)


def tell_until(stop: threading.Event, store: Store, office: Office, keys: Keys, contacts: Mapping[str, str]) -> None:
    """Tell of voicemails as they come; blocks until `stop` is set."""
    while not stop.wait(POLL_S):
        try:
            with store.reading() as session:
                waiting = session.scalar(select(Voicemail.file).where(Voicemail.told_at.is_(None)).limit(1))
            if waiting is not None:
                with store.transaction() as session:
                    tell(session, office, keys, contacts)
        except StoreUnavailable as error:
            log.warning("voicemails wait to be told: %s", error)
        except Exception:  # whatever it is, later voicemails must not stay untold for it
            log.exception("voicemails wait to be told")


def tell(session: Session, office: Office, keys: Keys, contacts: Mapping[str, str]) -> int:
    """Promise the messages about new voicemails within one transaction, with the mark that they are told; how many.

    contacts: mobile numbers by officer's extension, desk or `supervisor`. A message's key names voicemail and
    recipient, so that a voicemail taken up twice is told once.
    """
    untold = select(Voicemail).where(Voicemail.told_at.is_(None)).order_by(Voicemail.at).limit(BATCH)
    new = session.scalars(untold).all()
    for voicemail in new:
        names = _recipients(office, voicemail.desk, contacts) if TEMPLATE in office.messages else []
        if not names:
            log.warning("nobody is told of a voicemail: messages.contacts has none of its desk, and no supervisor")
        for name in names:
            key = f"voicemail/{voicemail.file}/{name}"
            values, since = _values(office, voicemail), voicemail.at
            outbox.enqueue(session, keys, Note(key, contacts[name], TEMPLATE, office.languages[0], values, since=since))
        voicemail.told_at = datetime.now(UTC)
    return len(new)


def _recipients(office: Office, desk: str, contacts: Mapping[str, str]) -> list[str]:
    """The contacts of a desk: its own and its officers', each number once; without any the supervisor's."""
    known = office.desks.desks.get(desk)
    named = [desk, *(known.agents if known else [])]
    by_number = {contacts[name]: name for name in reversed(named) if name in contacts}
    return list(by_number.values()) or [name for name in (SUPERVISOR,) if name in contacts]


def _values(office: Office, voicemail: Voicemail) -> dict[str, str]:
    at = voicemail.at.astimezone(office.calendar.tz)
    desk = office.desk_names[office.languages[0]].get(voicemail.desk, voicemail.desk)
    return {"desk": desk, "at": f"{at:%Y-%m-%d %H:%M}", "length": str(voicemail.seconds)}
