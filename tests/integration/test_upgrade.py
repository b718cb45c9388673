"""Data of every migration there ever was, upgraded to the newest: rows are kept, and the report is the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Boolean, Connection, Date, DateTime, Float, MetaData, Numeric, Table, select

from ivr.records import rows
from ivr.records import store as stores
from ivr.records.store import Store, upgrade
from reports.period import Period
from reports.report import report
from tests.postgres import running_postgres

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DAY = Period(AT - timedelta(hours=1), AT + timedelta(hours=23), ZoneInfo("Asia/Seoul"))


NEVER_READ = ("tally_books", "settled")
"""A column that a later migration took away."""


def _revisions() -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(Path(stores.__file__).parent / "migrations"))
    return [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()][::-1]


REVISIONS = _revisions()
"""All of them, old ones first. A server takes seconds for each: some stand for all there."""


@pytest.fixture(scope="module")
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Store]]:
    """Empty databases by name."""
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("upgrade")
        yield lambda name: Store(f"sqlite:///{folder / name}.db")
        return
    with running_postgres() as url:

        def made(name: str) -> Store:
            with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{name}"'.encode())
            return Store(url.replace("/postgres?", f"/{name}?"))

        yield made


def calls() -> dict[str, list[dict[str, Any]]]:
    """A day of calls, as the first migration could hold it."""
    outcomes = ["answered", "answered", "abandoned", "short_abandoned", "self_service", "failed", "left_menu"]
    made: dict[str, list[dict[str, Any]]] = {"calls": [], "legs": [], "facts": [], "steps": []}
    for n, outcome in enumerate(outcomes * 3):
        id, start = f"n1-{n}.1", AT + timedelta(minutes=n)
        common = {"node": "n1", "line": "1000", "flow": "main", "language": "ko", "office": "0" * 64, "static": None}
        times = {"started_at": start, "ended_at": start + timedelta(seconds=90)}
        made["calls"].append(
            {"id": id, "caller": "1.c2VhbGVk", "who": "ab" * 32, "outcome": outcome, **common, **times}
        )
        made["facts"].append({"call": id, "at": int(start.timestamp() * 1000), "kind": "enter", "a": "1000", "b": "ko"})
        made["steps"].append(
            {"call": id, "turn": 0, "n": 0, "flow": "main", "step": "purpose", "exit": "1", "at": start}
        )
        if outcome in ("answered", "abandoned", "short_abandoned"):
            connected = start + timedelta(seconds=12) if outcome == "answered" else None
            leg = {"call": id, "n": 0, "desk": "operators", "queued_at": start, "connected_at": connected}
            left = {"left_at": start + timedelta(seconds=80), "agent": "101" if connected else None, "outcome": outcome}
            made["legs"].append(leg | left)
    return made


def invented(table: Table) -> dict[str, Any]:
    """A row that fits a table; what refers to another table's row is spelled as that one's."""
    row: dict[str, Any] = {}
    for column in table.columns:
        (reference,) = column.foreign_keys or (None,)
        target = reference.column if reference is not None else column
        if isinstance(column.type, Boolean):
            row[column.name] = True
        elif isinstance(column.type, DateTime):
            row[column.name] = AT
        elif isinstance(column.type, Date):
            row[column.name] = AT.date()
        elif isinstance(column.type, Float | Numeric):
            row[column.name] = 0.5
        elif column.type.python_type is int:
            row[column.name] = 1
        else:
            row[column.name] = "n1-0.1" if target.table.name == "calls" else f"{target.table.name}.{target.name}"
    return row


def fill(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Put rows into every table there is; what was put."""
    metadata = MetaData()
    metadata.reflect(connection)
    real, put = calls(), {}
    for table in metadata.sorted_tables:
        if table.name != rows.VERSION:
            these = real.get(table.name) or [invented(table)]
            columns = [column.name for column in table.columns]
            connection.execute(table.insert(), [{name: row.get(name) for name in columns} for row in these])
            put[table.name] = these
    return put


def kept(connection: Connection, table: str, like: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A table's rows, as far as the columns of `like` go."""
    now = Table(table, MetaData(), autoload_with=connection)
    columns = [now.columns[name] for name in like[0]]
    order = [column for column in now.primary_key.columns if column.name in like[0]]
    found = connection.execute(select(*columns).order_by(*order)).mappings()
    return [{name: _aware(value) for name, value in row.items()} for row in found]


def _aware(value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report of the same day in a database that was new from the start."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('fresh') / 'fresh.db'}")
    store.migrate()
    with store.transaction() as session:
        fill(session.connection())
    with store.reading() as session:
        told = report(session, DAY, "desk", {}).text("json")
    assert "operators" in told
    return told


@pytest.mark.parametrize(
    ("databases", "revision"),
    [*(("sqlite", one) for one in REVISIONS), *(("postgresql", one) for one in REVISIONS[::4])],
    indirect=["databases"],
)
def test_what_a_migration_held_is_kept_by_all_later_ones(
    databases: Callable[[str], Store], revision: str, expected: str
) -> None:
    store = databases(f"at{revision}")
    store.make()
    with store.transaction() as session:
        upgrade(session.connection(), revision)
    with store.transaction() as session:
        put = fill(session.connection())
    assert len(put) >= 6
    store.migrate()
    with store.reading() as session:
        for table, rows_ in put.items():
            were = [{name: value for name, value in row.items() if (table, name) != NEVER_READ} for row in rows_]
            found = kept(session.connection(), table, were)
            assert sorted(found, key=repr) == sorted(were, key=repr), table
        assert report(session, DAY, "desk", {}).text("json") == expected


def dumped(store: Store) -> dict[str, list[bytes]]:
    with store.reading() as session:
        connection = rows.snapshot(session)
        return {name: b"".join(rows.dump(connection, name)).splitlines() for name in rows.tables(connection)}


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_a_backups_rows_are_the_same_from_either_kind_of_database(
    databases: Callable[[str], Store], tmp_path: Path
) -> None:
    one, other, back = databases("one"), Store(f"sqlite:///{tmp_path / 'other.db'}"), databases("back")
    for store in (one, other, back):
        store.migrate()
    with one.transaction() as session:
        fill(session.connection())
    there = dumped(one)
    assert all(len(lines) > 1 for lines in there.values())
    for before, store in ((one, other), (other, back)):
        with store.transaction() as session:
            for table, lines in dumped(before).items():
                rows.load(session.connection(), table, lines, lambda _: None)
        assert {name: sorted(lines) for name, lines in dumped(store).items()} == {
            name: sorted(lines) for name, lines in there.items()
        }
