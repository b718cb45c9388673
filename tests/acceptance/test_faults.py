"""What must not hurt: engine killed or frozen among sixty calls, exchange killed, database and disk gone."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from ivr.cli.speech import Speech
from ivr.cli.station import Station
from ivr.language import loader
from ivr.records import models
from ivr.records.store import Store
from tests import offices
from tests.acceptance.line import OPEN, Line, keys, line
from tests.exchange import Running, require_asterisk, settings, wait_for
from tests.telephone import PROVIDER, Caller

pytestmark = pytest.mark.slow

AGENTS = {str(number): f"직원{number}" for number in range(3001, 3061)}


def many_officers(folder: Path) -> Path:
    """The sample office with sixty officers who can take any call, and one desk with a single officer."""
    office = offices.copy_of_sample(folder)
    offices.never_busy(office)
    names = loader.load(office).desks.desks
    free = [agent for agent in AGENTS if agent != "3060"]
    desks = {
        name: {"name": desk.name, "agents": free, "ring": "in_turn", "whisper": False} for name, desk in names.items()
    }
    desks["exams"]["agents"] = ["3060"]
    (office / "desks.yaml").write_text(json.dumps({"agents": AGENTS, "desks": desks}, ensure_ascii=False))
    offices.hush(office, "ko")
    return office


@contextmanager
def station(folder: Path, told: Callable[[str], None] = lambda _: None) -> Iterator[tuple[Station, Line]]:
    """The line as processes of its own, as `ivr up` starts it: line 1000 is Korean and hushed, 1001 English."""
    files = many_officers(folder)
    config = settings(folder, office=str(files), exchange={"provider": {"host": f"{PROVIDER}:5060"}})
    require_asterisk(config)
    file = folder / "config.yaml"
    file.write_text(json.dumps(config.model_dump(mode="json", exclude={"base"}, exclude_unset=True)))
    office = loader.load(files)
    speech = Speech(config)
    speech.prepare(office, config, lambda done, total: None)
    speech.close()
    store = Store(config.database_url)
    store.migrate()
    one = Station(file, config, office.desks, ["--at", OPEN.isoformat()], told)
    with one.running():
        yield one, Line(Running(config, office.desks), store, Caller(config.exchange.sip, folder), office)


PHASES: dict[str, tuple[int, str, list[str]]] = {
    "menu": (20, "1001", ["end"]),
    "connecting": (10, "1001", ["~2500", "4", "end"]),
    "talking": (20, "1000", [*keys("6"), "end"]),
    "waiting": (10, "1000", [*keys("4"), "end"]),
}


def sixty_calls(running: Line) -> list[subprocess.Popen[bytes]]:
    """Sixty calls, begun and in all phases when this returns."""
    processes = [
        running.phone.start(number, acts, calls=count, rate=20, patience=110, caller="0104444000[call_number]")
        for count, number, acts in PHASES.values()
    ]

    def events() -> Counter[str]:
        return Counter(w.event for w in running.exchange.witness())

    wait_for(lambda: events()["enter"] == 60 and events()["connect"] >= 15, 30, "sixty calls in all phases")
    assert events()["end"] < 20
    return processes


def all_recorded(running: Line, processes: list[subprocess.Popen[bytes]]) -> Counter[str]:
    """Wait for the end of all calls; how they came out. Each is in the database once, as in the witness."""
    for process in processes:
        assert process.wait(120) == 0, "a citizen's call was not ended properly"
    wait_for(lambda: len(running.journeys()) == 60, 30, "sixty records")
    wait_for(lambda: all(j.outcome != "in_progress" for j in running.journeys()), 30, "sixty ended records")
    assert Counter(w.event for w in running.exchange.witness())["enter"] == 60
    return Counter(j.outcome for j in running.journeys())


def static_reasons(running: Line) -> Counter[str]:
    return Counter(w.a for w in running.exchange.witness() if w.event == "static")


def test_an_engine_killed_among_sixty_calls_loses_none(tmp_path: Path) -> None:
    with station(tmp_path) as (processes, running):
        calls = sixty_calls(running)
        killed = processes.pid("engine")
        os.kill(killed, signal.SIGKILL)
        assert all_recorded(running, calls) == {"answered": 60}
        reasons = static_reasons(running)
        assert reasons["died"] >= 25, "those in the menu and on the way to a desk"
        assert sum(reasons.values()) <= 40, "conversations went on"
        wait_for(lambda: processes.pid("engine") != killed, 10, "the engine's next start")
        assert running.dial("1000", *keys("6"), "end").steps[-1] == "main/desk/tuition:answered"


def test_a_frozen_engine_among_sixty_calls_loses_none(tmp_path: Path) -> None:
    with station(tmp_path) as (processes, running):
        calls = sixty_calls(running)
        os.kill(processes.pid("engine"), signal.SIGSTOP)
        try:
            wait_for(lambda: static_reasons(running)["frozen"] >= 25, 30, "the watchdog")
            process = running.phone.start("1000", ["end"], caller="01055550000", patience=60)
            assert process.wait(70) == 0, "a call that comes while the engine is frozen reaches the operators"
        finally:
            os.kill(processes.pid("engine"), signal.SIGCONT)
        for call in calls:
            assert call.wait(120) == 0
        wait_for(lambda: len(running.journeys()) == 61, 30, "61 records")
        wait_for(lambda: Counter(j.outcome for j in running.journeys()) == {"answered": 61}, 30, "61 answered calls")

        def thawed() -> bool:
            return running.dial("1000", *keys("6"), "end").steps[-1:] == ["main/desk/tuition:answered"]

        wait_for(thawed, 30, "the engine's return")


def test_a_killed_exchange_cuts_its_calls_and_comes_back_and_a_stopped_one_ends_them(tmp_path: Path) -> None:
    told: list[str] = []
    with station(tmp_path, told.append) as (_, running):
        process = running.phone.start("1001", ["~60000"], calls=5, patience=80)
        wait_for(lambda: len(running.journeys()) == 5, 20, "five calls")
        pid = running.exchange.pbx.pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: {j.outcome for j in running.journeys()} == {"cut"}, 40, "five cut calls")
        process.terminate()
        process.wait(10)
        assert running.dial("1000", *keys("6"), "end").legs == ["tuition:answered"]
        assert Counter(j.outcome for j in running.journeys()) == {"cut": 5, "answered": 1}
        left = running.phone.start("1001", ["end"], calls=3, patience=40)
        talking = running.phone.start("1000", [*keys("6"), "end"], patience=40)
        wait_for(lambda: len(running.journeys()) == 10, 20, "four more calls")
        wait_for(lambda: "tuition:talking" in str(running.journeys()), 20, "a conversation")
    assert [left.wait(10), talking.wait(10)] == [0, 0], "callers are told of the end"
    assert Counter(j.outcome for j in running.journeys()) == {"cut": 9, "answered": 1}
    assert told == ["The exchange ends, and 4 calls with it …", "engine, watchdog, worker, web end …"]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    folder = tmp_path_factory.mktemp("line")
    files = offices.copy_of_sample(folder)
    offices.never_busy(files)
    offices.hush(files, "ko")
    with line(folder, files) as running:
        yield running


def live(running: Line) -> list[datetime]:
    """When each desk's live state is from."""
    with running.store.reading() as session:
        return list(session.scalars(select(models.LiveQueue.at)))


