"""The people who use the pages: their roles, what each role may do, and who they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ivr.errors import OnestopError
from ivr.records import people_tables
from ivr.records.store import insert_new
from reports import passwords, sessions

Role = Literal["admin", "supervisor", "desk", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)

Right = Literal[
    "today",
    "reports",
    "calls",
    "calls.number",
    "messages",
    "cases",
    "notices",
    "notices.switch",
    "flows",
    "flows.edit",
    "export",
    "people",
    "people.edit",
    "audit",
]
"""`calls.number`: to see a whole telephone number, for a reason. `export`: to take figures and calls away as a file."""

RIGHTS: Mapping[Role, frozenset[Right]] = {
    "admin": frozenset(get_args(Right)),
    "supervisor": frozenset(
        {"today", "reports", "calls", "calls.number", "messages", "cases", "notices", "notices.switch", "export"}
    ),
    "desk": frozenset({"today", "calls", "messages", "cases"}),
    "auditor": frozenset({"reports", "calls", "people", "audit"}),
}
"""Whoever has the role `desk` sees of calls, messages and cases those of his desks alone."""

ONCE = timedelta(days=7)
"""How long a one-time password is good."""

_NAME = re.compile(r"[a-z][a-z0-9._-]{0,39}")

Code = Literal["name", "taken", "nobody", "role", "desks", "last_admin", "short", "long", "same", "like_name", "wrong"]

_TEXTS: Mapping[Code, str] = {
    "name": "a name is a small letter, then small letters, digits, . _ and -, at most 40",
    "taken": "somebody has this name, or had it",
    "nobody": "there is nobody of this name",
    "role": f"a role is one of {', '.join(ROLES)}",
    "desks": "the role desk needs desks that there are; the other roles have none",
    "last_admin": "nobody else could administer: make another admin first",
    "short": f"a password has at least {passwords.SHORTEST} characters",
    "long": f"a password has at most {passwords.LONGEST} characters",
    "same": "this is the password that is to be changed",
    "like_name": "a password must not contain the name",
    "wrong": "the present password is another",
}


class Refused(OnestopError):
    """Something about people that can't be; `code` says what."""

    def __init__(self, code: Code) -> None:
        self.code = code
        super().__init__(_TEXTS[code])


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as the pages know him. `desks`: None for all of them, which opens no sensitive case.

    once: he has a one-time password still, and must change it before anything else.
    """

    name: str
    role: Role | None
    desks: frozenset[str] | None
    once: bool = False

    def may(self, right: Right) -> bool:
        """Whether his role has this right."""
        return self.role is not None and right in RIGHTS[self.role]


NOBODY = Person("", None, frozenset())
"""Who isn't logged in."""


def person_of(row: people_tables.Person) -> Person:
    """The person of a row."""
    role = next(role for role in ROLES if role == row.role)
    desks = frozenset(row.desks.split()) if role == "desk" else None
    return Person(row.name, role, desks, row.once_until is not None)


def is_name(text: str) -> bool:
    """Whether somebody could be called this."""
    return _NAME.fullmatch(text) is not None


def add(
    session: Session, name: str, role: str, desks: Collection[str], known_desks: Collection[str], now: datetime
) -> str:
    """Somebody new; his one-time password, which can't be had again. Raises Refused."""
    if not is_name(name):
        raise Refused("name")
    _check_role(role, desks, known_desks)
    password = passwords.generated()
    row = {
        "name": name,
        "role": role,
        "desks": " ".join(sorted(desks)),
        "hash": passwords.hashed(password),
        "once_until": now + ONCE,
        "created_at": now,
        "changed_at": now,
    }
    if not insert_new(session, people_tables.Person, row):
        raise Refused("taken")
    return password


def first(session: Session, now: datetime) -> str | None:
    """Make `admin` where there is nobody yet; his one-time password. None where there is somebody."""
    if session.scalar(select(people_tables.Person.name).limit(1)) is not None:
        return None
    return add(session, "admin", "admin", [], [], now)


