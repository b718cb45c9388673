"""An installation for tests of messages: a sample office, a fake provider and workers, each a process of its own."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml
from sqlalchemy import func, select

from callback.outbox import Note, enqueue
from ivr.records.keys import Keys
from ivr.records.message_tables import Message
from ivr.records.store import Store
from tests.fakes import twilio
from tests.fakes.server import accepted
from tests.offices import SAMPLE

ROOT = Path(__file__).parents[1]


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait for a condition; AssertionError when it doesn't come true in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds:g} s"
        time.sleep(0.02)


class Installation:
    """A folder with settings, an office, a database; messages go to a fake Twilio."""

    def __init__(self, folder: Path, api: str, database: str = "sqlite", per_second: float = 1000) -> None:
        self.folder = folder
        self.file = folder / "config.yaml"
        messages = {
            "sender": "twilio", "account": twilio.ACCOUNT, "number": twilio.NUMBER, "api": api,
            "per_second": per_second, "unresolved": 0.1,
        }  # fmt: skip
        settings = {"office": str(SAMPLE), "database": database, "lines": {"1000": {"flow": "main"}}}
        settings["exchange"] = {"practice": "true"}
        self.file.write_text(yaml.safe_dump(settings | {"messages": {k: str(v) for k, v in messages.items()}}))
        url = f"sqlite:///{folder / 'var/data/onestop.db'}" if database == "sqlite" else database
        self.store = Store(url)
        self.store.migrate()
        self.keys = Keys(folder / "var/keys")
        self.workers: list[subprocess.Popen[bytes]] = []

    @classmethod
    def at(cls, folder: Path, url: str) -> Installation:
        """One that is there already, e.g. restored; `url`: its database."""
        there = cls.__new__(cls)
        there.folder, there.file, there.workers = folder, folder / "config.yaml", []
        there.store, there.keys = Store(url), Keys(folder / "var/keys")
        return there

    def enqueue(self, count: int) -> None:
        """Promise messages, each with a text and a number of its own."""
        with self.store.transaction() as session:
            for n in range(count):
                values = {"name": f"학생{n}", "school": "한빛중학교"}
                note = Note(f"test/{n}", f"010{20000000 + n}", "assignment", "ko", values, urgent=True)
                assert enqueue(session, self.keys, note)

    def worker(self) -> subprocess.Popen[bytes]:
        """Start another worker, with short leases."""
        environment = os.environ | {"TWILIO_AUTH_TOKEN": twilio.TOKEN}
        command = [sys.executable, "-m", "tests.short_lease", "--config", str(self.file), "worker"]
        with (self.folder / "worker.err").open("ab") as errors:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=errors)
        self.workers.append(process)
        return process

    def states(self) -> Counter[str]:
        """How many messages are in each state."""
        with self.store.reading() as session:
            rows = session.execute(select(Message.state, func.count().label("n")).group_by(Message.state))
            return Counter({row.state: row.n for row in rows})

    def open(self) -> int:
        """Messages whose fate isn't decided yet."""
        states = self.states()
        return states["waiting"] + states["submitting"]

    def end(self) -> None:
        """Kill what runs."""
        for process in self.workers:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()


class Tally:
    """What the provider has against what the database says of `count` messages."""

    def __init__(self, installation: Installation, state: Path, count: int) -> None:
        told = {text.split("] ")[1].split(" ")[0]: n for text, n in accepted(state).items()}
        with installation.store.reading() as session:
            rows = session.execute(select(Message.key, Message.state)).all()
        states = {f"학생{key.split('/')[1]}": kept for key, kept in rows}
        self.twice = [name for name, n in told.items() if n > 1]
        self.unknown = [name for name, kept in states.items() if kept == "unknown"]
        went = {"accepted", "delivered", "undelivered"}
        self.lost = [name for name, kept in states.items() if kept in went and name not in told]
        self.mistaken = [name for name, kept in states.items() if kept not in went and name in told]
        self.kept = len(states) == count and len(told) + len(self.unknown) == count

    @property
    def good(self) -> bool:
        """Nothing lost, nothing twice, and nothing left to a person that could have been found."""
        return self.kept and not (self.lost or self.twice or self.mistaken)

    def __str__(self) -> str:
        return (
            f"lost {len(self.lost)}, twice {len(self.twice)}, left to a person {len(self.unknown)},"
            f" of which the provider has {len(self.mistaken)}"
        )


def killed_again_and_again(folder: Path, kills: int, count: int, database: str = "sqlite") -> Tally:
    """What became of `count` messages while the worker that sent them was killed so many times, at any moment."""
    state, chance = folder / "accepted.jsonl", random.Random(1)
    with fake_twilio(state, "--lag", "1", "--odds", "busy=0.02,reset_after=0.01") as api:
        installation = Installation(folder, api, database, per_second=200)
        installation.enqueue(count)
        try:
            for _ in range(kills):
                before = lines(state)
                worker = installation.worker()
                until(lambda: lines(state) > before or not installation.open())  # noqa: B023
                time.sleep(chance.random() * 0.5 * 20 * count / 2000 / kills)  # the kills spread over the messages
                worker.kill()
                worker.wait()
            installation.worker()
            until(lambda: not installation.open(), 300)
        finally:
            installation.end()
        return Tally(installation, state, count)


@contextmanager
def fake_twilio(state: Path, *options: str) -> Iterator[str]:
    """A fake Twilio as a process of its own, which writes what it accepts into `state`; its address."""
    command = [sys.executable, "-m", "tests.fakes.twilio", "--state", str(state), *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


def lines(state: Path) -> int:
    """How many messages the fake has accepted."""
    return state.read_bytes().count(b"\n") if state.exists() else 0
