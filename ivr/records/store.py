"""The database: SQLite in WAL mode next to the journal, or PostgreSQL by URL. Its errors leave as StoreUnavailable."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, Executable, Table, create_engine, event, literal, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
    TimeoutError,
)
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from ivr.errors import StoreUnavailable
from ivr.records.models import Base

BUSY_S = 5.0
"""How long SQLite waits for another process's lock."""

IDLE_S = 10.0
"""How long PostgreSQL lets a transaction wait for its own process."""


class Store:
    """The database at a URL. Opening it touches nothing; `migrate` brings its tables up to date. Thread-safe."""

    def __init__(self, url: str) -> None:
        """url: SQLAlchemy's, `sqlite:///PATH` or `postgresql+DRIVER://…` (a driver of your choice, installed).

        Raises StoreUnavailable when it is none, without showing it: a password may stand in it.
        """
        try:
            parsed = make_url(url)
            sqlite = parsed.get_backend_name() == "sqlite"
            self._file = Path(parsed.database or "") if sqlite else None
            self._engine = _sqlite(self._file) if self._file is not None else _server(url)
        except ImportError as error:
            raise StoreUnavailable(f"the database's driver isn't installed: {error.name}") from None
        except (ArgumentError, ValueError):
            raise StoreUnavailable("the database's URL is none: write postgresql+psycopg://USER@HOST/NAME") from None
        if self._file is not None:
            self._reading = self._engine
        else:
            self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ")  # SQLite reads so anyway

    def migrate(self) -> None:
        """Make the database if it isn't there, and bring its tables up to date. Raises StoreUnavailable."""
        self.make()
        try:
            with _mapped(), self._writing().begin() as connection:
                upgrade(connection)
        except CommandError:
            raise StoreUnavailable("the database is of a newer program than this one: upgrade the program") from None

    def make(self) -> None:
        """Make the database if it isn't there, without tables; a server's must be there. Raises StoreUnavailable."""
        if self._file is not None:
            with _mapped():
                _make(self._file)
                with self._engine.connect() as connection:
                    connection.connection.cursor().execute("PRAGMA journal_mode=WAL")

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that writes: everything in it is kept, or nothing. Raises StoreUnavailable."""
        with _mapped(), Session(self._writing()) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that reads one state of the database. Raises StoreUnavailable."""
        with _mapped(), Session(self._reading) as session, session.begin():
            yield session

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the database open, for many small transactions. SQLite ends a transaction of the only connection by
        folding its log into the database, which takes thrice as long. Raises StoreUnavailable."""
        with _mapped(), self._engine.connect() as connection:
            connection.execute(text("SELECT count(*) FROM alembic_version"))
            connection.rollback()
            yield

    def _writing(self) -> Engine:
        """SQLite must be told beforehand that a transaction will write, else it can't wait for another writer."""
        return self._engine.execution_options(begin="BEGIN IMMEDIATE")


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the tables up to date within the connection's transaction, or only up to a migration."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def upsert(session: Session, model: type[Base], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows; one whose primary key is there already takes that one's place, in the columns it names.

    Rows name all the same columns; no two have the same key.
    """
    rows = list(rows)
    if rows:
        session.execute(_upsert(session.get_bind().dialect.name, model, tuple(rows[0])), rows)


@cache
def _upsert(dialect: str, model: type[Base], columns: tuple[str, ...]) -> Executable:
    """The statement, kept: to make it anew for each small batch costs more than to run it."""
    table = cast(Table, model.__table__)  # not the class: the ORM's way of inserting takes twice the time
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(table)
    key = [column.name for column in table.primary_key]
    values = {name: insert.excluded[name] for name in columns if name not in key}
    if values:
        return cast(Executable, insert.on_conflict_do_update(index_elements=key, set_=values))
    return cast(Executable, insert.on_conflict_do_nothing())


def insert_new(session: Session, model: type[Base], row: Mapping[str, Any]) -> bool:
    """Insert a row unless one with the same primary or unique key is there; whether it was inserted."""
    return session.scalar(_insert_new(session.get_bind().dialect.name, model), dict(row)) is not None


@cache
def _insert_new(dialect: str, model: type[Base]) -> Executable:
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(cast(Table, model.__table__))
    return cast(Executable, insert.on_conflict_do_nothing().returning(literal(1)))


def _make(file: Path) -> None:
    """An empty file is an empty SQLite database."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
    except OSError as error:
        raise StoreUnavailable(f"the database can't be made: {error}") from error


def _sqlite(file: Path) -> Engine:
    def connect() -> sqlite3.Connection:
        # mode=rw: a database that is gone must be seen to be gone, not be replaced by an empty one
        uri = f"file:{quote(str(file))}?mode=rw"
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None)
        connection.execute("PRAGMA foreign_keys=ON")
        # what was told to another system, or stored before a provider is called, must outlast a power cut
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    # a connection for each transaction: one that is kept would go on writing into a file that was moved away
    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return engine


def _server(url: str) -> Engine:
    engine = create_engine(url, pool_pre_ping=True)

    @event.listens_for(engine, "connect")
    def connect(connection: DBAPIConnection, _: object) -> None:
        # a process that is stopped within a transaction must not hold its locks, and everybody else, for ever
        connection.cursor().execute(f"SET idle_in_transaction_session_timeout = '{IDLE_S:g}s'")
        connection.commit()

    return engine


@contextmanager
def _mapped() -> Iterator[None]:
    """The database's own errors as StoreUnavailable; errors of ours (a broken constraint, say) stay what they are."""
    try:
        yield
    except (OperationalError, InterfaceError, TimeoutError) as error:
        raise StoreUnavailable(f"the database can't be used: {_reason(error)}") from error
    except DatabaseError as error:
        if type(error) is not DatabaseError and not error.connection_invalidated:
            raise
        raise StoreUnavailable(f"the database can't be used: {_reason(error)}") from error


def _reason(error: SQLAlchemyError) -> str:
    """The database's own words, without the statement: that may hold values."""
    return str(error.orig if isinstance(error, DBAPIError) else error)
