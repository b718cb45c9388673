"""What a backup holds: one state of the database, the journal from there on, office, versions, voicemails, settings.

The keys are never in it. Nor is what can be made again (spoken prompts, the exchange's files), what tells of a moment
(who waits, who has a lease), the log, and the files of the console sender, which hold numbers as they are.

The journal's and the witness's files are opened before the database is looked at and read after it: what the recorder
hadn't passed by then is in them, however much it reads or deletes meanwhile. What is in both is recorded once.
"""

from __future__ import annotations

import io
import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Connection

from ivr.config import Config
from ivr.errors import OnestopError
from ivr.operation import archive, key_folder
from ivr.operation.archive import Header, Told, Writer
from ivr.records import journal, mailbox, rows
from ivr.records.keys import Keys
from ivr.records.store import Store
from ivr.telephony import dialplan

CONFIG, OFFICE, VERSIONS, DATABASE = "config.yaml", "office", "offices", "database"
JOURNAL, WITNESS, VOICEMAIL = "journal", "witness", "voicemail"
"""What the members' names begin with."""

LAST = "last-backup.json"
"""File of the data folder that tells of the newest backup: `ivr doctor` reads it."""

_PART = 16 << 20
"""A table is in parts of about so many bytes."""


def backup(config: Config, file: Path, keys: Keys, target: Path, told: Told) -> Path:
    """Back an installation up, whose settings are `file`, while it runs; the path of the backup.

    target: the file, or an existing folder that gets one named by node and time. Raises OnestopError (the target is
    there, the database can't be used or was never made) or OSError.
    """
    at = datetime.now(UTC)
    if target.is_dir():
        target = target / f"onestop-{config.node}-{at:%Y%m%dT%H%M%SZ}.tar.gz"
    archive.refuse_existing(target)
    store = Store(config.database_url)
    with ExitStack() as stack:
        held = {name: stack.enter_context(path.open("rb")) for name, path in _growing(config)}
        session = stack.enter_context(store.reading())
        connection = rows.snapshot(session)
        sealed, lookup = key_folder.seal(keys)
        header = Header(
            id=secrets.token_hex(16),
            at=at.isoformat(),
            program=version("onestop"),
            revision=rows.revision(connection),
            node=config.node,
            seal=sealed,
            lookup=lookup,
        )
        if not header.revision:
            raise OnestopError("there is no database yet: `ivr up` makes it, and there is nothing to back up before")
        with archive.writing(target, header) as writer:
            writer.add_bytes(CONFIG, file.read_bytes())
            _add_tree(writer, OFFICE, config.office_dir, told, (config.data_dir, config.keys_dir))
            _add_tree(writer, VERSIONS, config.data_dir / VERSIONS, told)
            _add_tables(writer, connection, told)
            for name, path in _growing(config):
                if name not in held:
                    with suppress(FileNotFoundError):
                        held[name] = stack.enter_context(path.open("rb"))
            for name, stream in held.items():
                writer.add_bytes(name, stream.read())
            _add_tree(writer, VOICEMAIL, config.data_dir / mailbox.FOLDER, told)
    _note(config, at, target)
    return target


def last(config: Config) -> tuple[datetime, Path] | None:
    """When the newest backup was made, and where; None: never, or nobody knows."""
    try:
        told = json.loads((config.data_dir / LAST).read_text())
        return datetime.fromisoformat(told["at"]), Path(told["file"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _growing(config: Config) -> Iterator[tuple[str, Path]]:
    """The files that the recorder reads, oldest first, by their names in the backup."""
    for path in journal.segments(config.data_dir / journal.FOLDER):
        yield f"{JOURNAL}/{path.name}", path
    witness = dialplan.witness_file(config)
    for path in sorted(witness.parent.glob(f"{witness.stem}*{witness.suffix}")):
        yield f"{WITNESS}/{path.name}", path


def _add_tree(writer: Writer, name: str, folder: Path, told: Told, without: Sequence[Path] = ()) -> None:
    """The files below a folder, if it is there; one that goes meanwhile is left out, as is what programs hide, and
    what lies in a folder that the backup goes `without`."""
    count = 0
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        apart = any(path.is_relative_to(place) for place in without)
        if path.is_file() and not apart and not any(part.startswith(".") for part in inside.parts):
            with suppress(FileNotFoundError):
                writer.add_bytes(f"{name}/{inside.as_posix()}", path.read_bytes())
                count += 1
    told(f"{name}: {count} files")


def _add_tables(writer: Writer, connection: Connection, told: Told) -> None:
    for table in rows.tables(connection):
        for part, data in enumerate(_parts(rows.dump(connection, table))):
            writer.add_bytes(f"{DATABASE}/{table}/{part:06}", data)
            told(f"{DATABASE}: {table}{f', part {part + 1}' if part else ''}")


def _parts(lines: Iterable[bytes]) -> Iterator[bytes]:
    """A table's lines in parts, each with the line of the columns' names."""
    source = iter(lines)
    names = next(source)
    part = io.BytesIO()
    for batch in source:
        part.write(batch)
        if part.tell() >= _PART:
            yield names + part.getvalue()
            part = io.BytesIO()
    if part.tell():
        yield names + part.getvalue()


def _note(config: Config, at: datetime, target: Path) -> None:
    """Leave word of the backup; that it can't be left spoils no backup."""
    with suppress(OSError):
        path = config.data_dir / LAST
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps({"at": at.isoformat(), "file": str(target.resolve())}))
        draft.replace(path)
