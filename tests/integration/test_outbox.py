"""Promises in the database: made once, claimed by one, written by the newest claim alone. SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from callback.outbox import LEASE, Note, claim, delivered, enqueue, settle
from ivr.records.keys import Keys
from ivr.records.message_tables import Bulk, Message
from ivr.records.store import Store
from tests.postgres import EITHER, database


@pytest.fixture(scope="module", params=EITHER)
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with database(request.param, tmp_path_factory.mktemp("outbox")) as url:
        yield url


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = Store(url)
    store.migrate()
    yield store
    with store.transaction() as session:
        for table in (Message, Bulk):
            session.query(table).delete()


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "keys")


def note(key: str, **changes: object) -> Note:
    fields = {"key": key, "to": "010-2000-0000", "template": "case_status", "language": "ko", "values": {"a": "b"}}
    return Note(**(fields | changes))  # type: ignore[arg-type]


def now() -> datetime:
    return datetime.now(UTC)


def test_a_key_is_one_message_for_ever(store: Store, keys: Keys) -> None:
    with store.transaction() as session:
        assert enqueue(session, keys, note("a"))
        assert not enqueue(session, keys, note("a"))
        assert enqueue(session, keys, note("b"))
    with store.transaction() as session:
        assert not enqueue(session, keys, note("a", values={"other": "values"}))


def test_a_promise_belongs_to_its_transaction(store: Store, keys: Keys) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as session:  # noqa: PT012
        enqueue(session, keys, note("a"))
        raise ZeroDivisionError
    with store.reading() as session:
        assert session.scalars(select(Message)).all() == []


def test_nothing_personal_lies_open(store: Store, keys: Keys) -> None:
    with store.transaction() as session:
        enqueue(session, keys, note("a", values={"name": "홍길동"}))
        message = session.scalars(select(Message)).one()
        stored = repr({column.name: getattr(message, column.name) for column in Message.__table__.columns})
    assert "홍길동" not in stored
    assert "20000000" not in stored.replace("-", "")
    assert keys.who("+821020000000") in stored


def test_urgent_goes_first_bulk_last_and_each_old_ones_first(store: Store, keys: Keys) -> None:
    past = now() - timedelta(minutes=1)
    with store.transaction() as session:
        session.add(Bulk(id="x", name="x", template="t", state="running", size=1, created_at=past))
        session.flush()
        enqueue(session, keys, note("bulk", bulk="x", due=past - timedelta(hours=1)))
        enqueue(session, keys, note("later", due=past + timedelta(seconds=1)))
        enqueue(session, keys, note("usual", due=past))
        enqueue(session, keys, note("urgent", urgent=True))
        enqueue(session, keys, note("not due", due=now() + timedelta(hours=1)))
    taken = []
    for _ in range(5):
        with store.transaction() as session:
            taken += [message.key for message in claim(session, "waiting", "w", now(), 1)]
    assert taken == ["urgent", "usual", "later", "bulk"]


def test_a_paused_bulk_waits(store: Store, keys: Keys) -> None:
    with store.transaction() as session:
        session.add(Bulk(id="x", name="x", template="t", state="paused", size=1, created_at=now()))
        session.flush()
        enqueue(session, keys, note("bulk", bulk="x"))
        assert claim(session, "waiting", "w", now(), 9) == []
        session.get_one(Bulk, "x").state = "running"
        session.flush()
        assert len(claim(session, "waiting", "w", now(), 9)) == 1


def test_claimers_at_once_share_the_messages_out(store: Store, keys: Keys) -> None:
    with store.transaction() as session:
        for n in range(200):
            enqueue(session, keys, note(str(n)))
    taken: list[str] = []

    def claimer(owner: str) -> None:
        while True:
            with store.transaction() as session:
                messages = [message.id for message in claim(session, "waiting", owner, now(), 7)]
            taken.extend(messages)
            if not messages:
                return

    claimers = [threading.Thread(target=claimer, args=(f"w{n}",)) for n in range(4)]
    for thread in claimers:
        thread.start()
    for thread in claimers:
        thread.join()
    assert len(taken) == len(set(taken)) == 200


def test_only_the_newest_claim_writes_its_result(store: Store, keys: Keys) -> None:
    with store.transaction() as session:
        enqueue(session, keys, note("a"))
        (first,) = claim(session, "waiting", "stopped", now(), 1)
        id, fence = first.id, first.fence
        assert claim(session, "waiting", "other", now(), 1) == []
    with store.transaction() as session:
        (second,) = claim(session, "waiting", "other", now() + LEASE, 1)
        assert second.fence == fence + 1
    with store.transaction() as session:
        assert not settle(session, id, fence, "waiting", state="dead")
        assert not settle(session, id, fence + 1, "accepted", state="dead")
        assert settle(session, id, fence + 1, "waiting", state="accepted", reference="SM1")


def test_a_report_of_delivery_is_noted_once(store: Store, keys: Keys) -> None:
    def state() -> tuple[str, str | None]:
        with store.reading() as session:
            message = session.scalars(select(Message)).one()
            return message.state, message.code

    with store.transaction() as session:
        enqueue(session, keys, note("a"))
        (message,) = claim(session, "waiting", "w", now(), 1)
        settle(session, message.id, message.fence, "waiting", state="accepted", reference="SM1")
        assert delivered(session, "SM1", "sending")
        assert not delivered(session, "SM2", "delivered")
    assert state() == ("accepted", None)
    with store.transaction() as session:
        assert delivered(session, "SM1", "undelivered", "30003")
    assert state() == ("undelivered", "30003")
    with store.transaction() as session:
        assert delivered(session, "SM1", "delivered")  # late, and out of order: the end stays the end
    assert state() == ("undelivered", "30003")
