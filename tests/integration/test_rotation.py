"""Keys rotated: everything sealed is sealed anew, whatever is done or killed meanwhile, and opens as before."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Text, event, select, update

from ivr.cli import Program, ivr
from ivr.errors import OnestopError
from ivr.records import rotation
from ivr.records.case_tables import ApiRequest, Case, CaseEvent
from ivr.records.journal import Journal
from ivr.records.keys import Keys
from ivr.records.mailbox import Mailbox
from ivr.records.message_tables import Message
from ivr.records.models import Base, Call
from ivr.records.notice_tables import Request
from ivr.records.rotation import SEALED
from ivr.records.store import Store
from tests import offices
from tests.postgres import EITHER, database

NOW = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)


class Place:
    """A data folder, keys, and a database with something in every sealed column."""

    def __init__(self, folder: Path, url: str) -> None:
        self.data, self.store, self.keys = folder / "data", Store(url), Keys(folder / "keys")
        self.store.migrate()
        self.box = Mailbox(self.data / "voicemail", self.keys)
        self.sounds = [self.box.put(f"sound {n}".encode()) for n in range(3)]
        with self.store.transaction() as session:
            for n in range(30):
                for row in self._rows(n):
                    session.add(row)
                    session.flush()

    def _rows(self, n: int) -> list[Base]:
        seal = self.keys.seal
        number = f"0104317{n:04}"
        return [
            Call(id=f"n1-{n}", node="n1", caller=seal(number) if n % 3 else None, started_at=NOW, outcome="answered"),
            Case(
                receipt=f"2026{n:04}", type="x", certificate=False, period="7d", status="접수", desk="a",
                received_at=NOW, extension=0, sensitive=False, consent=True, language="ko", number=seal(number),
                changed_at=NOW, version=1,
            ),
            CaseEvent(receipt=f"2026{n:04}", n=1, key=f"k{n}", to_status="접수", at=NOW, by="x", note=seal("말씀")),
            Message(
                id=f"m{n}", key=f"m{n}", template="t", language="ko", number=seal(number), who="w", values=seal("{}"),
                text=seal("text") if n % 2 else None, priority=1, state="delivered", attempts=1, fence=0,
                created_at=NOW, changed_at=NOW,
            ),
            Request(call=f"n1-{n}", about="a", template="t", language="ko", note="" if n % 2 else seal("{}"), at=NOW),
            ApiRequest(system="s", key=f"k{n}", digest=seal("d"), answer=seal("a"), at=NOW),
        ]  # fmt: skip

    def sealed(self) -> list[str]:
        """Every sealed value."""
        with self.store.reading() as session:
            columns = [column for one in SEALED for column in one.columns]
            return [value for column in columns for value in session.scalars(select(column)) if value]

    def reseal(self) -> int:
        return rotation.reseal(self.store, self.keys, self.data, lambda count: None)

    def uses(self) -> dict[int, int]:
        with self.store.reading() as session:
            return rotation.uses(session, self.data, self.keys.ids)


@pytest.fixture(params=EITHER)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with database(request.param, tmp_path) as url:
        yield Place(tmp_path, url)


def test_every_sealed_column_is_known() -> None:
    """Whatever a table says of itself is sealed stands in the list."""
    known = {column.key for one in SEALED for column in one.columns}
    told = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Text) and re.search(r"\bsealed\b", column.doc or "", re.IGNORECASE)
    }
    listed = {(one.table.__tablename__, column.key) for one in SEALED for column in one.columns}
    assert told <= listed
    assert known >= {"caller", "number", "note", "values", "text", "answer", "digest"}


def test_all_is_sealed_anew_and_opens_as_before(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "BATCH", 7)
    before = sorted(place.keys.open(value) for value in place.sealed())
    ages = [(place.data / f"voicemail/{name}.sealed").stat().st_mtime_ns for name in place.sounds]
    assert place.keys.add() == 2
    assert place.uses() == {1: len(before) + 3, 2: 0}
    assert place.reseal() == 0
    assert {value[:2] for value in place.sealed()} == {"2."}
    assert sorted(place.keys.open(value) for value in place.sealed()) == before
    assert place.uses() == {1: 0, 2: len(before) + 3}
    assert [place.box.get(name) for name in place.sounds] == [b"sound 0", b"sound 1", b"sound 2"]
    assert [(place.data / f"voicemail/{name}.sealed").stat().st_mtime_ns for name in place.sounds] == ages
    assert len(list((place.data / "voicemail").iterdir())) == 3


class Killed(BaseException):
    """What no handler of ours catches, as SIGKILL."""


def test_killed_at_any_moment_it_goes_on_where_it_was(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "BATCH", 10)
    before = sorted(place.keys.open(value) for value in place.sealed())
    place.keys.add()
    row, done, kills = rotation._row, [0], 0

    def killing(*of: Any) -> int:
        done[0] += 1
        if done[0] % 25 == 0:
            raise Killed
        return row(*of)

    monkeypatch.setattr(rotation, "_row", killing)
    while True:
        try:
            place.reseal()
            break
        except Killed:
            kills += 1
    assert kills > 3
    assert {value[:2] for value in place.sealed()} == {"2."}
    assert sorted(place.keys.open(value) for value in place.sealed()) == before


def test_what_is_changed_meanwhile_keeps_its_change(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    old = place.keys.seal("new number, sealed with the key of before")
    place.keys.add()
    find = rotation._old

    def changing(sealed: Any, *of: Any) -> Any:
        found = find(sealed, *of)
        if sealed.table is Message and not of[-1]:
            event.listen(place.store._engine, "commit", change, once=True)  # after the reading, before the writing
        return found

    def change(_: object) -> None:
        with place.store.transaction() as session:
            session.execute(update(Message).where(Message.id == "m5").values(number=old))

    monkeypatch.setattr(rotation, "_old", changing)
    place.reseal()
    with place.store.reading() as session:
        kept = session.get_one(Message, "m5").number
    assert place.keys.open(kept).startswith("new number")
    monkeypatch.undo()
    place.reseal()
    assert {value[:2] for value in place.sealed()} == {"2."}


def test_what_no_key_opens_stays_and_is_counted(place: Place, tmp_path: Path) -> None:
    strange = Keys(tmp_path / "others")
    for _ in range(6):
        strange.add()
    with place.store.transaction() as session:
        session.execute(update(Call).where(Call.id == "n1-1").values(caller=strange.seal("01012345678")))
    place.keys.add()
    assert place.reseal() == 1
    assert sorted({value[:2] for value in place.sealed()}) == ["2.", "7."]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    (tmp_path / "config.yaml").write_text(
        f"office: {offices.SAMPLE}\nlines: {{'1000': {{flow: main}}}}\nexchange: {{practice: true}}\n"
        "data: data\nkeys: keys\n"
    )
    (tmp_path / "data").mkdir()
    Place(tmp_path, f"sqlite:///{tmp_path / 'data/onestop.db'}")
    return Program(tmp_path / "config.yaml")


def run(program: Program, *words: str) -> Result:
    return CliRunner().invoke(ivr, ["--config", str(program.path), *words], catch_exceptions=False)


def test_the_older_key_goes_when_nothing_needs_it_and_not_before(program: Program) -> None:
    folder, data = program.config.keys_dir, program.config.data_dir
    with pytest.raises(OnestopError, match="there is no older key"):
        run(program, "key", "rotate", "--finish")
    journal = Journal(data / "journal")
    journal.append({"k": "call", "call": "n1-9.9", "t": 1, "caller": Keys(folder).seal("01012345678")})
    told = run(program, "key", "rotate").stdout
    assert "key 2 seals" in told
    assert "key 1 still opens 1" in told
    assert [line[:1] for line in run(program, "key", "list").stdout.splitlines()] == ["1", "2"]
    assert "key 2 seals" in run(program, "key", "rotate").stdout  # goes on; no third one
    with pytest.raises(OnestopError, match="still needed"):
        run(program, "key", "rotate", "--finish")
    journal.close()
    next((data / "journal").glob("*.journal")).unlink()  # recorded and passed
    with pytest.raises(OnestopError, match="a day after"):
        run(program, "key", "rotate", "--finish")
    day = time.time() - 25 * 3600
    os.utime(folder / "number-2.key", (day, day))
    assert "key 1 is deleted" in run(program, "key", "rotate", "--finish").stdout
    assert sorted(path.name for path in folder.glob("number-*")) == ["number-2.key"]
    assert "key 3 seals" in run(program, "key", "rotate").stdout
    deeds = run(program, "audit", "list", "--what", "key").stdout
    assert [deeds.count(what) for what in ("key.made", "key.deleted")] == [2, 1]
