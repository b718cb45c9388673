"""The audit log: who did what to whose data, when, from where and why; and whether anybody has meddled with it.

Each row carries the hash of the one before, the newest is signed with the installation's key, and the database refuses
to change or delete rows. What `verify` proves: that no row was changed, put in, taken out of the middle, or taken off
the end by somebody who has the database but not the key folder. What it can't prove by itself: that somebody with the
key, too, didn't write it all anew, or that nobody put a copy of the database of some days ago in its place. Against
both helps a row's number and hash noted elsewhere (`ivr audit verify` tells the newest, `--known` looks for it again).
Nor can it tell what never went through this program: who reads the database's file leaves nothing here.

Old rows leave by `cut` alone: it signs the hash that the rest goes on from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from ivr.records.audit_tables import AuditCut, AuditHead, AuditRow
from ivr.records.keys import Keys, without_numbers
from ivr.records.store import Store, insert_new

Via = Literal["page", "command", "api", "system"]

GENESIS = "0" * 64
LONGEST = 500
"""Characters of a text at most."""

PIECE = 1000
"""Rows read at once."""

_COLUMNS = (AuditRow.n, AuditRow.at, AuditRow.who, AuditRow.via, AuditRow.where, AuditRow.what, AuditRow.whose)
_COLUMNS_ALL = (*_COLUMNS, AuditRow.why, AuditRow.before, AuditRow.hash)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that somebody did. who: page:NAME, cli:USER, api:SYSTEM or engine:NODE; where: an address or a host;
    what: a dotted verb (case.changed); whose: call:ID, case:RECEIPT, person:NAME or "", never a telephone number."""

    who: str
    via: Via
    where: str
    what: str
    whose: str = ""
    why: str = ""


def note(session: Session, keys: Keys, deed: Deed, at: datetime) -> None:
    """Add a deed, as part of the transaction that does it; last in it, since other writers wait from here on.

    Control characters become blanks, what looks like a telephone number `#`. Raises StoreUnavailable.
    """
    head = select(AuditHead.n, AuditHead.hash).with_for_update()
    newest = session.execute(head).one_or_none()
    if newest is None:
        insert_new(session, AuditHead, {"id": 1, "n": 0, "hash": GENESIS, "signature": ""})
        newest = session.execute(head).one()
    n, before = newest.n + 1, newest.hash
    texts = [_plain(deed.who), deed.via, _plain(deed.where), _plain(deed.what), _plain(deed.whose, masked=False)]
    values = [n, at.astimezone(UTC), *texts, _plain(deed.why), before]
    hash_ = _hash(values)
    names = [column.key for column in _COLUMNS_ALL]
    session.execute(insert(AuditRow).values(dict(zip(names, [*values, hash_], strict=True))))
    signature = keys.sign(_signed("head", n, hash_))
    session.execute(update(AuditHead).values(n=n, hash=hash_, signature=signature))


@dataclass(frozen=True, slots=True)
class Search:
    """Which deeds: who ("kim" is cli:kim as well as page:kim), what ("case" is case.changed, too), whose data
    ("case:20261234"; "case:" is all cases), from `since` on, before `until`."""

    who: str | None = None
    what: str | None = None
    whose: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def listed(session: Session, search: Search, limit: int | None, below: int | None = None) -> Iterator[AuditRow]:
    """The deeds that were searched for, newest first, `limit` at most; below: only rows with a smaller number."""
    where: list[ColumnElement[bool]] = []
    if search.who:
        where.append(or_(AuditRow.who == search.who, AuditRow.who.endswith(f":{search.who}", autoescape=True)))
    if search.what:
        where.append(or_(AuditRow.what == search.what, AuditRow.what.startswith(f"{search.what}.", autoescape=True)))
    if search.whose:
        begins = search.whose.endswith(":")
        whose = AuditRow.whose
        where.append(whose.startswith(search.whose, autoescape=True) if begins else whose == search.whose)
    if search.since:
        where.append(AuditRow.at >= search.since)
    if search.until:
        where.append(AuditRow.at < search.until)
    if below is not None:
        where.append(AuditRow.n < below)
    newest = select(AuditRow).where(*where).order_by(AuditRow.n.desc()).limit(limit)
    return iter(session.scalars(newest.execution_options(yield_per=500)))


