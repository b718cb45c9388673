"""Journal and witness into the database: each fact once, none lost, whatever happens in between."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.records import calls, journal_tail, live, models, recent, recorder, witness
from ivr.records import store as stores
from ivr.records.facts import FINISH, RANK, Fact, Known, Opening, Step
from ivr.records.journal import Journal, encode, segments
from ivr.records.keys import Keys
from ivr.records.recorder import Recorder
from ivr.records.store import Store
from ivr.records.tail import Bite
from tests.files import content

T = 1_795_292_000_000
NUMBERS = ("01012345678", "0212345678", "+12025550123")


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for a condition; fail when it doesn't come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


class Node:
    """The data folder of a node, and those who write into it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.witness = data / "witness/witness.log"
        self.witness.parent.mkdir(parents=True, exist_ok=True)
        self.journal = Journal(data / "journal", segment_bytes=4000)
        self.database = data / "onestop.db"
        self.keys = Keys(data.parent / "keys")

    def recorder(self) -> Recorder:
        return Recorder(self.data / "journal", self.witness, Store(f"sqlite:///{self.database}"), "n1")

    def see(self, *lines: str) -> None:
        with self.witness.open("a") as file:
            file.write("".join(f"{line}\n" for line in lines))

    def call(self, n: int) -> str:
        """A whole call, told by both."""
        call, t = f"n1-{T // 1000}.{n}", T + n * 100_000
        caller = NUMBERS[n % len(NUMBERS)]
        self.see(f"{call}|{stamp(t)}|enter|1000|")
        self.tell(call, t + 5, "call", line="1000", flow="main", language="ko", office="abc",
                  caller=self.keys.seal(caller), who=self.keys.who(caller))  # fmt: skip
        self.tell(call, t + 9, "turn", n=1, event={}, clocks={}, steps=[["main", "greeting", "next"]])
        self.tell(call, t + 1000, "turn", n=2, event={}, clocks={}, steps=[["main", "purpose", "1"]])
        self.tell(call, t + 1001, "desk", n=2, desk="certificates", session=self.keys.seal("{}"))
        self.see(
            f"{call}|{stamp(t + 1002)}|queue|certificates|",
            f"{call}|{stamp(t + 9000)}|connect|certificates|111",
            f"{call}|{stamp(t + 69000)}|leave|certificates|CONTINUE",
            f"{call}|{stamp(t + 70000)}|end||16",
        )
        return call

    def tell(self, call: str, t: int, k: str, **rest: Any) -> None:
        self.journal.append({"k": k, "call": call, "t": t, **rest})

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def recorded(self) -> list[tuple[Any, ...]]:
        """What the calls came to: (id, outcome, legs, steps)."""
        return self.rows(
            "SELECT id, outcome, (SELECT count(*) FROM legs WHERE call = id),"
            " (SELECT count(*) FROM steps WHERE call = id) FROM calls ORDER BY started_at"
        )


def stamp(t: int) -> str:
    return f"{t // 1000}.{t % 1000:03}"


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Node(tmp_path / "data")


def whole(*ids: str) -> list[tuple[str, str, int, int]]:
    return [(call, "answered", 1, 2) for call in ids]


def test_a_call_is_recorded_from_both_accounts(node: Node) -> None:
    call = node.call(0)
    clerk = node.recorder()
    assert clerk.once() == 9
    assert node.recorded() == whole(call)
    row = node.rows("SELECT node, line, flow, language, office, started_at, ended_at, static FROM calls")
    assert row == [
        ("n1", "1000", "main", "ko", "abc", "2026-11-21 20:13:20.000000", "2026-11-21 20:14:30.000000", None)
    ]
    (caller, who) = node.rows("SELECT caller, who FROM calls")[0]
    assert node.keys.open(caller) == NUMBERS[0]
    assert node.keys.who("010-1234-5678") == who
    leg = node.rows("SELECT n, desk, queued_at, connected_at, left_at, agent, outcome FROM legs")
    times = ("2026-11-21 20:13:21.002000", "2026-11-21 20:13:29.000000", "2026-11-21 20:14:29.000000")
    assert leg == [(0, "certificates", *times, "111", "answered")]
    assert clerk.once() == 0
    assert node.recorder().once() == 0


def test_without_its_marks_everything_is_read_again_and_nothing_is_twice(node: Node) -> None:
    ids = [node.call(n) for n in range(5)]
    node.recorder().once()
    before = node.rows("SELECT * FROM calls"), node.rows("SELECT * FROM legs"), node.rows("SELECT * FROM facts")
    connection = sqlite3.connect(node.database)
    connection.execute("DELETE FROM marks")
    connection.commit()
    assert node.recorder().once() == 45
    assert (
        node.rows("SELECT * FROM calls"),
        node.rows("SELECT * FROM legs"),
        node.rows("SELECT * FROM facts"),
    ) == before
    assert node.recorded() == whole(*ids)


