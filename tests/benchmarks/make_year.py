"""A year of calls, put into a database in bulk: SQLite by one transaction a day, PostgreSQL by COPY."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

import click
import psycopg
from sqlalchemy import make_url

from ivr.records.keys import Keys
from ivr.records.store import Store
from tests.benchmarks.year import COLUMNS, ZONE, Rows, Year


@click.command()
@click.option("--calls", default=1_000_000, show_default=True)
@click.option("--database", "url", required=True, help="SQLAlchemy's URL: sqlite:////tmp/year.db")
@click.option("--keys", type=click.Path(path_type=Path), required=True, help="Key folder, made if there is none.")
@click.option("--seed", default=1, show_default=True)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The year's last day [yesterday].")
def main(calls: int, url: str, keys: Path, seed: int, until: datetime | None) -> None:
    """Make the year."""
    last = until.date() if until else date.fromordinal(datetime.now(ZONE).date().toordinal() - 1)
    start = time.monotonic()
    with click.progressbar(length=365, label=f"{calls:,} calls") as bar:
        counts = make(url, Year(calls, seed, last, Keys(keys)), lambda: bar.update(1))
    click.echo(
        ", ".join(f"{count:,} {table}" for table, count in counts.items()) + f" in {time.monotonic() - start:.0f} s"
    )


def make(url: str, year: Year, progress: Callable[[], None] = lambda: None) -> dict[str, int]:
    """Put a year into an empty database, its tables made first; how many rows each table got."""
    Store(url).migrate()
    parsed = make_url(url)
    load = _sqlite if parsed.get_backend_name() == "sqlite" else _postgres
    counts = dict.fromkeys(COLUMNS, 0)
    load(url, _counted(year.days(), counts, progress))
    return counts


def _counted(days: Iterable[Rows], counts: dict[str, int], progress: Callable[[], None]) -> Iterator[Rows]:
    for rows in days:
        for table, of in rows.items():
            counts[table] += len(of)
        yield rows
        progress()


def _sqlite(url: str, days: Iterable[Rows]) -> None:
    connection = sqlite3.connect(make_url(url).database or "", isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA cache_size=-600000")
    insert = {
        table: f"INSERT INTO {table} ({_names(columns)}) VALUES ({', '.join('?' * len(columns.split()))})"
        for table, columns in COLUMNS.items()
    }
    for rows in days:
        connection.execute("BEGIN")
        for table, of in rows.items():
            connection.executemany(insert[table], of)
        connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _postgres(url: str, days: Iterable[Rows]) -> None:
    where = make_url(url)
    info = {"dbname": where.database, "user": where.username, "host": where.query.get("host", where.host)}
    with psycopg.connect(**info, password=where.password, port=where.port, autocommit=True) as connection:  # type: ignore[arg-type]
        connection.execute("SET TIME ZONE 'UTC'")
        connection.execute("SET synchronous_commit = off")
        for rows in days:
            with connection.transaction():
                for table, of in rows.items():
                    into = f"COPY {table} ({_names(COLUMNS[table])}) FROM STDIN"
                    with connection.cursor() as cursor, cursor.copy(into.encode()) as copy:
                        copy.write(
                            "".join(["\t".join(["\\N" if v is None else str(v) for v in row]) + "\n" for row in of])
                        )
        connection.execute("VACUUM ANALYZE")


def _names(columns: str) -> str:
    """Quoted: `case` and `values` are words of SQL."""
    return ", ".join(f'"{name}"' for name in columns.split())


if __name__ == "__main__":
    main()
