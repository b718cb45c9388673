"""A message that a caller asks for on the telephone: on the disk before it is promised, sent once, at once, to no other
number."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from callback import opt_out, promises
from callback.rules import Later, Never, Rules
from ivr.config import Messages
from ivr.engine.effects import Send
from ivr.engine.session import Session
from ivr.records import tellings
from ivr.records.journal import Journal, decode
from ivr.records.journal_records import from_journal
from ivr.records.message_tables import Message
from ivr.records.notice_tables import Request
from ivr.telephony.promising import Promising
from tests import registry
from tests.registry import Registry
from tests.unit.test_host import FullDisk

CALLER = "01012345678"
NIGHT = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)
"""Eleven o'clock in the evening in Seoul: quiet."""
SEND = Send("assignment", (("name", "김하나"), ("school", "한빛중학교")), "notice/exam")


@pytest.fixture
def office(tmp_path: Path) -> Registry:
    return registry.make(tmp_path)


def ask(office: Registry, folder: Path, caller: str = CALLER, call: str = "n1-1795292000.1", send: Send = SEND) -> bool:
    """Ask for it in a call; whether it was promised."""
    with closing(Journal(folder / "journal")) as journal:
        promising = Promising(journal, office.keys)
        return promising.make(Session(call, office.office.version, "ko", "main"), send, caller).kept


def record(office: Registry, folder: Path) -> None:
    """Bring all that is journaled to the database, as the recorder does."""
    lines = [line for file in (folder / "journal").glob("*.journal") for line in file.read_bytes().splitlines()]
    with office.store.transaction() as session:
        tellings.record(session, [piece for line in lines for piece in from_journal(decode(line))])


def keep(office: Registry) -> None:
    with office.store.transaction() as session:
        promises.keep_requests(session, office.office, office.keys)


def verdict(office: Registry, per_day: int = 10, number: str = CALLER) -> Later | Never | None:
    """What holds for the first message at night."""
    rules = Rules(office.office.calendar, Messages(per_day=per_day))
    with office.store.reading() as session:
        message = session.scalars(select(Message).order_by(Message.created_at)).all()[-1]
        return rules.verdict(session, message, number, NIGHT, urgent=message.priority == 0)


def test_it_is_on_the_disk_sealed_and_sent_once_at_once(office: Registry, tmp_path: Path) -> None:
    assert ask(office, tmp_path)
    text = b"".join(file.read_bytes() for file in (tmp_path / "journal").iterdir())
    assert b"request" in text
    assert CALLER[1:].encode() not in text
    assert "김하나".encode() not in text
    for _ in range(2):
        record(office, tmp_path)
        keep(office)
    assert office.messages() == [("assignment", {"name": "김하나", "school": "한빛중학교"})]
    with office.store.reading() as session:
        (message,) = session.scalars(select(Message))
        assert (office.keys.open(message.number), message.case) == (CALLER, None)
        (request,) = session.scalars(select(Request))
        assert (request.note, request.kept_at is not None) == ("", True)
    assert verdict(office) is None


def test_two_calls_are_two_messages(office: Registry, tmp_path: Path) -> None:
    assert ask(office, tmp_path)
    assert ask(office, tmp_path, call="n1-1795292000.2")
    record(office, tmp_path)
    keep(office)
    assert len(office.messages()) == 2


def test_nothing_is_promised_on_a_full_disk_or_to_nobody(office: Registry, tmp_path: Path) -> None:
    session = Session("n1-1795292000.1", office.office.version, "ko", "main")
    assert not Promising(FullDisk(), office.keys).make(session, SEND, CALLER).kept  # type: ignore[arg-type]
    assert not ask(office, tmp_path, caller="")
    assert not list((tmp_path / "journal").glob("*"))


def test_who_wants_none_gets_none_and_a_feigned_number_is_not_flooded(office: Registry, tmp_path: Path) -> None:
    ask(office, tmp_path)
    record(office, tmp_path)
    keep(office)
    with office.store.transaction() as session:
        sent = session.scalars(select(Message)).one()
        sent.state, sent.submitted_at = "accepted", NIGHT
    ask(office, tmp_path, call="n1-1795292000.2")
    record(office, tmp_path)
    keep(office)
    assert verdict(office) is None
    assert verdict(office, per_day=1) == Never("dead", "per_day", "1 messages went to this number today")
    assert verdict(office, number="042-123-4567") == Never("dead", "landline", "a landline takes no SMS")
    with office.store.transaction() as session:
        opt_out.add(session, office.keys, CALLER)
    assert verdict(office) == Never("cancelled", "opt_out", "the recipient wants no messages")


def test_a_message_that_is_gone_is_no_end_of_the_others(office: Registry, tmp_path: Path) -> None:
    ask(office, tmp_path, send=Send("gone", (), "notice/exam"))
    ask(office, tmp_path)
    record(office, tmp_path)
    keep(office)
    assert [template for template, _ in office.messages()] == ["assignment"]
