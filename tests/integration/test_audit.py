"""The audit log: whole under many writers, and whatever is done to it afterwards is seen; on both databases."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, delete, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ivr.records import audit
from ivr.records.audit import Deed, Search
from ivr.records.audit_tables import AuditHead, AuditRow
from ivr.records.keys import Keys
from ivr.records.store import Store
from tests.postgres import EITHER, database

AT = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(scope="module", params=EITHER)
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with database(request.param, tmp_path_factory.mktemp("audit")) as url:
        yield url


@pytest.fixture
def store(url: str) -> Store:
    """The database, with an empty log."""
    store = Store(url)
    store.migrate()
    with meddling(url) as connection:
        for table in ("audit", "audit_cuts", "audit_head"):
            connection.execute(text(f"DELETE FROM {table}"))
    return store


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "keys")


class meddling:
    """A connection of somebody who has the database and takes the triggers off."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url)

    def __enter__(self) -> Connection:
        self._connection = self._engine.connect()
        self._rows: list[Any] = []
        if self._engine.dialect.name == "sqlite":
            found = self._connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
            self._rows = list(found)
            for name, _ in self._rows:
                self._connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            self._connection.execute(text("SET session_replication_role = replica"))
        return self._connection

    def __exit__(self, *_: object) -> None:
        for _, sql in self._rows:
            self._connection.execute(text(sql))
        self._connection.commit()
        self._connection.close()
        self._engine.dispose()


def deed(what: str = "case.changed", who: str = "cli:kim", why: str = "") -> Deed:
    return Deed(who, "command", "host", what, "case:20261234", why)


def add(store: Store, keys: Keys, *deeds: Deed, at: datetime = AT) -> None:
    for one in deeds:
        with store.transaction() as session:
            audit.note(session, keys, one, at)


def verdict(store: Store, keys: Keys, *known: tuple[int, str]) -> audit.Verdict:
    with store.reading() as session:
        return audit.verify(session, keys, known)


def test_an_empty_log_and_a_full_one_are_whole(store: Store, keys: Keys) -> None:
    assert verdict(store, keys).broken is None
    add(store, keys, *[deed(why=f"{n}") for n in range(5)])
    found = verdict(store, keys)
    assert (found.rows, found.n, found.broken) == (5, 5, None)


def test_many_writers_at_once_make_one_chain(store: Store, keys: Keys) -> None:
    def write(who: str) -> None:
        add(store, keys, *[deed(who=who) for _ in range(10)])

    writers = [threading.Thread(target=write, args=(f"cli:{n}",)) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found = verdict(store, keys)
    assert (found.rows, found.broken) == (40, None)


def test_what_is_undone_with_its_transaction_leaves_no_gap(store: Store, keys: Keys) -> None:
    add(store, keys, deed())
    with store.transaction() as session:
        audit.note(session, keys, deed(), AT)
        session.rollback()
    add(store, keys, deed())
    found = verdict(store, keys)
    assert (found.n, found.broken) == (2, None)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit SET why = 'x' WHERE n = 2", "DELETE FROM audit WHERE n = 3", "DELETE FROM audit WHERE n = 1"],
)
def test_the_database_refuses_to_change_what_stands_there(store: Store, keys: Keys, statement: str) -> None:
    add(store, keys, deed(), deed(), deed())
    with pytest.raises(IntegrityError, match="only added to"), store.transaction() as session:
        session.execute(text(statement))
    assert verdict(store, keys).broken is None


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET why = 'x' WHERE n = 3", "row 3 was changed"),
        ("UPDATE audit SET at = (SELECT at FROM audit WHERE n = 1) WHERE n = 4", "row 4 was changed"),
        ("DELETE FROM audit WHERE n = 2", "row 2 is missing"),
        ("DELETE FROM audit WHERE n >= 4", "row 4 is missing: the log ends too early"),
        ("DELETE FROM audit WHERE n <= 2", "row 1 is missing"),
        ("DELETE FROM audit", "row 1 is missing: the log ends too early"),
        ("DELETE FROM audit_head", "the newest row isn't signed"),
        ("UPDATE audit_head SET n = 4, hash = (SELECT hash FROM audit WHERE n = 4)", r"the newest row \(4\) isn't"),
        ("INSERT INTO audit_cuts SELECT n, hash, at, 'f0' FROM audit WHERE n = 2", "the cut at row 2 isn't signed"),
    ],
)
def test_meddling_is_seen(store: Store, keys: Keys, url: str, statement: str, broken: str) -> None:
    for day in range(5):
        add(store, keys, deed(), at=AT + day * DAY)
    with meddling(url) as connection:
        connection.execute(text(statement))
    told = verdict(store, keys).broken
    assert told is not None
    assert re.match(broken, told), told