CALLS = ("n1-1795292000.1", "n1-1795292000.2")
TIMES = st.integers(T, T + 12_000).map(lambda t: t - t % 1000)
FACTS = st.builds(
    Fact,
    st.sampled_from(CALLS),
    TIMES,
    st.sampled_from([kind for kind in RANK if kind != "finish"]),
    st.sampled_from(["a", "b"]),
    st.sampled_from(["", "TIMEOUT", "CONTINUE"]),
) | st.builds(Fact, st.sampled_from(CALLS), TIMES, st.just("finish"), st.sampled_from(FINISH))


def opened(call: str) -> list[Known]:
    return [Fact(call, T, "call", "1000"), Opening(call, "main", "ko", "abc", None, None)]


def stepped(call: str, turn: int) -> list[Known]:
    return [Fact(call, T + turn * 1000, "turn", str(turn)), Step(call, turn, 0, "main", "greeting", "next", T)]


PIECES = (
    FACTS.map(lambda fact: [fact])
    | st.sampled_from(CALLS).map(opened)
    | st.builds(stepped, st.sampled_from(CALLS), st.integers(0, 3))
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('property')}/onestop.db")
    store.migrate()
    return store


def outcome(store: Store, batches: list[list[list[Known]]]) -> list[list[tuple[Any, ...]]]:
    """The database after these batches, each recorded in a transaction of its own."""
    tables = models.Base.metadata.sorted_tables
    with store.transaction() as session:
        for table in reversed(tables):
            session.execute(table.delete())
    for batch in batches:
        with store.transaction() as session:
            calls.record(session, [known for pieces in batch for known in pieces])
    with store.reading() as session:
        return [
            [tuple(row) for row in session.execute(table.select().order_by(*table.primary_key))]
            if table.name != "tally_marks"  # new every time
            else []
            for table in tables
        ]


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=14), st.randoms(use_true_random=False))
def test_every_interleaving_comes_to_the_same(store: Store, pieces: list[list[Known]], chance: random.Random) -> None:
    twice = pieces + chance.sample(pieces, len(pieces) // 2)
    chance.shuffle(twice)
    cuts = sorted(chance.sample(range(1, len(twice)), min(3, len(twice) - 1)))
    batches = [twice[a:b] for a, b in zip([0, *cuts], [*cuts, len(twice)], strict=True)]
    assert outcome(store, batches) == outcome(store, [pieces])


def test_a_desk_that_the_call_never_came_to_is_taken_back(store: Store) -> None:
    call = CALLS[0]
    meant, never = Fact(call, T, "desk", "a"), Fact(call, T + 1000, "static", "frozen")
    legs = [table.name for table in models.Base.metadata.sorted_tables].index("legs")
    assert len(outcome(store, [[[meant]]])[legs]) == 1
    assert outcome(store, [[[meant]], [[never]]])[legs] == []


def test_the_accounts_may_be_read_in_any_order(tmp_path: Path) -> None:
    one = Node(tmp_path / "whole/data")
    call = one.call(0)
    lines = [("witness", line) for line in one.witness.read_bytes().splitlines()]
    lines += [("journal", line) for line in segments(one.data / "journal")[0].read_bytes().splitlines()]
    one.recorder().once()
    for seed in range(10):
        node = Node(tmp_path / str(seed) / "data")
        clerk = node.recorder()
        for where, line in random.Random(seed).sample(lines, len(lines)):
            if where == "witness":
                node.see(line.decode())
            else:
                node.journal.append(json.loads(line.split(b" ", 2)[2]))
            clerk.once()
        assert node.recorded() == whole(call)
        assert node.rows("SELECT * FROM legs") == one.rows("SELECT * FROM legs")


def test_bad_lines_are_set_aside_with_a_reason_and_stop_nothing(node: Node) -> None:
    path = node.data / "journal/000000000001.journal"
    call = node.call(0)
    lines = path.read_bytes().splitlines(keepends=True)
    damaged = lines[1].replace(b"greeting", b"greetinG")
    node.journal.close()
    path.write_bytes(lines[0] + damaged + b"\xff\x00\n" + encode({"k": "odd", "call": call}) + b"".join(lines[2:]))
    node.see("n1-17952|17", "", "garbage \x1b[31m")
    last = node.call(1)
    node.recorder().once()
    assert node.recorded() == [(call, "answered", 1, 1), (last, "answered", 1, 2)]
    reasons = (node.data / "journal/journal-000000000001.bad").read_text().splitlines()
    assert [reason.split(":")[0] for reason in reasons] == ["wrong checksum", "wrong length", "KeyError"]
    assert len((node.data / "witness/witness-1.bad").read_text().splitlines()) == 3


@pytest.mark.slow
def test_a_locked_database_delays_and_loses_nothing(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "BUSY_S", 0.3)
    ids = [node.call(0)]
    clerk = node.recorder()
    clerk.once()
    locker = sqlite3.connect(node.database, isolation_level=None)
    locker.execute("BEGIN EXCLUSIVE")
    clerk.start()
    locked = time.monotonic()
    while time.monotonic() < locked + 5:
        ids.append(node.call(len(ids)))
        time.sleep(0.1)
    locker.execute("COMMIT")
    until(lambda: node.recorded() == whole(*ids))
    clerk.stop()


def test_a_database_that_is_gone_is_missed_not_replaced(node: Node) -> None:
    ids = [node.call(0)]
    clerk = node.recorder()
    clerk.start()
    until(lambda: node.database.exists() and recorder_is_done(node, 1))
    away = node.data / "away"
    away.write_bytes(node.database.read_bytes())
    for path in node.data.glob("onestop.db*"):
        path.unlink()
    ids += [node.call(1), node.call(2)]
    time.sleep(0.5)
    assert not node.database.exists()
    away.rename(node.database)
    until(lambda: node.recorded() == whole(*ids))
    clerk.stop()


def recorder_is_done(node: Node, count: int) -> bool:
    try:
        return len(node.recorded()) == count
    except sqlite3.OperationalError:  # no tables yet
        return False


def test_what_was_told_before_the_recorder_stops_is_recorded(node: Node) -> None:
    clerk = node.recorder()
    clerk.start()
    ids = [node.call(n) for n in range(3)]
    clerk.stop()
    assert node.recorded() == whole(*ids)


def test_two_recorders_at_once_do_no_harm(node: Node) -> None:
    ids = [node.call(n) for n in range(300)]
    node.recorder().once()
    ids += [node.call(n) for n in range(300, 600)]
    threads = [threading.Thread(target=node.recorder().once) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert node.recorded() == whole(*ids)


def test_segments_go_when_they_are_read_and_old_and_the_newest_stays(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(20):
        node.call(n)
    clerk = node.recorder()
    clerk.once()
    before = segments(node.data / "journal")
    assert len(before) > 2
    monkeypatch.setattr(journal_tail, "KEEP_S", -1)
    clerk.once()
    assert segments(node.data / "journal") == before[-1:]
    assert node.rows("SELECT file FROM marks WHERE source = 'n1/journal'") == [(before[-1].stem,)]
    call = node.call(20)
    clerk.once()
    assert node.recorded()[-1] == whole(call)[0]


def test_unread_segments_stay_however_old(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [node.call(n) for n in range(20)]
    with monkeypatch.context() as patch:
        patch.setattr(journal_tail, "KEEP_S", -1)
        patch.setattr(
            recorder, "bite", lambda file, mark: Bite([], mark, more=False)
        )  # as if all came in after it had looked
        node.recorder().once()
    node.recorder().once()
    assert node.recorded() == whole(*ids)


APPENDER = """
import sys
n = int(sys.argv[2])
for i in range(n):
    with open(sys.argv[1], "a") as file:
        file.write(f"n1-1795292000.{i}|1795292000.{i % 1000:03}|enter|1000|\\n")
"""


@pytest.mark.parametrize("keep_s", [3600, 0.3])
def test_no_line_is_lost_when_the_witness_is_renamed_while_others_append(
    node: Node, monkeypatch: pytest.MonkeyPatch, keep_s: float
) -> None:
    monkeypatch.setattr(witness, "ROTATE_BYTES", 2000)
    monkeypatch.setattr(witness, "KEEP_S", keep_s)
    appender = subprocess.Popen([sys.executable, "-c", APPENDER, str(node.witness), "20000"])
    clerk = node.recorder()
    renamed = 0
    while appender.poll() is None:
        clerk.once()
        renamed = max(renamed, len(list(node.witness.parent.glob("witness-*.log"))))
    assert appender.returncode == 0
    assert renamed >= 1
    clerk.once()
    assert node.rows("SELECT count(*) FROM calls") == [(20000,)]
    assert not list(node.witness.parent.glob("*.bad"))
    if keep_s < 1:
        time.sleep(keep_s)
        node.recorder().once()
        assert len(list(node.witness.parent.iterdir())) <= 2


CRASHER = """
import sys, time
from pathlib import Path
from tests.integration.test_recorder import Node
node = Node(Path(sys.argv[1]))
node.recorder().start()
for n in range(int(sys.argv[2]), 10**6):
    node.call(n)
    print(n, flush=True)
"""


@pytest.mark.slow
def test_kill_9_loses_nothing_and_counts_nothing_twice(node: Node) -> None:
    node.journal.close()
    chance = random.Random(2)
    first, said = 0, set[int]()
    for _ in range(6):
        crasher = subprocess.Popen(
            [sys.executable, "-c", CRASHER, str(node.data), str(first)], stdout=subprocess.PIPE, text=True
        )
        assert crasher.stdout
        said.add(int(crasher.stdout.readline()))
        time.sleep(chance.uniform(0.2, 1.0))
        crasher.kill()
        said |= {int(line) for line in crasher.stdout.read().split("\n")[:-1]}
        first = max(said) + 10  # leaves a gap: the call that was being told when the process died
    node.recorder().once()
    recorded = {int(row[0].partition(".")[2]): row for row in node.recorded()}
    assert [recorded[n] for n in sorted(said)] == whole(*(f"n1-{T // 1000}.{n}" for n in sorted(said)))
    assert len(recorded) <= len(said) + 6


def test_no_number_stands_anywhere_in_the_data_folder(node: Node) -> None:
    for n in range(30):
        node.call(n)
    clerk = node.recorder()
    clerk.once()
    with Store(f"sqlite:///{node.database}").reading():  # so that SQLite's own files are there too
        found = b"".join(content(path) for path in node.data.rglob("*") if path.is_file())
    assert b"certificates" in found
    for number in NUMBERS:
        for written in (number, number.lstrip("+0"), number[-8:], number[-4:] + '"'):
            assert written.encode() not in found


def test_unfinished_calls_are_those_of_the_node_without_an_end(node: Node) -> None:
    node.call(0)
    node.see("n1-1.1|1795292000.000|enter|1000|", "n1-1.2|1795292000.000|enter|1000|", "n1-1.2|1795292001.000|end||16")
    node.recorder().once()
    store = Store(f"sqlite:///{node.database}")
    start = datetime.fromtimestamp(T / 1000, UTC)
    day = (start - timedelta(hours=1), start + timedelta(hours=1))
    with store.reading() as session:
        assert calls.unfinished(session, "n1", *day) == ["n1-1.1"]
        assert calls.unfinished(session, "n2", *day) == []
        assert calls.unfinished(session, "n1", day[0], day[0]) == []
    node.tell("n1-1.1", T + 8000, "end", reason="hangup")  # the engine's connection broke: it saw no more than that
    node.recorder().once()
    with store.reading() as session:
        assert calls.unfinished(session, "n1", *day) == ["n1-1.1"]
    node.tell("n1-1.1", T + 9000, "cut")
    node.recorder().once()
    with store.reading() as session:
        assert calls.unfinished(session, "n1", *day) == []


def test_entries_at_desks_of_late_are_told_in_order_of_leaving(node: Node) -> None:
    node.call(0)
    node.call(1)
    at = T + 200_000
    node.see(f"n1-1.9|{stamp(at)}|enter|1000|", f"n1-1.9|{stamp(at)}|queue|tuition|")
    node.see(f"n1-1.9|{stamp(at + 30_000)}|leave|tuition|TIMEOUT", f"n1-1.8|{stamp(at)}|queue|tuition|")
    node.recorder().once()
    since = datetime.fromtimestamp((T + 50_000) / 1000, UTC)
    with Store(f"sqlite:///{node.database}").reading() as session:
        told = list(recent.entries(session, "n1", since))
        assert list(recent.entries(session, "n2", since)) == []
    assert [(entry.desk, bool(entry.connected)) for entry in told] == [("certificates", True), ("tuition", False)]
    assert told[0].connected
    assert [told[0].connected - told[0].since, told[0].left - told[0].connected, told[1].left - told[1].since] == [
        timedelta(milliseconds=7998),
        timedelta(seconds=60),
        timedelta(seconds=30),
    ]


def test_live_queues_show_the_desks_there_are(store: Store) -> None:
    now = datetime(2026, 11, 21, 1, 2, 3, tzinfo=UTC)

    def queue(desk: str, waiting: int) -> live.LiveQueue:
        return live.LiveQueue(desk, waiting, 40, 1, 2, now)

    def shown() -> list[tuple[str, str, int]]:
        with store.reading() as session:
            rows = session.query(models.LiveQueue).order_by(models.LiveQueue.node, models.LiveQueue.desk)
            return [(row.node, row.desk, row.waiting) for row in rows]

    with store.transaction() as session:
        live.show(session, "n1", [queue("a", 1), queue("b", 2)])
        live.show(session, "n2", [queue("a", 3)])
    with store.transaction() as session:
        live.show(session, "n1", [queue("b", 5), queue("c", 0)])
    assert shown() == [("n1", "b", 5), ("n1", "c", 0), ("n2", "a", 3)]
