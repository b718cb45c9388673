"""Who is logged in, and who is kept from trying on.

A session is a token of 256 random bits in a cookie, kept as a hash: a stolen database opens no page. It ends after a
while without a request, and in any case after half a day. Tries are counted before a password is looked at, by name and
by address, so that many at once get no further than one after the other; a name that nobody has counts just the same.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ivr.records import people_tables
from ivr.records.people_tables import LoginTry, WebSession
from ivr.records.store import insert_new

IDLE = timedelta(minutes=30)
WHOLE = timedelta(hours=12)
MOST = 10
"""Sessions that one person may have at once; the oldest gives way."""

STEP = timedelta(minutes=1)
"""How exactly the last sign of life is kept: not every page writes."""

WINDOW = timedelta(minutes=15)
NAME_TRIES = 5
ADDRESS_TRIES = 50
"""Tries in vain in a window, by name and by address: an office behind one address has many who mistype."""


@dataclass(frozen=True, slots=True)
class Found:
    """A session and its person."""

    session: WebSession
    person: people_tables.Person


def open_session(session: Session, person: str, address: str, now: datetime) -> str:
    """Log somebody in; the token for his cookie. What has expired goes."""
    session.execute(delete(WebSession).where((WebSession.seen_at <= now - IDLE) | (WebSession.began_at <= now - WHOLE)))
    theirs = select(WebSession.hash).where(WebSession.person == person).order_by(WebSession.began_at.desc())
    too_many = list(session.scalars(theirs.offset(MOST - 1)))
    session.execute(delete(WebSession).where(WebSession.hash.in_(too_many)))
    token = secrets.token_urlsafe(32)
    row = {"hash": hash_of(token), "person": person, "began_at": now, "seen_at": now, "address": address}
    session.add(WebSession(**row))
    return token


def find(session: Session, token: str, now: datetime) -> Found | None:
    """The session of a token; None when there is none, it has expired, or its person may not come in any more."""
    people = people_tables.Person
    asked = select(WebSession, people).join(people, people.name == WebSession.person)
    row = session.execute(
        asked.where(WebSession.hash == hash_of(token), people.locked_at.is_(None), people.removed_at.is_(None))
    ).one_or_none()
    if row is None or now - row[0].seen_at >= IDLE or now - row[0].began_at >= WHOLE:
        return None
    return Found(row[0], row[1])


def seen(session: Session, hash: str, now: datetime) -> None:
    """Note a sign of life."""
    session.execute(update(WebSession).where(WebSession.hash == hash).values(seen_at=now))


def listed(session: Session, now: datetime) -> list[WebSession]:
    """All sessions that are open, the newest first."""
    alive = (WebSession.seen_at > now - IDLE, WebSession.began_at > now - WHOLE)
    return list(session.scalars(select(WebSession).where(*alive).order_by(WebSession.began_at.desc())))


def end(session: Session, hash: str) -> None:
    """Log one session out."""
    session.execute(delete(WebSession).where(WebSession.hash == hash))


def end_all(session: Session, person: str) -> int:
    """Log somebody out everywhere; how many sessions that were."""
    ended = session.scalars(delete(WebSession).where(WebSession.person == person).returning(WebSession.hash))
    return len(list(ended))


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def name_subject(name: str) -> str:
    """What tries with a name are counted by."""
    return hash_of(f"name {name}")


def address_subject(address: str) -> str:
    """What tries from an address are counted by: of IPv6 the network, a customer has as many addresses as he likes."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return hash_of(f"address {address}")
    network = ipaddress.ip_network((parsed, 64 if parsed.version == 6 else 32), strict=False)
    return hash_of(f"address {network}")


def take_try(session: Session, subject: str, most: int, now: datetime) -> bool:
    """Count one more try; False when there were too many in the window, which then count no further."""
    session.execute(delete(LoginTry).where(LoginTry.first_at <= now - WINDOW))
    insert_new(session, LoginTry, {"subject": subject, "first_at": now, "count": 0})
    row = session.get(LoginTry, subject, with_for_update=True, populate_existing=True)
    if row is None or row.count >= most:
        return False
    row.count += 1
    session.flush()
    return True


def give_back(session: Session, subject: str) -> None:
    """One try was none in vain."""
    session.execute(update(LoginTry).where(LoginTry.subject == subject).values(count=LoginTry.count - 1))


def forgive(session: Session, subject: str) -> None:
    """Forget the tries."""
    session.execute(delete(LoginTry).where(LoginTry.subject == subject))


def kept_out(session: Session, now: datetime) -> frozenset[str]:
    """The subjects that have used up their tries."""
    spent = (LoginTry.first_at > now - WINDOW, LoginTry.count >= NAME_TRIES)
    return frozenset(session.scalars(select(LoginTry.subject).where(*spent)))