def test_a_chain_made_anew_without_the_key_is_seen(store: Store, keys: Keys, tmp_path: Path) -> None:
    add(store, Keys(tmp_path / "others"), deed(), deed())
    assert verdict(store, keys).broken == "the newest row (2) isn't signed with this installation's key"


def test_a_row_noted_elsewhere_shows_an_older_copy_in_its_place(store: Store, keys: Keys, url: str) -> None:
    add(store, keys, deed(), deed())
    with store.reading() as session:
        old = session.execute(select(AuditHead.n, AuditHead.hash, AuditHead.signature)).one()
    add(store, keys, deed())
    newest = verdict(store, keys)
    assert verdict(store, keys, (3, newest.hash[:12])).broken is None
    with meddling(url) as connection:
        connection.execute(delete(AuditRow).where(AuditRow.n == 3))
        connection.execute(update(AuditHead).values(old._asdict()))
    assert verdict(store, keys).broken is None  # all that is there is good
    assert verdict(store, keys, (3, newest.hash[:12])).broken == "row 3 isn't the one that was noted elsewhere"


def test_old_rows_leave_in_batches_and_the_rest_still_stands(store: Store, keys: Keys) -> None:
    for day in range(10):
        add(store, keys, deed(why=f"day {day}"), at=AT + day * DAY)
    gone: list[int] = []
    while not gone or gone[-1]:
        with store.transaction() as session:
            gone.append(audit.cut(session, keys, AT + 7 * DAY, AT, 3))
        assert verdict(store, keys).broken is None
    assert gone == [3, 3, 1, 0]
    with store.reading() as session:
        assert [row.why for row in audit.listed(session, Search(), None)] == ["day 9", "day 8", "day 7"]
    with store.transaction() as session:
        assert audit.cut(session, keys, AT + 99 * DAY, AT, 99) == 2  # the newest always stays
    add(store, keys, deed())
    assert verdict(store, keys).broken is None


def test_who_reads_slowly_holds_no_transaction_open(store: Store, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store, keys, *[deed(why=f"{n}") for n in range(7)])
    monkeypatch.setattr(audit, "PIECE", 2)
    reading, open_ = store.reading, []

    @contextmanager
    def watched() -> Iterator[Session]:
        with reading() as session:
            open_.append(session)
            yield session
        open_.remove(session)

    monkeypatch.setattr(store, "reading", watched)
    told = []
    for row in audit.each(store, Search(), 5):
        assert not open_
        told.append(row.why)
    assert told == ["6", "5", "4", "3", "2"]
    assert len(list(audit.each(store, Search()))) == 7


def test_a_number_or_a_line_feed_that_slips_in_is_hidden(store: Store, keys: Keys) -> None:
    add(store, keys, deed(why="call of 010-1234-5678\nor 01012345678, +82 10-1234-5678"))
    with store.reading() as session:
        (row,) = audit.listed(session, Search(), None)
        assert (row.why, row.whose) == ("call of # or #, #", "case:20261234")
    assert verdict(store, keys).broken is None


def test_deeds_are_found_by_who_what_whose_and_when(store: Store, keys: Keys) -> None:
    add(store, keys, deed(), deed("number.shown", "page:lee"), at=AT)
    add(store, keys, deed("case.added", "page:kim"), deed("cases.imported", "cli:mckim"), at=AT + DAY)

    def found(**search: object) -> list[int]:
        with store.reading() as session:
            return [row.n for row in audit.listed(session, Search(**search), 10)]  # type: ignore[arg-type]

    assert found() == [4, 3, 2, 1]
    assert found(who="kim") == [3, 1]
    assert found(who="page:lee") == [2]
    assert found(what="case") == [3, 1]
    assert found(what="number.shown") == [2]
    assert found(whose="case:") == [4, 3, 2, 1]
    assert found(whose="case:2026") == []
    assert found(since=AT + DAY) == [4, 3]
    assert found(until=AT + DAY) == [2, 1]
