"""The doctor's checks of the machine: disk, keys, clock's zone, processes, versions of the office, backups."""

from __future__ import annotations

import http.client
import shutil
import socket
import time
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from callback.clock import LEASE_NAME
from ivr.config import host_port
from ivr.errors import BadInput, StoreUnavailable
from ivr.language import loader
from ivr.operation import backup
from ivr.operation.finding import Finding, graded, lasting
from ivr.operation.patient import Patient
from ivr.records.keys import KEY_BYTES
from ivr.records.message_tables import Lease

GB = 1 << 30
DISK_USED = (90.0, 97.0)
"""Percent used."""
DISK_FREE = (5 * GB, 1 * GB)
BACKUP_S = (36 * 3600.0, 7 * 86_400.0)
"""Age of the newest backup: one night may fail."""
_ANSWER_S = 2.0


def disk(patient: Patient) -> list[Finding]:
    """Room for the data folder."""
    usage = shutil.disk_usage(_existing(patient.config.data_dir))
    return [of_disk(usage.free, usage.total, patient.config.data_dir)]


def of_disk(free: int, total: int, folder: Path) -> Finding:
    """Pure: how full is too full. A large disk may be used to a high percentage, a small one to a few GB."""
    used = 100 * (1 - free / total) if total else 100.0
    what = f"{free / GB:,.1f} GB free ({used:.0f} % used) under {folder}"
    todo = "make room: old backups and logs first; promises to callers are refused once the disk is full"
    percent = graded("disk", used, DISK_USED, what, todo)
    if percent.level != "ok" and free >= 4 * DISK_FREE[0]:
        return Finding("disk", "ok", what)
    if free < DISK_FREE[1]:
        return Finding("disk", "error", what, todo)
    return Finding("disk", "warning", what, todo) if free < DISK_FREE[0] and percent.level == "ok" else percent


def keys(patient: Patient) -> list[Finding]:
    """The key folder: there, nobody else's to read, and apart from what is backed up."""
    config = patient.config
    folder = config.keys_dir
    if not (folder / "lookup.key").is_file() or not list(folder.glob("number-*.key")):
        todo = "first start: nothing to do, it makes them; else put them back at once, before anything is sealed anew"
        return [Finding("keys", "error", f"{folder} holds no keys", todo)]
    found = [
        Finding("keys", "error", f"{path} can be read by others", f"chmod go= {path}")
        for path in (folder, *folder.iterdir())
        if path.stat().st_mode & 0o077
    ]
    found += [
        Finding("keys", "error", f"{path} isn't whole", "copy it here again, from the keys' backup or another machine")
        for path in folder.glob("*.key")
        if path.stat().st_size != KEY_BYTES
    ]
    for name, place in (("data", config.data_dir), ("office", config.office_dir)):
        if folder.is_relative_to(place):
            todo = "move it, and change `keys` in config.yaml: whoever gets a copy of that folder has the keys, too"
            found.append(Finding("keys", "error", f"the key folder lies within the {name} folder", todo))
    return found or [Finding("keys", "ok", f"{len(list(folder.glob('number-*.key')))} number keys in {folder}")]


def processes(patient: Patient) -> list[Finding]:
    """Engine, web and worker."""
    config, found = patient.config, []
    todo = "start the line: ivr up, or systemctl start onestop-{}; its log: data/log/{}.log"
    try:
        with socket.create_connection(host_port(config.engine.agi), timeout=_ANSWER_S):
            found.append(Finding("engine", "ok", f"listens at {config.engine.agi}"))
    except OSError as error:
        what = f"nobody listens at {config.engine.agi} ({error.strerror or error}): callers get the static way"
        found.append(Finding("engine", "error", what, todo.format("engine", "engine")))
    try:
        found.append(Finding("web", "ok", f"answers in {_asked(config.web.listen):.0f} ms at {config.web.listen}"))
    except (OSError, http.client.HTTPException) as error:
        what = f"{config.web.listen} doesn't answer ({error}): no pages, no API"
        found.append(Finding("web", "error", what, todo.format("web", "web")))
    try:
        with patient.store.reading() as session:
            held = Lease.name == LEASE_NAME, Lease.until >= patient.now
            owner = session.scalar(select(Lease.owner).where(*held))
        lives = owner is not None
        what = f"keeps the clock: {owner.split('/')[0]}" if owner else "no worker keeps the clock"
        what = what if lives else f"{what}: no message goes out"
        found.append(Finding("worker", "ok" if lives else "error", what, "" if lives else todo.format(*["worker"] * 2)))
    except StoreUnavailable as error:
        found.append(Finding("worker", "error", f"can't be seen: {error}", "see the finding about the database"))
    return found


def versions(patient: Patient) -> list[Finding]:
    """The version of the office in place, against its folder."""
    config = patient.config
    marked = patient.marked()
    if not marked:
        return [Finding("office", "warning", "no version was put in place yet", "ivr check, then ivr up")]
    try:
        now = loader.load(config.office_dir).version
    except BadInput as error:
        what = f"the office's files have {len(error.problems)} problems; calls go on with the version in place"
        return [Finding("office", "warning", what, "ivr check names them")]
    if now != marked:
        what = f"{config.office_dir} was changed since version {marked[:8]} was put in place"
        return [Finding("office", "warning", what, "callers don't hear it yet: ivr check, then ivr reload")]
    return [Finding("office", "ok", f"version {marked[:8]} is in place, as in {config.office_dir}")]


def backups(patient: Patient) -> list[Finding]:
    """When the last backup was made, and whether it is still where it was."""
    made = backup.last(patient.config)
    return [of_backup(made, patient.now, made is not None and made[1].exists())]


def of_backup(made: tuple[datetime, Path] | None, now: datetime, there: bool) -> Finding:
    """Pure: how old a backup may be."""
    todo = "every night: ivr backup FOLDER; now and then: ivr backup verify FILE, and a restore to try it"
    if made is None:
        return Finding("backup", "warning", "none was ever made here", todo)
    age = (now - made[0]).total_seconds()
    what = f"{made[1]}, {lasting(age)} ago{'' if there else '; it is no longer there'}"
    found = graded("backup", age, BACKUP_S, what, todo)
    return found if there or found.level == "error" else Finding("backup", "warning", what, todo)


def zone(patient: Patient) -> list[Finding]:
    """The machine's zone: times are kept in UTC, so that it matters to who reads logs alone."""
    return [Finding("zone", "ok", f"the machine's zone is {time.tzname[0]}; times are kept in UTC")]


def _asked(address: str) -> float:
    """Milliseconds until /health/live answers."""
    start = time.monotonic()
    connection = http.client.HTTPConnection(*host_port(address), timeout=_ANSWER_S)
    try:
        connection.request("GET", "/health/live")
        status = connection.getresponse().status
    finally:
        connection.close()
    if status != 200:
        raise http.client.HTTPException(f"HTTP {status}")
    return (time.monotonic() - start) * 1000


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())
