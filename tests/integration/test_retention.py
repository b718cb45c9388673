"""Retention: what is too old goes with all that is its, what is held stays; killed or twice, it counts once."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from callback import retention
from callback.outbox import Note, enqueue
from callback.retention import Retention
from ivr.config import Config
from ivr.errors import OnestopError
from ivr.records import audit, holds
from ivr.records.answer_tables import Answer
from ivr.records.audit import Deed
from ivr.records.audit_tables import AuditRow
from ivr.records.case_tables import ApiRequest, Case, CaseEvent
from ivr.records.keys import Keys
from ivr.records.mailbox import Mailbox
from ivr.records.message_tables import Message
from ivr.records.models import Base, Call, Fact, Leg
from ivr.records.retention_tables import Deletion
from ivr.records.store import Store
from ivr.records.voicemail_tables import Voicemail
from ivr.records.wish_tables import Wish
from tests import registry
from tests.postgres import EITHER, migrated
from tests.registry import GRIEVANCE

NOW = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
NUMBER = "01012345678"


@pytest.fixture(params=EITHER)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with migrated(request.param, tmp_path) as store:
        yield store


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "keys")


def config(folder: Path, **days: int) -> Config:
    return Config.model_validate({"lines": {}, "base": folder, "retention": days})


def job(tmp_path: Path, keys: Keys, store: Store, **days: int) -> Retention:
    return Retention(config(tmp_path, **days), keys, store)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def call(id: str, days: float, keys: Keys, number: str = NUMBER) -> Call:
    sealed, who = keys.seal(number), keys.who(number)
    return Call(
        id=id,
        node="n1",
        line="1000",
        caller=sealed,
        who=who,
        started_at=ago(days),
        outcome="answered",
        ended_at=ago(days),
    )


def fill(store: Store, *rows: Base) -> None:
    with store.transaction() as session:
        for row in rows:
            session.add(row)
            session.flush()


def kept(store: Store, column: Any) -> list[Any]:
    with store.reading() as session:
        return sorted(session.scalars(select(column)).all(), key=str)


def protocol(store: Store) -> dict[str, int]:
    with store.reading() as session:
        return {row.kind: row.count for row in session.scalars(select(Deletion))}


def test_a_number_goes_first_and_the_call_later(store: Store, keys: Keys, tmp_path: Path) -> None:
    fill(
        store,
        *(call(f"n1-{days}", days, keys) for days in (10, 400, 2000)),
        Leg(call="n1-2000", n=0, desk="a", queued_at=ago(2000), outcome="answered"),
        Fact(call="n1-2000", at=1, kind="enter", a="1000", b=""),
        Fact(call="n1-400", at=1, kind="enter", a="1000", b=""),
        Answer(call="n1-400", desk="a", question="q", answer=1, at=ago(400)),
        Answer(call="n1-2000", desk="a", question="q", answer=1, at=ago(2000)),
        Wish(who="w1", slow=True, at=ago(400)),
        Wish(who="w2", slow=True, at=ago(300)),
        ApiRequest(system="a", key="k", digest="", answer="", at=ago(31)),
        ApiRequest(system="b", key="k", digest="", answer="", at=ago(1)),
    )
    found = {one.kind: one.count for one in job(tmp_path, keys, store).preview(NOW)}
    assert job(tmp_path, keys, store).run(NOW)
    expected = {"numbers": 2, "calls": 1, "answers": 1, "wishes": 1, "requests": 1}
    assert found == expected
    assert protocol(store) == expected
    assert kept(store, Call.id) == ["n1-10", "n1-400"]
    assert kept(store, Leg.call) == []
    assert kept(store, Fact.call) == ["n1-400"]
    assert kept(store, Wish.who) == ["w2"]
    assert kept(store, ApiRequest.system) == ["b"]
    with store.reading() as session:
        old, young = session.get_one(Call, "n1-400"), session.get_one(Call, "n1-10")
        assert (old.caller, old.who, old.outcome) == (None, None, "answered")
        assert young.who == keys.who(NUMBER)


def test_a_voicemail_goes_with_its_sound_and_a_sound_without_a_row_goes_too(
    store: Store, keys: Keys, tmp_path: Path
) -> None:
    box = Mailbox(tmp_path / "var/data/voicemail", keys)
    old, young, lost, lately = (box.put(b"sound") for _ in range(4))
    killed = tmp_path / f"var/data/voicemail/.{young}.0f0f0f0f"
    killed.write_bytes(b"a sound that a key was being changed for")
    for path in (*(tmp_path / f"var/data/voicemail/{name}.sealed" for name in (old, young, lost)), killed):
        os.utime(path, (ago(61).timestamp(),) * 2)
    rows = {old: 61, young: 59}
    fill(
        store,
        *(Voicemail(file=f, call="n1-1", desk="a", language="ko", at=ago(d), seconds=3) for f, d in rows.items()),
    )
    assert job(tmp_path, keys, store).run(NOW)
    assert kept(store, Voicemail.file) == [young]
    assert {p.stem for p in (tmp_path / "var/data/voicemail").iterdir()} == {young, lately}
    assert protocol(store) == {"voicemails": 3}


def test_a_message_goes_when_it_is_over_and_its_file_with_it(store: Store, keys: Keys, tmp_path: Path) -> None:
    with store.transaction() as session:
        for name, state in (("a", "delivered"), ("b", "waiting"), ("c", "delivered")):
            enqueue(session, keys, Note(name, NUMBER, "assignment", "ko", {}))
            row = session.scalars(select(Message).where(Message.key == name)).one()
            row.state, row.changed_at = state, ago(400 if name != "c" else 10)  # type: ignore[assignment]
    with store.reading() as session:
        ids = {row.key: row.id for row in session.scalars(select(Message))}
    folder = tmp_path / "var/data/messages/2025-10-01"
    folder.mkdir(parents=True)
    killed = f".{ids['b']}.0f0f0f0f"  # its writer was, before it renamed it
    for file in (*(f"{id}.txt" for id in (*ids.values(), "lost")), killed):
        (folder / file).write_text(f"To: {NUMBER}\n")
        os.utime(folder / file, (ago(400).timestamp(),) * 2)
    assert job(tmp_path, keys, store).run(NOW)
    assert kept(store, Message.key) == ["b", "c"]
    assert {p.stem for p in folder.iterdir()} == {ids["b"], ids["c"]}


def test_a_closed_case_loses_its_number_and_words_and_later_goes(store: Store, keys: Keys, tmp_path: Path) -> None:
    office = registry.make(tmp_path, "")
    office.store, office.keys = store, keys
    for receipt, closed in (("20260001", 400), ("20260002", 2000), ("20260003", 0)):
        office.add({**GRIEVANCE, "receipt": receipt}, at=ago(closed + 1))
        if closed:
            office.change("취하", receipt=receipt, at=ago(closed), note="김한빛 님의 말")
    assert job(tmp_path, keys, store, messages=5000).run(NOW)
    assert kept(store, Case.receipt) == ["20260001", "20260003"]
    with store.reading() as session:
        over, open_ = session.get_one(Case, "20260001"), session.get_one(Case, "20260003")
        assert (over.number, over.who, over.consent, over.status) == (None, None, False, "취하")
        assert open_.number
        assert session.scalars(select(CaseEvent.note).where(CaseEvent.note.is_not(None))).all() == []
        assert session.scalar(select(func.count()).select_from(CaseEvent)) == 3
    assert protocol(store) == {"case_numbers": 2, "cases": 1}


@pytest.mark.parametrize("subject", ["call:n1-2000", "010-1234-5678"])
def test_what_is_held_stays_until_the_hold_is_lifted(store: Store, keys: Keys, tmp_path: Path, subject: str) -> None:
    other = "01087654321"
    box = Mailbox(tmp_path / "var/data/voicemail", keys)
    sounds = [box.put(b"sound") for _ in range(2)]
    fill(
        store,
        call("n1-2000", 2000, keys),
        call("n1-2001", 2000, keys, other),
        *(
            Voicemail(file=file, call=f"n1-200{n}", desk="a", language="ko", at=ago(100), seconds=3)
            for n, file in enumerate(sounds)
        ),
    )
    kept_as, shown = holds.subject(subject, keys)
    with store.transaction() as session:
        assert holds.hold(session, kept_as, shown, "소송", "cli:kim", NOW)
        assert not holds.hold(session, kept_as, shown, "again", "cli:lee", NOW)
    assert "1234" not in shown
    assert job(tmp_path, keys, store).run(NOW)
    assert kept(store, Call.id) == ["n1-2000"]
    assert kept(store, Call.who) == [keys.who(NUMBER)]
    assert kept(store, Voicemail.file) == sounds[:1]
    assert box.get(sounds[0]) == b"sound"
    with store.transaction() as session:
        assert holds.lift(session, kept_as)
        assert not holds.lift(session, kept_as)
    assert job(tmp_path, keys, store).run(NOW)
    assert kept(store, Call.id) == kept(store, Voicemail.file) == []


def test_a_hold_is_on_something_that_is_known_by_its_name() -> None:
    for text in ("call:", "case:1 or 1=1", "person:kim", "", "12"):
        with pytest.raises(OnestopError, match="a hold is on"):
            holds.subject(text, None)  # type: ignore[arg-type]


class Killed(BaseException):
    """What no handler of ours catches, as SIGKILL."""


def test_killed_between_batches_it_goes_on_and_counts_each_row_once(
    store: Store, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 10)
    fill(store, *(call(f"n1-{n}", 400 + n / 100, keys) for n in range(95)))
    protocol_, done = retention._protocol, []

    def killing(session: Session, *rest: Any) -> None:
        protocol_(session, *rest)
        done.append(1)
        if len(done) % 3 == 0:
            raise Killed

    monkeypatch.setattr(retention, "_protocol", killing)
    for _ in range(10):
        try:
            if job(tmp_path, keys, store).run(NOW):
                break
        except Killed:
            continue
    assert protocol(store) == {"numbers": 95}
    assert set(kept(store, Call.who)) == {None}


def test_two_at_once_count_each_row_once(
    store: Store, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 20)
    fill(store, *(call(f"n1-{n}", 2000 + n / 100, keys) for n in range(300)))
    both = [threading.Thread(target=job(tmp_path, keys, store).run, args=(NOW,)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert kept(store, Call.id) == []
    assert protocol(store) == {"numbers": 300, "calls": 300}


def test_calls_wait_until_they_are_counted(store: Store, keys: Keys, tmp_path: Path) -> None:
    fill(store, call("n1-1", 1826 + 20, keys), Wish(who="w", slow=True, at=ago(385)))
    assert job(tmp_path, keys, store).overdue(NOW) == ["calls", "wishes"]
    assert job(tmp_path, keys, store).run(NOW, counted=False)
    assert job(tmp_path, keys, store).overdue(NOW) == ["calls"]
    assert job(tmp_path, keys, store).overdue(NOW - timedelta(days=10)) == []
    assert kept(store, Call.who) == [keys.who(NUMBER)]
    assert protocol(store) == {"wishes": 1}


def test_told_to_end_it_says_that_it_is_not_done(store: Store, keys: Keys, tmp_path: Path) -> None:
    over = threading.Event()
    over.set()
    fill(store, call("n1-1", 400, keys))
    assert not job(tmp_path, keys, store).run(NOW, over)
    assert kept(store, Call.who) == [keys.who(NUMBER)]


def test_the_audit_log_and_files_go_by_their_age(store: Store, keys: Keys, tmp_path: Path) -> None:
    for days in (900, 800, 700):
        with store.transaction() as session:
            audit.note(session, keys, Deed("cli:kim", "command", "host", "case.shown"), ago(days))
    data = tmp_path / "var/data"
    for name, days in (("log/a.log.1", 91), ("log/a.log", 1), ("journal/journal-1.bad", 31), ("witness-1.bad", 29)):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text("x")
        os.utime(data / name, (ago(days).timestamp(),) * 2)
    assert job(tmp_path, keys, store).run(NOW)
    assert kept(store, AuditRow.n) == [3]
    with store.reading() as session:
        assert audit.verify(session, keys).broken is None
    assert {p.name for p in data.rglob("*") if p.is_file()} == {"a.log", "witness-1.bad"}
    assert protocol(store) == {"audit": 2, "logs": 1, "set_aside": 1}
