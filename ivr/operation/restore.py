"""An installation put back from a backup, in another folder: whole or not at all, and nothing sent twice.

Between backup and loss the line went on. What was pending in the backup may have been sent since, and nobody here can
tell: so messages that were due are held (state unknown) until a person decides with `ivr messages resolve`, and so is
every message that follows anew from something before the restore: a promise in the journal, a reminder of the morning.
What was to go out later than now stays as it was: no worker sends before its time. (A provider could be asked, but by
our own id, or by a text that may have been written anew since; "not in the list" would be no proof, and the price of a
mistake is a citizen's second message.)
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from alembic.util.exc import CommandError
from sqlalchemy import Connection

from callback import outbox
from ivr import config as settings
from ivr.config import Config
from ivr.errors import OnestopError
from ivr.operation import archive, backup, key_folder
from ivr.operation.archive import Header, Told
from ivr.records import journal, mailbox, rows
from ivr.records.restore_tables import Restore
from ivr.records.store import Store, upgrade
from ivr.telephony import dialplan


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it. held: messages that wait for a person's decision."""

    config: Path
    of: datetime
    rows: int
    held: int


def restore(file: Path, into: Path, keys: Path | None, database: str | None, told: Told) -> Restored:
    """Put a backup back into folder `into`, which isn't there yet or is empty.

    keys: folder that `ivr backup --keys-to` wrote; without it the installation opens nothing that is sealed.
    database: a SQLAlchemy URL, or "sqlite", that takes the place of the settings' own; it must be empty. Raises
    OnestopError, and then leaves nothing behind.
    """
    archive.verify(file, lambda name: told(f"verified {name}"))
    into = into.resolve()
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise OnestopError(f"{into} isn't empty: a restore overwrites nothing; name a new folder")
    with _draft(into) as draft:
        work = _Work(draft, file, database, told)
        done = work.run(keys)
        draft.rename(into)  # over an empty folder, or none
        journal.sync_folder(into.parent)
    return replace(done, config=into / backup.CONFIG)


class _Work:
    """One restore, into a draft of the folder."""

    def __init__(self, folder: Path, file: Path, database: str | None, told: Told) -> None:
        self._folder, self._file, self._database, self._told = folder, file, database, told
        self._rows = 0

    def run(self, keys: Path | None) -> Restored:
        """Fill folder and database. The database's transaction holds all of its part: tables, rows, what is held."""
        members = archive.members(self._file)
        header = archive.header(*next(members), self._file)
        if keys is not None:
            key_folder.fits(keys, header.seal, header.lookup)
        config = self._settings(*next(members))
        if keys is not None:
            key_folder.copy(keys, config.keys_dir)
        store, at, of = Store(config.database_url), datetime.now(UTC), datetime.fromisoformat(header.at)
        store.make()
        with store.transaction() as session:
            connection = session.connection()
            if not rows.is_empty(connection):
                raise OnestopError("the database isn't empty: a restore overwrites nothing; name another: --database")
            self._tables(connection, header)
            for name, content in members:
                part, _, inside = name.partition("/")
                if part == backup.DATABASE:
                    self._load(connection, inside.partition("/")[0], content)
                else:
                    self._put(config, part, inside, content)
            upgrade(connection)
            held = outbox.hold(session, at)
            session.add(Restore(backup=header.id, of=of, at=at))
        return Restored(self._folder, of, self._rows, held)

    def _settings(self, name: str, content: IO[bytes]) -> Config:
        """The settings, whose folders all lie in this one, as they do from now on."""
        if name != backup.CONFIG:
            raise OnestopError(f"{self._file} is no whole backup: its settings aren't where they must be")
        text = content.read().decode()
        path = self._folder / backup.CONFIG
        _write(path, text.encode())
        was = settings.load(path)
        for key in ("office", "data", "keys"):
            if not (self._folder / getattr(was, key)).resolve().is_relative_to(self._folder):
                text = _set(text, key, key)
        if self._database:
            text = _set(text, "database", self._database)
        _write(path, text.encode())
        return settings.load(path)

    def _tables(self, connection: Connection, header: Header) -> None:
        try:
            upgrade(connection, header.revision)
        except CommandError as error:
            newer = f"was made by a newer program ({header.program}): upgrade this one first"
            raise OnestopError(f"{self._file} {newer}") from error

    def _load(self, connection: Connection, table: str, content: IO[bytes]) -> None:
        before = self._rows
        count = rows.load(connection, table, content, lambda n: self._told(f"{table}: {before + n} rows"))
        self._rows = before + count

    def _put(self, config: Config, part: str, inside: str, content: IO[bytes]) -> None:
        folder = {
            backup.OFFICE: config.office_dir,
            backup.VERSIONS: config.data_dir / backup.VERSIONS,
            backup.JOURNAL: config.data_dir / journal.FOLDER,
            backup.WITNESS: dialplan.witness_file(config).parent,
            backup.VOICEMAIL: config.data_dir / mailbox.FOLDER,
        }.get(part)
        if folder is None:
            raise OnestopError(f"{self._file} holds {part!r}, which this program doesn't know: upgrade it first")
        _write(folder / inside, content.read())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _set(text: str, key: str, value: str) -> str:
    """config.yaml with another value of a key of its own, its comments kept."""
    line = f"{key}: {json.dumps(value, ensure_ascii=False)}"
    changed, count = re.subn(rf"^{key}:.*$", lambda _: line, text, count=1, flags=re.MULTILINE)
    return changed if count else f"{text.rstrip()}\n{line}\n"


@contextmanager
def _draft(into: Path) -> Iterator[Path]:
    """A folder beside `into` that becomes it; what a restore that was killed has left there is cleared away."""
    draft = into.with_name(f".{into.name}.restoring")
    lock = into.with_name(f".{into.name}.lock")
    into.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OnestopError(f"another restore into {into} is under way") from None
        try:
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(mode=0o700)
            yield draft
        finally:
            shutil.rmtree(draft, ignore_errors=True)
            lock.unlink(missing_ok=True)
