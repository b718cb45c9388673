"""`ivr worker` as a process: quick, ended cleanly, patient with a database that others hold."""

from __future__ import annotations

import signal
import sqlite3
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from callback.contacts import check_contacts
from callback.outbox import Note, enqueue
from callback.worker import threads
from ivr.cli import Program
from ivr.cli.worker import worker
from ivr.errors import BadInput
from ivr.records.message_tables import Lease
from tests.messaging import Installation, Tally, fake_twilio, lines, until
from tests.offices import SAMPLE

pytestmark = pytest.mark.slow


class Line:
    """An installation with a worker that is up, and what its provider accepted."""

    def __init__(self, folder: Path, api: str) -> None:
        self.accepted = folder / "accepted.jsonl"
        self.installation = Installation(folder, api, per_second=100)
        self.worker = self.installation.worker()
        until(self._keeps_the_clock)

    def _keeps_the_clock(self) -> bool:
        with self.installation.store.reading() as session:
            return session.scalar(select(Lease)) is not None


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    with fake_twilio(tmp_path / "accepted.jsonl") as api:
        line = Line(tmp_path, api)
        yield line
        line.installation.end()


def test_a_change_is_with_the_provider_within_two_seconds(line: Line) -> None:
    times = []
    for n in range(10):
        with line.installation.store.transaction() as session:
            values = {"name": "가", "school": "나"}
            note = Note(f"c/{n}", "010-2000-0000", "assignment", "ko", values, urgent=True)
            enqueue(session, line.installation.keys, note)
        start = time.monotonic()
        until(lambda: lines(line.accepted) > n)  # noqa: B023
        times.append(time.monotonic() - start)
    assert statistics.median(times) < 2


def test_a_closed_network_asks_how_messages_ended(line: Line) -> None:
    line.installation.enqueue(5)
    until(lambda: line.installation.states() == {"delivered": 5}, 15)


def test_asked_to_end_it_finishes_what_it_began(line: Line) -> None:
    line.installation.enqueue(300)
    until(lambda: lines(line.accepted) > 50)
    line.worker.send_signal(signal.SIGTERM)
    assert line.worker.wait(10) == 0
    states = line.installation.states()
    assert states["submitting"] == 0
    assert states["waiting"] > 0
    assert states.total() - states["waiting"] == lines(line.accepted)


def test_a_locked_database_delays_and_doubles_nothing(line: Line, tmp_path: Path) -> None:
    line.installation.enqueue(200)
    until(lambda: lines(line.accepted) > 20)
    locker = sqlite3.connect(tmp_path / "var/data/onestop.db", isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    time.sleep(6)  # longer than SQLite waits
    locker.execute("COMMIT")
    until(lambda: not line.installation.open(), 30)
    tally = Tally(line.installation, line.accepted, 200)
    assert tally.good, tally


def test_others_write_into_the_database_while_it_sends(line: Line) -> None:
    line.installation.enqueue(400)
    until(lambda: lines(line.accepted) > 20)
    times = []
    while lines(line.accepted) < 380:
        start = time.monotonic()
        with line.installation.store.transaction() as session:
            session.scalar(select(Lease))
        times.append(time.monotonic() - start)
        time.sleep(0.05)
    assert len(times) > 5
    assert max(times) < 5


def test_contacts_that_nobody_is_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(
        f"office: {SAMPLE}\nlines: {{'1000': {{flow: main}}}}\nexchange: {{practice: true}}\n"
        "messages: {contacts: {'116': '01030000116', school_lif: '01030000116', supervisor: '01030000116'}}\n"
    )
    program = Program(file)
    with pytest.raises(BadInput, match=r"“school_lif” is no officer, desk or supervisor\n.*“school_life”"):
        check_contacts(program.config, program.office, str(file))
    with pytest.raises(BadInput):
        CliRunner().invoke(worker, obj=program, catch_exceptions=False)


def test_threads_grow_with_the_rate() -> None:
    assert [threads(rate) for rate in (1, 10, 100, 1000)] == [4, 5, 50, 64]
