"""The database: migrated is fresh, times are UTC, its errors are ours, its statements are portable."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError, InternalError, StatementError
from sqlalchemy.schema import CreateTable

from ivr.errors import StoreUnavailable
from ivr.records import (  # noqa: F401 - tables that the schema has
    answer_tables,
    audit_tables,
    case_tables,
    courtesy_tables,
    forecast_tables,
    import_tables,
    message_tables,
    notice_tables,
    people_tables,
    promise_tables,
    restore_tables,
    retention_tables,
    tally_tables,
    voicemail_tables,
    wish_tables,
)
from ivr.records import store as stores
from ivr.records.models import Base, LiveQueue, Mark
from ivr.records.store import Store, upsert


def schema(database: Path) -> dict[str, str]:
    """Every table and index with its definition, blanks aside."""
    rows = sqlite3.connect(database).execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: re.sub(r"\s+", " ", sql) for name, sql in rows if name != "alembic_version"}


def test_the_migrated_schema_is_the_fresh_one(tmp_path: Path) -> None:
    Store(f"sqlite:///{tmp_path / 'migrated.db'}").migrate()
    Base.metadata.create_all(create_engine(f"sqlite:///{tmp_path / 'fresh.db'}"))
    assert schema(tmp_path / "migrated.db") == schema(tmp_path / "fresh.db")
    assert len(schema(tmp_path / "fresh.db")) >= 10


def test_the_schema_can_be_made_on_postgresql() -> None:
    made = [str(CreateTable(t).compile(dialect=postgresql.dialect())) for t in Base.metadata.sorted_tables]  # type: ignore[no-untyped-call]
    assert any("TIMESTAMP WITH TIME ZONE" in text for text in made)


def test_processes_that_migrate_at_once_all_succeed(tmp_path: Path) -> None:
    program = f"from ivr.records.store import Store; Store('sqlite:///{tmp_path}/new/one.db').migrate()"
    racers = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(4)]
    assert [racer.wait() for racer in racers] == [0] * 4


def test_sqlite_runs_in_wal_with_foreign_keys(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'one.db'}")
    store.migrate()
    with store.reading() as session:
        told = [session.connection().exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("journal_mode", "foreign_keys")]
    assert told == ["wal", 1]


def queue(at: datetime) -> dict[str, object]:
    return {
        "node": "n1", "desk": "a", "waiting": 1, "longest_wait_s": 2, "agents_free": 0, "agents_logged_in": 1, "at": at,
    }  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(f"sqlite:///{tmp_path / 'one.db'}")
    store.migrate()
    return store


def test_times_come_back_in_utc_whatever_zone_they_had(store: Store) -> None:
    at = datetime(2026, 11, 21, 9, 0, 0, 123000, tzinfo=timezone(timedelta(hours=9)))
    with store.transaction() as session:
        upsert(session, LiveQueue, [queue(at)])
    with store.reading() as session:
        back = session.scalars(select(LiveQueue.at)).one()
    assert back == at
    assert back.tzinfo is UTC


def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="has no time zone"), store.transaction() as session:
        upsert(session, LiveQueue, [queue(datetime(2026, 11, 21))])  # noqa: DTZ001


def test_an_upsert_replaces_and_a_failed_transaction_leaves_nothing(store: Store) -> None:
    def marks() -> list[int]:
        with store.reading() as session:
            return list(session.scalars(select(Mark.position)))

    for position in (1, 2):
        with store.transaction() as session:
            upsert(session, Mark, [{"source": "n1/journal", "file": "1", "position": position}])
    assert marks() == [2]
    with pytest.raises(IntegrityError), store.transaction() as session:
        upsert(session, Mark, [{"source": f"n1/{n}", "file": "1", "position": n or None} for n in (1, 0)])
    assert marks() == [2]


def test_a_database_that_can_not_be_used_is_unavailable(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "BUSY_S", 0.05)
    locker = sqlite3.connect(tmp_path / "one.db", isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked"), store.transaction() as session:
        session.scalars(select(Mark)).all()
    with store.reading() as session:  # in WAL mode a writer keeps nobody from reading
        assert session.scalars(select(Mark)).all() == []
    locker.execute("COMMIT")
    (tmp_path / "garbage.db").write_bytes(b"x" * 5000)
    for url in ("garbage.db", "nothing.db", "no/folder.db"):
        with pytest.raises(StoreUnavailable), Store(f"sqlite:///{tmp_path / url}").reading() as session:
            session.scalars(select(Mark)).all()
    assert not (tmp_path / "nothing.db").exists()
    with pytest.raises(StoreUnavailable):
        Store(f"sqlite:///{tmp_path / 'one.db' / 'below-a-file.db'}").migrate()


def test_a_database_of_a_newer_program_is_left_alone(store: Store) -> None:
    with store.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreUnavailable, match="of a newer program than this one: upgrade"):
        store.migrate()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("s3cret", "the database's URL is none"),
        ("postgresql+psycopg://kim:s3cret@ret@h:x/y", "the database's URL is none"),
        ("nothing+like://kim:s3cret@h/y", "the database's URL is none"),
        ("mysql://kim:s3cret@h/y", "driver isn't installed: MySQLdb"),
    ],
)
def test_a_url_that_is_none_is_told_without_its_password(url: str, told: str) -> None:
    with pytest.raises(StoreUnavailable, match=told) as error:
        Store(url)
    assert "s3cret" not in str(error.value)


def test_a_server_that_hung_up_is_unavailable_whatever_it_calls_it(store: Store) -> None:
    reason = Exception("terminating connection due to idle-in-transaction timeout")
    with pytest.raises(StoreUnavailable, match="idle-in-transaction"), store.transaction():
        raise InternalError("SELECT 1", {}, reason, connection_invalidated=True)


def test_a_fault_of_ours_is_not_an_unavailable_database(store: Store) -> None:
    with pytest.raises(IntegrityError), store.transaction() as session:
        upsert(session, Mark, [{"source": "n1/journal", "file": "1", "position": None}])


def test_the_reason_holds_no_values(store: Store, tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "one.db").execute("DROP TABLE marks").connection.commit()
    with pytest.raises(StoreUnavailable) as caught, store.transaction() as session:
        upsert(session, Mark, [{"source": "secret", "file": "1", "position": 1}])
    assert str(caught.value) == "the database can't be used: no such table: marks"
