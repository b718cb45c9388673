"""The first way in: an admin with a one-time password, told to a terminal and to nothing that keeps it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from ivr.cli import Program, deed
from ivr.records.store import Store
from reports import people


def told(program: Program, store: Store) -> str | None:
    """What to print where nobody can log in yet; None where somebody can.

    On a terminal, `admin` is made. Elsewhere what is printed may be a log, so nobody is. Raises StoreUnavailable.
    """
    with store.transaction() as session:
        if people.listed(session):
            return None
        if not sys.stdout.isatty():
            return "Nobody can log in to the pages yet: ivr people add NAME --role admin"
        password = people.first(session, datetime.now(UTC))
        deed.note(program, session, "people.added", "person:admin", "first start")
    return (
        f"Pages: log in as admin with the password {password}\n  (shown this once; to be changed at the first log-in)"
    )
