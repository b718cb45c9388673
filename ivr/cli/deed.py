"""What a person does at the keyboard, for the audit log: one place for who it was and where."""

from __future__ import annotations

import os
import pwd
import socket
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from ivr.cli import Program
from ivr.records import audit
from ivr.records.audit import Deed
from ivr.records.keys import Keys
from ivr.records.store import Store

_LOGIN = Path("/proc/self/loginuid")
_NOBODY = 2**32 - 1
"""What the kernel says of a process that nobody's login led to."""


def user() -> str:
    """Who it is: who logged in, also behind sudo, or else the process's user; by the kernel's word, since anybody may
    set an environment variable."""
    try:
        login = int(_LOGIN.read_text())
    except (OSError, ValueError):
        login = _NOBODY
    number = os.getuid() if login == _NOBODY else login
    try:
        return f"cli:{pwd.getpwuid(number).pw_name}"
    except KeyError:
        return f"cli:{number}"


def note(program: Program, session: Session, what: str, whose: str = "", why: str = "") -> None:
    """Put a deed into the audit log, as the last thing of the transaction that does it. Raises StoreUnavailable."""
    deed = Deed(user(), "command", socket.gethostname(), what, whose, why)
    audit.note(session, Keys(program.config.keys_dir), deed, datetime.now(UTC))


def showing(program: Program, store: Store, what: str, whose: str = "", why: str = "") -> None:
    """Put into the audit log, before it happens, that something personal is shown. Raises StoreUnavailable."""
    with store.transaction() as session:
        note(program, session, what, whose, why)
