"""Rotation of the key that seals: what older keys sealed is sealed anew, piece by piece, so that they can go.

Everything is found by the key's id, which begins each sealed value. Killed at any moment, the next run passes over what
is done. What is being changed meanwhile keeps the change. The look-up key isn't rotated: a hash can't be opened, and of
some (wishes, who wants no messages, failed look-ups) the number is nowhere else, so that they would be lost.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from ivr.errors import KeyMissing
from ivr.records import journal, mailbox
from ivr.records.case_tables import ApiRequest, Case, CaseEvent
from ivr.records.keys import Keys
from ivr.records.message_tables import Message
from ivr.records.models import Base, Call
from ivr.records.notice_tables import Request
from ivr.records.store import Store

BATCH = 500
"""Rows of a transaction: some 50 ms, so that nobody waits long for SQLite."""

Column = InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A table's columns that hold sealed values, and its key."""

    table: type[Base]
    key: tuple[Column, ...]
    columns: tuple[Column, ...]


SEALED = (
    Sealed(Call, (Call.id,), (Call.caller,)),
    Sealed(Case, (Case.receipt,), (Case.number,)),
    Sealed(CaseEvent, (CaseEvent.receipt, CaseEvent.n), (CaseEvent.note,)),
    Sealed(Message, (Message.id,), (Message.number, Message.values, Message.text)),
    Sealed(Request, (Request.call, Request.about, Request.template), (Request.note,)),
    Sealed(ApiRequest, (ApiRequest.system, ApiRequest.key), (ApiRequest.digest, ApiRequest.answer)),
)
"""Every sealed value of the database; a test holds that there are no others."""


def uses(session: Session, data: Path, ids: Sequence[int]) -> dict[int, int]:
    """How many values of the database, sounds and files of the journal each key of `ids` still has to open."""
    counts = dict.fromkeys(ids, 0)
    for id in ids:
        for sealed in SEALED:
            for column in sealed.columns:
                counts[id] += session.scalar(select(func.count()).where(column.startswith(f"{id}."))) or 0
        counts[id] += sum(1 for path in _sounds(data) if _begins(path, id))
        counts[id] += sum(1 for path in (data / journal.FOLDER).glob("*") if _mentions(path, id))
    return counts


def reseal(store: Store, keys: Keys, data: Path, progress: Callable[[int], object]) -> int:
    """Seal anew whatever an older key than the newest has sealed; how many values can't be opened by any key.

    progress: how many rows were done since. Raises StoreUnavailable or OSError; what was done by then is done.
    """
    lost = 0
    for sealed in SEALED:
        after: tuple[Any, ...] | None = None
        while True:
            with store.reading() as session:
                rows = session.execute(_old(sealed, keys.newest, after)).all()
            if not rows:
                break
            began = time.monotonic()
            with store.transaction() as session:
                lost += sum(_row(session, keys, sealed, row) for row in rows)
            progress(len(rows))
            after = tuple(rows[-1][: len(sealed.key)])
            time.sleep(time.monotonic() - began)  # others get SQLite's lock for as long
    for path in _sounds(data):
        lost += not _sound(keys, path)
    return lost


def _old(sealed: Sealed, newest: int, after: tuple[Any, ...] | None) -> Any:
    """The next rows, in the order of their key, in which something is sealed by another key than the newest."""
    old: ColumnElement[bool] = or_(
        *(and_(column.is_not(None), column != "", ~column.startswith(f"{newest}.")) for column in sealed.columns)
    )
    further = [tuple_(*sealed.key) > after] if after else []
    return select(*sealed.key, *sealed.columns).where(old, *further).order_by(*sealed.key).limit(BATCH)


def _row(session: Session, keys: Keys, sealed: Sealed, row: Any) -> int:
    """Seal a row's old values anew, where they are still what was read; how many can't be opened."""
    here = [column == value for column, value in zip(sealed.key, row, strict=False)]
    lost = 0
    for column, value in zip(sealed.columns, row[len(sealed.key) :], strict=True):
        if not value or value.startswith(f"{keys.newest}."):
            continue
        try:
            anew = keys.seal(keys.open(value))
        except KeyMissing:
            lost += 1
            continue
        change = update(sealed.table).where(*here, column == value).values({column.key: anew})
        session.execute(change.execution_options(synchronize_session=False))
    return lost


def _sounds(data: Path) -> Iterator[Path]:
    return iter(sorted((data / mailbox.FOLDER).glob("*.sealed")))


def _sound(keys: Keys, path: Path) -> bool:
    """Seal a sound anew; False when no key opens it. Its age, by which it is deleted, stays."""
    draft = path.with_name(f".{path.stem}.{secrets.token_hex(4)}")
    try:
        if _begins(path, keys.newest):
            return True
        at = path.stat()
        anew = keys.seal_bytes(keys.open_bytes(path.read_bytes()))
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(anew)
            file.flush()
            os.fsync(file.fileno())
        os.utime(draft, ns=(at.st_atime_ns, at.st_mtime_ns))
        draft.replace(path)
    except KeyMissing:
        return False
    except FileNotFoundError:
        return True  # deleted meanwhile
    finally:
        draft.unlink(missing_ok=True)
    return True


def _begins(path: Path, id: int) -> bool:
    mark = f"{id}.".encode()
    try:
        with path.open("rb") as file:
            return file.read(len(mark)) == mark
    except FileNotFoundError:
        return False


def _mentions(path: Path, id: int) -> bool:
    """Whether a file of the journal may hold something that the key sealed."""
    try:
        return f'"{id}.'.encode() in path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        return False
