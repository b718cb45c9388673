"""Backup, total loss, restore on another folder: the same report, the same pending messages, nothing sent twice."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import subprocess
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import insert, select, text

from callback.mending import resolve
from callback.outbox import HELD, Note, enqueue
from callback.promises import keep_requests
from ivr.config import Config
from ivr.errors import OnestopError
from ivr.language import loader
from ivr.operation import archive
from ivr.operation import backup as backing
from ivr.records import rows
from ivr.records.keys import Keys
from ivr.records.message_tables import Message
from ivr.records.notice_tables import Request
from ivr.records.recorder import Recorder
from ivr.records.store import Store, upgrade
from ivr.records.wish_tables import Wish
from tests.fakes.server import accepted
from tests.messaging import ROOT, Installation, fake_twilio, lines, until
from tests.offices import SAMPLE
from tests.postgres import postgres

__all__ = ["postgres"]  # the fixture

COUNT = 15


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, list[str]]:
    """The database of an installation, and the options that name another for the restore."""
    if request.param == "sqlite":
        return "sqlite", []
    url: str = request.getfixturevalue("postgres")
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE DATABASE restored")
    return url, ["--database", url.replace("/postgres?", "/restored?")]


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A fake Twilio's address, and the file of what it accepted."""
    state = tmp_path / "accepted.jsonl"
    with fake_twilio(state) as api:
        yield api, state


@pytest.fixture
def one(tmp_path: Path) -> Installation:
    """A small installation that sends nothing."""
    return Installation(tmp_path, "http://127.0.0.1:9")


