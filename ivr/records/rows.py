"""The database's rows as text and back: how a backup holds them, the same from SQLite and from PostgreSQL.

A table is its columns' names on one line, then a row on each, all as JSON; a time stands as SQLite keeps it, in UTC
without a zone. So a backup of one kind of database can be restored into the other.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

import psycopg
from sqlalchemy import Boolean, Connection, inspect, text
from sqlalchemy.orm import Session

from ivr.errors import OnestopError

VERSION = "alembic_version"
PASSING = frozenset({VERSION, "live_queues", "leases", "buckets", "web_sessions"})
"""Tables that say what is at this moment, e.g. who is logged in: in a backup they would say what was."""

_AT_ONCE = 5_000


def snapshot(session: Session) -> Connection:
    """Let a fresh session see one state of the database to its end, however long it reads."""
    if session.get_bind().dialect.name == "sqlite":  # every transaction of it does
        return session.connection()
    connection = session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))  # the disk may be slow
    connection.execute(text("SET LOCAL TIME ZONE 'UTC'"))
    return connection


def revision(connection: Connection) -> str:
    """The migration that the database is at; "" when it has no tables."""
    if not inspect(connection).has_table(VERSION):
        return ""
    return connection.scalar(text(f"SELECT version_num FROM {VERSION}")) or ""  # noqa: S608


def tables(connection: Connection) -> list[str]:
    """The tables that a backup holds, each behind those that it refers to."""
    found = [name for name, _ in inspect(connection).get_sorted_table_and_fkc_names() if name]
    return [name for name in found if name not in PASSING]


def dump(connection: Connection, table: str) -> Iterator[bytes]:
    """A table's lines, in the transaction of `snapshot`."""
    columns = inspect(connection).get_columns(table)
    names = [column["name"] for column in columns]
    truths = [n for n, column in enumerate(columns) if isinstance(column["type"], Boolean)]
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode
    yield f"{encode(names)}\n".encode()
    query = f"SELECT {', '.join(map(_quoted, names))} FROM {_quoted(table)}"  # noqa: S608 - names of the schema
    with connection.execution_options(stream_results=True).exec_driver_sql(query) as rows:
        while batch := rows.fetchmany(_AT_ONCE):
            values = [list(row) for row in batch]
            for row in values:
                for n in truths:
                    row[n] = None if row[n] is None else bool(row[n])
            yield "".join(f"{encode(row)}\n" for row in values).encode()


def is_empty(connection: Connection) -> bool:
    """Whether no table holds a row."""
    rows = (connection.execute(text(f"SELECT 1 FROM {_quoted(t)} LIMIT 1")).first() for t in tables(connection))  # noqa: S608
    return all(row is None for row in rows)


def load(connection: Connection, table: str, lines: Iterable[bytes], told: Callable[[int], None]) -> int:
    """Put a table's lines into an empty table; how many rows. `told` hears how many there are so far.

    The database must be at the migration that the lines were written at. Raises OnestopError when they don't fit it.
    """
    source = iter(lines)
    known = {column["name"] for column in inspect(connection).get_columns(table)}
    names = json.loads(next(source, b"[]"))
    if not names or not set(names) <= known:
        raise OnestopError(f"the backup's table {table} isn't the database's: was it made by a newer program?")
    driver = connection.connection.driver_connection
    total = 0
    while batch := [json.loads(line) for line in islice(source, _AT_ONCE)]:
        if isinstance(driver, sqlite3.Connection):
            _into_sqlite(driver, table, names, batch)
        elif isinstance(driver, psycopg.Connection):
            _into_postgresql(driver, table, names, batch)
        else:
            raise OnestopError("into PostgreSQL a backup is restored by psycopg: write postgresql+psycopg://…")
        total += len(batch)
        told(total)
    return total


def _into_sqlite(driver: sqlite3.Connection, table: str, names: Sequence[str], batch: Iterable[Sequence[Any]]) -> None:
    places = ", ".join("?" * len(names))
    columns = ", ".join(map(_quoted, names))
    driver.executemany(f"INSERT INTO {_quoted(table)} ({columns}) VALUES ({places})", batch)  # noqa: S608


def _into_postgresql(
    driver: psycopg.Connection[Any], table: str, names: Sequence[str], batch: Iterable[Sequence[Any]]
) -> None:
    columns = ", ".join(map(_quoted, names))
    with driver.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        with cursor.copy(f"COPY {_quoted(table)} ({columns}) FROM STDIN".encode()) as copy:
            for row in batch:
                copy.write_row(row)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no way to write {type(value).__name__} into a backup")


def _quoted(name: str) -> str:
    return f'"{name}"'