def listed(session: Session) -> list[people_tables.Person]:
    """Everybody, also who was removed, by name."""
    return list(session.scalars(select(people_tables.Person).order_by(people_tables.Person.name)))


def give_role(
    session: Session, name: str, role: str, desks: Collection[str], known_desks: Collection[str], now: datetime
) -> None:
    """Change what somebody may do; his sessions end. Raises Refused."""
    row = _there(session, name)
    _check_role(role, desks, known_desks)
    if role != "admin":
        _check_admins(session, row, now)
    row.role, row.desks, row.changed_at = role, " ".join(sorted(desks)), now
    sessions.end_all(session, name)


def reset_password(session: Session, name: str, now: datetime) -> str:
    """A new one-time password of somebody; his sessions end. Raises Refused."""
    row = _there(session, name)
    password = passwords.generated()
    row.hash, row.once_until, row.changed_at = passwords.hashed(password), now + ONCE, now
    sessions.end_all(session, name)
    return password


def change_password(session: Session, name: str, present: str, wanted: str, now: datetime) -> None:
    """Somebody's own new password; his sessions end, the one he asks in as well. Raises Refused."""
    row = _there(session, name)
    if not passwords.fits(row.hash, present):
        raise Refused("wrong")
    if passwords.length(wanted) < passwords.SHORTEST:
        raise Refused("short")
    if passwords.length(wanted) > passwords.LONGEST:
        raise Refused("long")
    if name in wanted.lower():
        raise Refused("like_name")
    if passwords.fits(row.hash, wanted):
        raise Refused("same")
    row.hash, row.once_until, row.changed_at = passwords.hashed(wanted), None, now
    sessions.end_all(session, name)


def lock(session: Session, name: str, now: datetime) -> None:
    """Keep somebody out until he is unlocked; his sessions end. Raises Refused."""
    row = _there(session, name)
    _check_admins(session, row, now)
    row.locked_at = row.locked_at or now
    sessions.end_all(session, name)


def unlock(session: Session, name: str) -> None:
    """Let somebody in again, whoever kept him out: an admin, or his own failed tries. Raises Refused."""
    _there(session, name).locked_at = None
    sessions.forgive(session, sessions.name_subject(name))


def log_out(session: Session, name: str) -> None:
    """End all sessions of somebody. Raises Refused."""
    _there(session, name)
    sessions.end_all(session, name)


def remove(session: Session, name: str, now: datetime) -> None:
    """Take somebody's way in; his name stays taken. Raises Refused."""
    row = _there(session, name)
    _check_admins(session, row, now)
    row.removed_at = now
    sessions.end_all(session, name)


def restore(session: Session, name: str) -> None:
    """Undo a removal: role, desks and password are as they were. Raises Refused."""
    row = session.get(people_tables.Person, name)
    if row is None:
        raise Refused("nobody")
    row.removed_at = None


def _there(session: Session, name: str) -> people_tables.Person:
    row = session.get(people_tables.Person, name, with_for_update=True)
    if row is None or row.removed_at is not None:
        raise Refused("nobody")
    return row


def _check_role(role: str, desks: Collection[str], known: Collection[str]) -> None:
    if role not in ROLES:
        raise Refused("role")
    if bool(desks) != (role == "desk") or not set(desks) <= set(known):
        raise Refused("desks")


def _check_admins(session: Session, row: people_tables.Person, now: datetime) -> None:
    """Raise Refused when this is the last admin who can come in."""
    people = people_tables.Person
    good = or_(people.once_until.is_(None), people.once_until > now)
    able = select(people.name).where(
        people.role == "admin", good, people.removed_at.is_(None), people.locked_at.is_(None)
    )
    if set(session.scalars(able.with_for_update())) == {row.name}:
        raise Refused("last_admin")