def ivr(file: Path, *args: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ivr.cli", "--config", str(file), *map(str, args)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def good(file: Path, *args: object) -> str:
    done = ivr(file, *args)
    assert done.returncode == 0, done.stderr
    return done.stdout


def told(state: Path) -> dict[str, int]:
    """How often the provider accepted the message to each pupil."""
    return Counter({words.split("] ")[1].split(" ")[0]: n for words, n in accepted(state).items()})


def pending(store: Store) -> dict[str, str]:
    with store.reading() as session:
        open_ = select(Message).where(Message.state.in_(("waiting", "unknown")))
        return {message.key: message.state for message in session.scalars(open_)}


def calls(folder: Path, numbers: range) -> None:
    """What the exchange's witness tells of calls today."""
    path = folder / "var/data/witness/witness.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        for n in numbers:
            t = time.time() - 60 + n / 1000
            for event in ("enter|1000|ko", "queue|operators|", "connect|operators|101", "leave|operators|", "end||"):
                file.write(f"n1-{n}.1|{t:.3f}|{event}\n")


def record(folder: Path, store: Store) -> None:
    Recorder(folder / "var/data/journal", folder / "var/data/witness/witness.log", store, "n1").once()


def backed_up(installation: Installation, *options: object) -> Path:
    folder = installation.folder / "backups"
    folder.mkdir(exist_ok=True)
    good(installation.file, "backup", folder, "--keys-to", installation.folder / "safe", *options)
    (made,) = folder.glob("*.tar.gz")
    return made


@pytest.mark.slow
def test_after_a_total_loss_nothing_is_lost_and_nothing_sent_twice(
    tmp_path: Path, provider: tuple[str, Path], databases: tuple[str, list[str]]
) -> None:
    api, state = provider
    database, options = databases
    (tmp_path / "here").mkdir()
    installation = Installation(tmp_path / "here", api, database, per_second=20)
    installation.enqueue(COUNT)
    with installation.store.transaction() as session:
        later = datetime.now(UTC) + timedelta(days=2)
        values = {"name": "내일", "school": "한빛중학교"}
        enqueue(session, installation.keys, Note("later", "01020000000", "assignment", "ko", values, due=later))
    calls(installation.folder, range(5))
    record(installation.folder, installation.store)
    calls(installation.folder, range(5, 8))  # the recorder hasn't passed these
    before = pending(installation.store)
    made = backed_up(installation)
    record(installation.folder, installation.store)
    report = json.loads(good(installation.file, "report", "--by", "desk", "--format", "json"))

    worker = installation.worker()  # goes on after the backup, and is lost in the middle of its work
    until(lambda: lines(state) >= COUNT // 3)
    worker.kill()
    worker.wait()
    shutil.copytree(installation.folder / "safe", tmp_path / "safe")
    kept = shutil.copy(made, tmp_path / made.name)
    shutil.rmtree(installation.folder)

    there = tmp_path / "there"
    out = good(tmp_path / "none.yaml", "restore", kept, "--into", there, "--keys", tmp_path / "safe", *options)
    assert f"{COUNT} messages are held" in out
    restored = Installation.at(there, options[1] if options else f"sqlite:///{there / 'var/data/onestop.db'}")
    assert pending(restored.store).keys() == before.keys()
    assert pending(restored.store)["later"] == "waiting"
    record(there, restored.store)
    again = json.loads(good(restored.file, "report", "--by", "desk", "--format", "json"))
    assert again == report
    assert "whole" in good(restored.file, "audit", "verify")

    with restored.store.transaction() as session:
        values = {"name": "새", "school": "한빛중학교"}
        enqueue(session, restored.keys, Note("new", "01020000001", "assignment", "ko", values, urgent=True))
    restored.worker()
    try:
        until(lambda: told(state)["새"] == 1)
        for name in [f"학생{n}" for n in range(COUNT)]:  # the person looks at the provider's list
            with restored.store.reading() as session:
                id = session.scalars(select(Message.id).where(Message.key == f"test/{name[2:]}")).one()
                sent = told(state)[name] > 0
            with restored.store.transaction() as session:
                resolve(session, id, sent=sent)
        until(lambda: len(told(state)) == COUNT + 1)
    finally:
        restored.end()
    assert set(told(state).values()) == {1}


def test_what_follows_anew_from_before_the_restore_is_held(one: Installation, tmp_path: Path) -> None:
    made = backed_up(one)
    good(one.file, "restore", made, "--into", tmp_path / "there", "--keys", one.folder / "safe")
    store, now = Store(f"sqlite:///{tmp_path / 'there/var/data/onestop.db'}"), datetime.now(UTC)
    values = {"name": "김하나", "school": "한빛중학교"}
    note = one.keys.seal(json.dumps({"to": "01020000000", "values": values}))
    with store.transaction() as session:
        for call, at in (("n1-before", now - timedelta(hours=1)), ("n1-after", now)):
            request = {"call": call, "about": "x", "template": "assignment", "language": "ko", "note": note, "at": at}
            session.add(Request(**request))
        session.flush()
        assert keep_requests(session, loader.load(SAMPLE), one.keys) == 2
        kept = {message.key: (message.state, message.reason) for message in session.scalars(select(Message))}
    assert kept == {
        "asked/n1-before/x/assignment": ("unknown", HELD),
        "asked/n1-after/x/assignment": ("waiting", None),
    }
    assert good(tmp_path / "there/config.yaml", "messages", "resolve", "restored", "sent") == "1 held to be sent\n"


def test_a_backup_holds_neither_keys_nor_numbers_and_says_whether_it_is_whole(one: Installation) -> None:
    one.enqueue(3)
    made = backed_up(one)
    assert made.stat().st_mode & 0o777 == 0o600
    plain = gzip.decompress(made.read_bytes())
    assert b"0102000000" not in plain
    for key in (one.folder / "var/keys").glob("*.key"):
        assert key.read_bytes() not in plain
        assert (one.folder / "safe" / key.name).read_bytes() == key.read_bytes()
    assert "whole" in good(one.file, "backup", "verify", made)
    assert not list(made.parent.glob(".*"))


def test_a_backup_overwrites_nothing_and_keeps_its_keys_apart(one: Installation) -> None:
    made = backed_up(one)
    before = made.read_bytes()
    done = ivr(one.file, "backup", made)
    assert done.returncode == 1
    assert "a backup overwrites nothing" in done.stderr
    assert made.read_bytes() == before
    beside = ivr(one.file, "backup", one.folder / "b.tar.gz", "--keys-to", one.folder / "keys")
    assert "must not find both" in beside.stderr
    gone = ivr(one.file, "backup", one.folder / "gone")
    assert f"there is no folder {one.folder / 'gone'}: make it" in gone.stderr
    assert not (one.folder / "gone").exists()
    other = one.folder / "others"
    other.mkdir()
    (other / "lookup.key").write_bytes(b"another's")
    assert "another key than" in ivr(one.file, "backup", made.parent / "b.tar.gz", "--keys-to", other).stderr


def test_without_keys_there_is_no_backup_and_none_are_made(one: Installation) -> None:
    shutil.rmtree(one.folder / "var/keys")
    assert "holds no keys" in ivr(one.file, "backup", one.folder / "b.tar.gz").stderr
    assert not (one.folder / "var/keys").exists()


@pytest.mark.parametrize("spoiled", ["cut", "changed", "no backup"])
def test_a_spoiled_backup_is_known_and_restores_nothing(one: Installation, tmp_path: Path, spoiled: str) -> None:
    one.enqueue(50)
    made = backed_up(one)
    data = made.read_bytes()
    if spoiled == "cut":
        made.write_bytes(data[: len(data) - 2000])
    elif spoiled == "changed":
        plain = bytearray(gzip.decompress(data))
        plain[plain.index(b"exchange")] ^= 1  # a letter of config.yaml
        made.write_bytes(gzip.compress(bytes(plain)))
    else:
        made.write_text("a text")
    for command in (["backup", "verify", made], ["restore", made, "--into", tmp_path / "there"]):
        done = ivr(one.file, *command)
        assert done.returncode == 1
        assert "is no whole backup" in done.stderr
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "there").exists()


def test_a_restore_refuses_what_is_not_empty_and_other_keys(one: Installation, tmp_path: Path) -> None:
    made = backed_up(one)
    full = tmp_path / "full"
    full.mkdir()
    (full / "something").touch()
    assert "isn't empty" in ivr(one.file, "restore", made, "--into", full).stderr
    (tmp_path / "strangers").mkdir()
    stranger = Installation(tmp_path / "strangers", "http://127.0.0.1:9")
    keys = stranger.folder / "var/keys"
    assert (
        "are not those of this backup"
        in ivr(one.file, "restore", made, "--into", tmp_path / "n", "--keys", keys).stderr
    )
    database = f"sqlite:///{stranger.folder / 'var/data/onestop.db'}"
    stranger.enqueue(1)
    taken = ivr(one.file, "restore", made, "--into", tmp_path / "n", "--database", database)
    assert "the database isn't empty" in taken.stderr
    assert not (tmp_path / "n").exists()
    assert stranger.states() == {"waiting": 1}


def test_an_office_around_data_and_keys_takes_neither_along(tmp_path: Path) -> None:
    config = Config.model_validate({"base": tmp_path, "office": ".", "lines": {"1000": {"flow": "main"}}})
    Store(config.database_url).migrate()
    for name in ("config.yaml", "main.yaml"):
        (tmp_path / name).touch()
    made = backing.backup(
        config, tmp_path / "config.yaml", Keys(config.keys_dir), tmp_path / ".b.tar.gz", lambda _: None
    )
    with tarfile.open(made) as tar:
        office = [name for name in tar.getnames() if name.startswith("office/")]
    assert office == ["office/config.yaml", "office/main.yaml"]


@pytest.mark.parametrize("header", [b"\xff", b"{", b"[]", b'{"format": 1}', b'{"format": 1, "id": "x", "evil": 2}'])
def test_a_header_that_is_none_is_told_in_words(tmp_path: Path, header: bytes) -> None:
    path = tmp_path / "one.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        info = tarfile.TarInfo("backup.json")
        info.size = len(header)
        tar.addfile(info, io.BytesIO(header))
    with pytest.raises(OnestopError, match="is no whole backup: it"):
        archive.verify(path)


def test_a_backup_that_ends_within_its_header_is_told_in_words(tmp_path: Path) -> None:
    path = tmp_path / "one.tar.gz"
    with archive.writing(path, archive.Header("x", "2026-11-27", "1", "0019", "n1", "s", "l")):
        pass
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())[:530]))
    with pytest.raises(OnestopError, match="is no whole backup: its header can't be read"):
        archive.verify(path)


