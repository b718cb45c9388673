"""Coming in: a name, a password, and no word to anybody about which of the two was wrong."""

from __future__ import annotations

from datetime import datetime

from ivr.records import audit, people_tables
from ivr.records.audit import Deed
from ivr.records.keys import Keys
from ivr.records.store import Store
from reports import passwords, sessions
from reports.people import is_name

_WHERE = 45
"""Characters of the longest address."""


def login(store: Store, keys: Keys, name: str, password: str, address: str, now: datetime) -> str | None:
    """A new session's token; None when they don't fit, nobody has the name, or either is kept out for a while.

    Whatever it is about the name takes one hash's time; an address that is kept out isn't worth one. The audit log is
    told, but of who is kept out only the tries before: nobody fills it from outside. Raises StoreUnavailable.
    """
    by_name, by_address = sessions.name_subject(name), sessions.address_subject(address)
    with store.transaction() as session:
        if not sessions.take_try(session, by_address, sessions.ADDRESS_TRIES, now):
            return None
        free = sessions.take_try(session, by_name, sessions.NAME_TRIES, now)
        row = session.get(people_tables.Person, name) if is_name(name) else None
        kept = row.hash if row is not None and free and _may_come(row, now) else None
    if not passwords.fits(kept, password):
        if free:
            whose = f"person:{name}" if row is not None else ""  # what isn't a name may be a password
            with store.transaction() as session:
                audit.note(session, keys, Deed("page:?", "page", address[:_WHERE], "login.failed", whose), now)
        return None
    with store.transaction() as session:
        row = session.get(people_tables.Person, name, with_for_update=True)
        if row is None or row.hash != kept or not _may_come(row, now):  # changed while the hash was taken
            return None
        sessions.forgive(session, by_name)
        sessions.give_back(session, by_address)
        row.seen_at = now
        token = sessions.open_session(session, name, address[:_WHERE], now)
        audit.note(session, keys, Deed(f"page:{name}", "page", address[:_WHERE], "login.ok", f"person:{name}"), now)
        return token


def _may_come(row: people_tables.Person, now: datetime) -> bool:
    good = row.once_until is None or now < row.once_until
    return good and row.locked_at is None and row.removed_at is None