def each(store: Store, search: Search, limit: int | None = None) -> Iterator[AuditRow]:
    """The same one after the other, however many, a transaction for each piece: whoever reads slowly holds none open.

    Raises StoreUnavailable.
    """
    below: int | None = None
    while limit is None or limit > 0:
        with store.reading() as session:
            found = list(listed(session, search, min(PIECE, limit or PIECE), below))
            session.expunge_all()
        yield from found
        if not found:
            return
        below, limit = found[-1].n, limit and limit - len(found)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a check. broken: in words, what is wrong first; None: nothing. n, hash: the newest row."""

    rows: int
    n: int
    hash: str
    broken: str | None = None


@dataclass(slots=True)
class _Walk:
    """The chain as far as it was walked."""

    n: int
    hash: str
    rows: int = 0
    met: set[tuple[int, str]] = field(default_factory=set)


def verify(session: Session, keys: Keys, known: Sequence[tuple[int, str]] = ()) -> Verdict:
    """Walk the whole chain. known: rows (number, beginning of the hash) that were noted elsewhere and must be there.

    The session has read nothing yet. Raises StoreUnavailable.
    """
    if session.get_bind().dialect.name == "postgresql":  # one state of it, as SQLite gives anyway
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    head = session.scalars(select(AuditHead)).one_or_none()
    cut = session.execute(select(AuditCut).order_by(AuditCut.n.desc()).limit(1)).scalar_one_or_none()
    walk = _Walk(cut.n, cut.hash) if cut else _Walk(0, GENESIS)
    n, hash_ = (head.n, head.hash) if head else (0, GENESIS)
    if cut and not keys.signed(_signed("cut", cut.n, cut.hash), cut.signature):
        return Verdict(0, n, hash_, f"the cut at row {cut.n} isn't signed with this installation's key")
    rows = session.execute(
        select(*_COLUMNS_ALL).where(AuditRow.n > walk.n).order_by(AuditRow.n).execution_options(yield_per=1000)
    )
    wanted = {number for number, _ in known}
    for row in rows:
        if broken := _fault(row, walk):
            return Verdict(walk.rows, n, hash_, broken)
        walk.n, walk.hash, walk.rows = row.n, row.hash, walk.rows + 1
        if row.n in wanted:
            walk.met.add((row.n, row.hash))
    return Verdict(walk.rows, n, hash_, _end(keys, walk, head) or _missing(known, walk, cut))


def cut(session: Session, keys: Keys, before: datetime, at: datetime, batch: int) -> int:
    """Let rows go that are older than `before`, `batch` at most; how many went. The newest row always stays.

    Raises StoreUnavailable.
    """
    young = select(func.min(AuditRow.n)).where(AuditRow.at >= before).scalar_subquery()
    last = session.scalar(select(AuditHead.n).with_for_update()) or 0
    end = func.coalesce(young, last)
    old = session.execute(
        select(AuditRow.n, AuditRow.hash).where(AuditRow.n < end).order_by(AuditRow.n).limit(batch)
    ).all()
    if old:
        n, hash_ = old[-1]
        row = {"n": n, "hash": hash_, "at": at, "signature": keys.sign(_signed("cut", n, hash_))}
        insert_new(session, AuditCut, row)
        session.execute(delete(AuditRow).where(AuditRow.n <= n))
    return len(old)


def _fault(row: Row[*tuple[Any, ...]], walk: _Walk) -> str | None:
    if row.n != walk.n + 1:
        return f"row {walk.n + 1} is missing"
    if row.before != walk.hash:
        return f"row {row.n} doesn't follow the row before it: one of the two was changed"
    if row.hash != _hash(list(row[:-1])):
        return f"row {row.n} was changed"
    return None


def _end(keys: Keys, walk: _Walk, head: AuditHead | None) -> str | None:
    """What is wrong with the end of the chain."""
    if head is None or head.n == 0:
        return "the newest row isn't signed" if walk.n else None
    if not keys.signed(_signed("head", head.n, head.hash), head.signature):
        return f"the newest row ({head.n}) isn't signed with this installation's key"
    if walk.n < head.n:
        return f"row {walk.n + 1} is missing: the log ends too early"
    return None if (walk.n, walk.hash) == (head.n, head.hash) else f"row {head.n + 1} was not added by this program"


def _missing(known: Sequence[tuple[int, str]], walk: _Walk, cut: AuditCut | None) -> str | None:
    for n, hash_ in known:
        if cut and n <= cut.n:
            continue
        if not any(n == there and full.startswith(hash_) for there, full in walk.met):
            return f"row {n} isn't the one that was noted elsewhere"
    return None


def _hash(values: Sequence[object]) -> str:
    told = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _signed(what: str, n: int, hash_: str) -> str:
    return f"audit {what} {n} {hash_}"


def _plain(text: str, *, masked: bool = True) -> str:
    line = "".join(c if c.isprintable() else " " for c in text)[:LONGEST]
    return without_numbers(line) if masked else line