def test_no_member_leads_out_of_the_folder(tmp_path: Path) -> None:
    for name in ("../evil", "/evil", "office/../../evil"):
        path = tmp_path / "evil.tar.gz"
        with tarfile.open(path, "w:gz") as tar:
            tar.addfile(tarfile.TarInfo(name), io.BytesIO())
        with pytest.raises(Exception, match="doesn't belong in a backup"):
            list(archive.members(path))


def test_a_backup_of_an_older_database_comes_back_up_to_date(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    fresh = Installation(tmp_path / "old", "http://127.0.0.1:9")
    file = fresh.folder / "var/data/onestop.db"
    for part in file.parent.glob("onestop.db*"):
        part.unlink()
    store = Store(f"sqlite:///{file}")
    store.make()
    with store.transaction() as session:
        upgrade(session.connection(), "0001")
        session.execute(text("INSERT INTO live_queues VALUES ('n1','operators',0,0,0,0,'2026-01-01 00:00:00')"))
        session.execute(text("INSERT INTO marks VALUES ('n1/journal','000000000001',77)"))
    made = tmp_path / "b.tar.gz"
    good(fresh.file, "backup", made)
    with store.reading() as session:
        assert rows.revision(session.connection()) == "0001", "a backup upgrades nothing"
    good(fresh.file, "restore", made, "--into", tmp_path / "there", "--keys", fresh.folder / "var/keys")
    restored = Store(f"sqlite:///{tmp_path / 'there/var/data/onestop.db'}")
    with restored.reading() as session:
        assert session.scalars(text("SELECT position FROM marks")).all() == [77]
        assert rows.revision(session.connection()) > "0001"
        assert session.scalars(text("SELECT count(*) FROM live_queues")).all() == [0]


@pytest.mark.slow
def test_a_backup_that_is_killed_leaves_nothing_under_its_name(one: Installation) -> None:
    _many(one.store)
    target = one.folder / "backups"
    target.mkdir()
    _killed(one.file, ["backup", target], lambda: [*target.glob(f"{archive.DRAFT}*")])
    assert not list(target.glob("*.tar.gz"))
    made = backed_up(one)
    assert "whole" in good(one.file, "backup", "verify", made)
    assert list(target.iterdir()) == [made]  # the draft of the dead one is gone


@pytest.mark.slow
def test_a_restore_that_is_killed_leaves_nothing_and_can_be_done_again(
    tmp_path: Path, databases: tuple[str, list[str]]
) -> None:
    database, options = databases
    (tmp_path / "here").mkdir()
    one = Installation(tmp_path / "here", "http://127.0.0.1:9", database)
    _many(one.store)
    made, there = backed_up(one), tmp_path / "there"
    command = ["restore", made, "--into", there, "--keys", one.folder / "safe", *options]
    _killed(one.file, command, (tmp_path / ".there.restoring/office/main.yaml").exists)
    assert not there.exists()
    assert "restored" in good(one.file, *command)
    assert not (tmp_path / ".there.restoring").exists()


def _many(store: Store) -> None:
    at = datetime.now(UTC)
    with store.transaction() as session:
        session.execute(insert(Wish), [{"who": f"{n:064}", "slow": True, "at": at} for n in range(60_000)])


def _killed(file: Path, args: list[object], when: Callable[[], object]) -> None:
    command = [sys.executable, "-m", "ivr.cli", "--config", str(file), *map(str, args)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(when)
    process.kill()
    assert process.wait() == -9
