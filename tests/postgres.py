"""Databases for tests: SQLite, and a PostgreSQL server of its own on a Unix socket, gone at the end."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from ivr.records.store import Store

START_S = 30.0

EITHER = ("sqlite", "postgresql")
"""The kinds of databases there are."""


@contextmanager
def running_postgres() -> Iterator[str]:
    """A fresh server with an empty database; its SQLAlchemy URL. Skips the test where there is no PostgreSQL."""
    if reason := os.environ.get("ONESTOP_MISSING_POSTGRES"):
        pytest.skip(reason)
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path may have 107 bytes
    user = None
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = pwd.getpwnam("nobody").pw_uid
        os.chown(folder, user, -1)
    data = str(folder / "data")
    try:
        options = ["-A", "trust", "-U", "onestop", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run([f"{programs}/initdb", "-D", data, *options], check=True, capture_output=True, user=user)
        server = subprocess.Popen(
            [f"{programs}/postgres", "-D", data, "-k", str(folder), "-c", "listen_addresses="],
            stderr=subprocess.DEVNULL,
            user=user,
        )
        try:
            _await(server, folder)
            yield f"postgresql+psycopg://onestop@/postgres?host={folder}"
        finally:
            server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database of either kind; SQLite's is a file in the folder."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'one.db'}"
    else:
        with running_postgres() as url:
            yield url


@contextmanager
def migrated(kind: str, folder: Path) -> Iterator[Store]:
    """The same with its tables."""
    with database(kind, folder) as url:
        store = Store(url)
        store.migrate()
        yield store


@pytest.fixture
def postgres() -> Iterator[str]:
    """The URL of an empty database."""
    with running_postgres() as url:
        yield url


def _programs() -> str:
    """Folder of the server's programs: of those on PATH, or Debian's."""
    found = shutil.which("initdb")
    if found:
        return str(Path(found).parent)
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    if not folders:
        pytest.skip("there is no PostgreSQL: scripts/setup/postgres gets it")
    return folders[-1]


def _await(server: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + START_S
    while True:
        try:
            psycopg.connect(f"host={folder} user=onestop dbname=postgres").close()
            return
        except psycopg.OperationalError:
            assert server.poll() is None, "PostgreSQL ended"
            assert time.monotonic() < end, f"PostgreSQL doesn't answer within {START_S:g} s"
            time.sleep(0.05)