def test_live_state_is_back_seconds_after_a_reset_of_the_manager_connection(office: Line) -> None:
    wait_for(lambda: len(live(office)) == 11, 20, "the queues in the database")
    shown = office.exchange.pbx.cli("manager show connected")
    (descriptor,) = re.findall(r"^\s*engine\s+\S+\s+\d+\s+\d+\s+(\d+)\s", shown, re.M)
    reset = datetime.now(UTC)
    office.exchange.pbx.cli(f"manager kick session {descriptor}")
    wait_for(lambda: [at for at in live(office) if at > reset], 10, "live state newer than the reset")
    assert len(live(office)) == 11


def test_calls_go_on_while_the_database_is_locked_for_a_minute(office: Line) -> None:
    known = {j.id for j in office.journeys()}
    with sqlite3.connect(office.config.data_dir / "onestop.db", isolation_level=None) as database:
        database.execute("BEGIN EXCLUSIVE")
        began = datetime.now(UTC)
        processes = [
            office.phone.start("1000", [f"~{pause}", *keys("6"), "end"], caller=f"0107777{pause:04}", patience=100)
            for pause in (0, 9000, 18000)
        ]
        assert [process.wait(110) for process in processes] == [0, 0, 0]
        while (datetime.now(UTC) - began).total_seconds() < 60:
            office.phone.call("1000", *keys("12"), "end")
        database.execute("COMMIT")
    database.close()
    entered = {w.call for w in office.exchange.witness()} - known
    wait_for(lambda: {j.id for j in office.journeys()} - known == entered, 30, "all calls of that minute")
    wait_for(lambda: all(j.outcome != "in_progress" for j in office.journeys()), 30, "their ends")
    outcomes = Counter(j.outcome for j in office.journeys() if j.id in entered)
    assert outcomes["answered"] == 3
    assert set(outcomes) == {"answered", "self_service"}


def test_calls_go_on_without_a_journal_when_its_disk_is_full(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    if os.geteuid() != 0:
        pytest.skip("a small file system of its own can be mounted by root only")
    folder = tmp_path / "data/journal"
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", folder], check=True)
    try:
        files = offices.copy_of_sample(tmp_path)
        offices.never_busy(files)
        offices.hush(files, "ko")
        with line(tmp_path, files) as running:
            for _ in range(4):
                running.phone.call("1000", *keys("6"), "end")
            wait_for(lambda: [j.outcome for j in running.journeys()] == ["answered"] * 4, 20, "four records")
            assert "without a journal" in caplog.text
            subprocess.run(["mount", "-o", "remount,size=1m", folder], check=True)
            assert running.dial("1000", *keys("12"), "end").outcome == "self_service"
    finally:
        subprocess.run(["umount", folder], check=True)
