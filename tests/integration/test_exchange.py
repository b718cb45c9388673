"""A real Asterisk with the generated configuration."""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ivr.cli import Program
from ivr.cli.call import call as call_command
from ivr.config import Config, host_port
from ivr.errors import ExchangeError
from ivr.language.desks import Desks
from ivr.speech import level, wav
from ivr.telephony import dialplan, watchdog
from ivr.telephony.ami import Manager, connected, open_manager
from ivr.telephony.live import Live
from ivr.telephony.originate import place_call
from ivr.telephony.passwords import ENGINE, WATCHDOG
from ivr.telephony.supervisor import Supervisor
from tests.exchange import (
    DESKS,
    Running,
    exchange,
    free_port,
    keeping,
    require_asterisk,
    running_exchange,
    settings,
    wait_for,
)
from tests.integration.phone import Callee, Phone

__all__ = ["exchange"]

pytestmark = pytest.mark.slow


def call(exchange: Running, line: str = "1000", **more: Any) -> str:
    with connected(exchange.config, ENGINE) as manager:
        return place_call(manager, exchange.config, line, **more)


@contextmanager
def engine(config: Config, *commands: str) -> Iterator[list[dict[str, str]]]:
    """A fake engine: gives each visit the same commands; what came in is the headers of the visits, and the answers to
    the commands by their numbers."""
    visits: list[dict[str, str]] = []

    class Visit(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            header: dict[str, str] = {}
            while line := self.rfile.readline().decode().strip():
                key, _, value = line.partition(": ")
                header[key] = value
            visits.append(header)
            for number, command in enumerate(commands):
                self.wfile.write(f"{command}\n".encode())
                header[str(number)] = self.rfile.readline().decode().strip()

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(host_port(config.engine.agi), Visit) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield visits
        server.shutdown()


def next_is(where: str) -> str:
    return f'SET VARIABLE IVR_NEXT "{where}"'


def test_boots_without_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    trunk = {"host": f"127.0.0.2:{free_port()}"}
    desks = {
        **DESKS,
        "desks": {**DESKS["desks"], "east": {"name": "동부", "district": "east", "number": "5101"}},
    }
    with (
        caplog.at_level(logging.DEBUG),
        running_exchange(tmp_path, desks, exchange={"provider": trunk, "districts": {"east": trunk}}) as exchange,
    ):
        assert "Transport:  udp" in exchange.pbx.cli("pjsip show endpoints")
    asterisk = [r for r in caplog.records if r.name == "ivr.telephony.keeper"]
    assert any("Asterisk Ready" in record.getMessage() for record in asterisk)
    assert [r.getMessage() for r in asterisk if r.levelno > logging.DEBUG] == []


def test_asterisk_may_open_as_many_files_as_the_machine_lets_it(tmp_path: Path) -> None:
    usual = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, usual[1]))
    try:
        with running_exchange(tmp_path) as exchange:
            soft, hard = resource.prlimit(exchange.pbx.pid() or 0, resource.RLIMIT_NOFILE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, usual)
    assert soft == min(hard, 65_536)


def test_without_an_engine_callers_reach_the_operators(exchange: Running) -> None:
    id = call(exchange)
    assert exchange.ended(id) == [
        "enter|1000|",
        "static|unreachable|",
        "queue|operators|",
        "connect|operators|101",
        "leave|operators|CONTINUE",
        "end||16",
    ]
    times = [line.time for line in exchange.witness(id)]
    assert times == sorted(times)
    assert abs(times[0] - datetime.now(UTC).timestamp()) < 60
    assert id.startswith("t1-")


def test_the_engine_sends_a_call_to_a_desk_and_takes_it_back(exchange: Running) -> None:
    token = 'SET VARIABLE IVR_TOKEN "abc"'
    with engine(exchange.config, token, next_is(dialplan.next_desk("certificates"))) as visits:
        id = call(exchange, "1001", caller="01012345678")
        wait_for(lambda: len(visits) == 2)
        with connected(exchange.config, ENGINE) as manager:
            (mine,) = [e["Channel"] for e in manager.listing("CoreShowChannels") if e["Uniqueid"] == id]
            manager.request("Hangup", Channel=mine)
        journey = exchange.ended(id)
    assert journey[:4] == [
        "enter|1001|",
        "queue|certificates|",
        "connect|certificates|111",
        "leave|certificates|CONTINUE",
    ]
    assert [[v.get(f"agi_arg_{n}") for n in (1, 2, 3)] for v in visits] == [
        ["1001", None, None],  # Asterisk leaves empty arguments out
        ["1001", "abc", "CONTINUE"],
    ]
    assert {v["agi_language"] for v in visits} == {"en"}
    assert visits[0]["agi_uniqueid"] == id
    assert visits[0]["agi_callerid"] == "01012345678"
    assert journey.count("end||16") == 1


def test_the_engine_ends_a_call(exchange: Running) -> None:
    with engine(exchange.config, next_is(dialplan.HANGUP)):
        assert exchange.ended(call(exchange)) == ["enter|1000|", "end||16"]


def test_an_engine_that_dies_in_the_menu_leaves_the_call_to_the_operators(exchange: Running) -> None:
    with engine(exchange.config):
        assert exchange.ended(call(exchange))[:3] == ["enter|1000|", "static|died|", "queue|operators|"]


def test_after_a_conversation_nobody_needs_an_engine(exchange: Running) -> None:
    with engine(exchange.config, next_is(dialplan.next_desk("certificates"))):
        id = call(exchange)
        wait_for(lambda: any(line.event == "connect" for line in exchange.witness(id)))
    assert exchange.ended(id)[-2:] == ["leave|certificates|CONTINUE", "end||16"]


def test_a_hand_over_while_no_engine_lives_reaches_its_desk(tmp_path: Path) -> None:
    token = 'SET VARIABLE IVR_TOKEN "abc"'
    with (
        running_exchange(tmp_path, exchange={"practice": False}) as exchange,
        Phone(exchange.config, "111") as giver,
        Phone(exchange.config, "101") as taker,
    ):
        wait_for(lambda: exchange.reaches("111") and exchange.reaches("101"))
        with engine(exchange.config, token, next_is(dialplan.next_desk("certificates"))):
            id = call(exchange)
            wait_for(lambda: "connect|certificates|111" in exchange.journey(id))
        giver.press("##101")
        wait_for(lambda: "connect|operators|101" in exchange.journey(id))
        taker.hang_up()
        assert exchange.ended(id)[3:] == [
            "handover|certificates|operators",
            "static|unreachable|",
            "queue|operators|",
            "connect|operators|101",
            "leave|operators|CONTINUE",
            "end||16",
        ]


def test_calls_beyond_the_cap_take_the_static_way(tmp_path: Path) -> None:
    with running_exchange(tmp_path, engine={"calls": 1}) as exchange:
        assert exchange.journey(call(exchange)) is not None
        wait_for(lambda: len(exchange.witness()) > 0)
        second = call(exchange)
        assert exchange.ended(second)[:2] == ["enter|1000|", "static|full|"]


def test_a_caller_who_hangs_up_in_the_queue_ends_once(tmp_path: Path) -> None:
    with running_exchange(tmp_path, exchange={"practice": False}) as exchange, Phone(exchange.config, "101", "ring"):
        wait_for(lambda: exchange.reaches("101"))
        id = call(exchange, patience=1)
        assert exchange.ended(id)[1:] == ["static|unreachable|", "queue|operators|", "end||16"]


@pytest.mark.parametrize(
    ("manner", "status", "rings"),
    [("busy", "TIMEOUT", True), ("ring", "TIMEOUT", True), ("answer", "CONTINUE", True), (None, "JOINEMPTY", False)],
)
def test_how_a_desk_is_left(tmp_path: Path, manner: Any, status: str, rings: bool) -> None:
    desks = {"agents": {"101": "김하늘"}, "desks": {"operators": {"name": "상담실", "agents": ["101"], "wait": "3s"}}}
    with running_exchange(tmp_path, desks, exchange={"practice": False}) as exchange:
        if manner is None:
            assert f"leave|operators|{status}" in exchange.ended(call(exchange))
            return
        with Phone(exchange.config, "101", manner) as phone:
            wait_for(lambda: exchange.reaches("101"))
            id = call(exchange)
            if manner == "answer":
                wait_for(lambda: "connect|operators|101" in exchange.journey(id))
                phone.hang_up()
            assert f"leave|operators|{status}" in exchange.ended(id)
            assert phone.calls > 0


def test_a_districts_number_that_is_busy_is_left_at_once(tmp_path: Path) -> None:
    desks = {
        "agents": {"101": "김하늘"},
        "desks": {
            "operators": {"name": "상담실", "agents": ["101"]},
            "east": {"name": "동부", "district": "east", "number": "5101", "wait": "30s"},
        },
    }
    with Callee("busy") as district:
        districts = {"east": {"host": district.host}}
        with running_exchange(tmp_path, desks, exchange={"practice": False, "districts": districts}) as exchange:
            wait_for(lambda: "Not in use" in exchange.pbx.cli("queue show desk-east"))
            with engine(exchange.config, next_is(dialplan.next_desk("east"))) as visits:
                id = call(exchange)
                wait_for(lambda: len(visits) > 1, 5)
            left = exchange.witness(id)
    assert (left[1].event, left[2].b) == ("queue", "TIMEOUT")
    assert left[2].time - left[1].time < 1


def test_a_softphone_dials_a_line_and_strangers_dont(exchange: Running) -> None:
    with engine(exchange.config, next_is(dialplan.HANGUP)):
        phone = Phone(exchange.config, "200")
        assert phone.dial("1000") == 200
        wait_for(lambda: len(exchange.witness()) == 1)
        assert Phone(exchange.config, "200").dial("9999") == 404
        assert Phone(exchange.config, "200").dial("desk-operators") == 404
        assert Phone(exchange.config, "200").dial("1000", caller="01099998888") == 401


def test_a_practice_officer_with_a_telephone_is_rung(exchange: Running) -> None:
    with Phone(exchange.config, "101", "ring") as phone:
        call(exchange)
        wait_for(lambda: phone.calls == 1)


def test_an_exchange_that_is_killed_comes_back(exchange: Running) -> None:
    killed = exchange.pbx.pid()
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: exchange.pbx.pid() not in (killed, None))
    exchange.pbx.wait()
    assert exchange.ended(call(exchange))[-1] == "end||16"


def test_a_second_keeper_and_taken_ports_are_refused(exchange: Running) -> None:
    with pytest.raises(ExchangeError, match="keeper already"):
        exchange.pbx.run(threading.Event())
    other = Config.model_validate({**exchange.config.model_dump(), "data": "other", "base": exchange.config.base})
    with pytest.raises(ExchangeError, match=r"exchange\.sip"):
        Running(other, exchange.desks).pbx.run(threading.Event())


def test_a_changed_desk_takes_effect_while_calls_go_on(exchange: Running) -> None:
    id = call(exchange)
    wait_for(lambda: any(line.event == "connect" for line in exchange.witness(id)))
    more = {**DESKS["desks"], "exams": {"name": "검정고시", "agents": ["111"]}}
    changed = Running(exchange.config, Desks.model_validate({**DESKS, "desks": more}))
    assert changed.pbx.reload(changed.pbx.configure()) == []
    wait_for(lambda: "desk-exams" in exchange.pbx.cli("queue show"))
    assert "desk-exams" in exchange.pbx.cli("dialplan show desk-exams")
    assert exchange.ended(id)[-1] == "end||16"


@contextmanager
def live(exchange: Running) -> Iterator[tuple[Live, Supervisor]]:
    picture, stop = Live(), threading.Event()
    supervisor = Supervisor(
        lambda: open_manager(exchange.config, ENGINE),
        fresh=picture.fresh,
        event=picture.event,
        lost=picture.lost,
    )
    thread = threading.Thread(target=supervisor.run, args=(stop,))
    thread.start()
    try:
        wait_for(picture.known)
        yield picture, supervisor
    finally:
        stop.set()
        thread.join()


def test_live_state_follows_calls_and_officers(tmp_path: Path) -> None:
    with running_exchange(tmp_path, exchange={"practice": False}) as exchange, live(exchange) as (picture, _):
        started = picture.started()
        assert started is not None
        assert abs(datetime.now(UTC) - started) < timedelta(seconds=60)
        assert picture.desks()["operators"].members == {"101": "away"}
        with Phone(exchange.config, "101", "ring"):
            wait_for(lambda: picture.desks()["operators"].members == {"101": "free"})
            id = call(exchange, patience=4)
            wait_for(lambda: id in picture.desks()["operators"].waiting)
            wait_for(lambda: picture.desks()["operators"].members == {"101": "busy"})
            assert abs(datetime.now(UTC) - picture.desks()["operators"].waiting[id]) < timedelta(seconds=5)
            wait_for(lambda: picture.desks()["operators"].waiting == {})
            wait_for(lambda: picture.desks()["operators"].members == {"101": "free"})


def test_after_a_lost_connection_the_picture_is_fresh(tmp_path: Path) -> None:
    with (
        running_exchange(tmp_path, exchange={"practice": False}) as exchange,
        live(exchange) as (picture, supervisor),
        Phone(exchange.config, "101", "ring"),
    ):
        wait_for(lambda: exchange.reaches("101"))
        id = call(exchange)
        wait_for(lambda: id in picture.desks()["operators"].waiting)
        since = picture.desks()["operators"].waiting[id]
        first = supervisor.manager()
        first.close()
        wait_for(first.finished.is_set)
        wait_for(lambda: picture.known() and id in picture.calls())
        assert abs(picture.desks()["operators"].waiting[id] - since) < timedelta(seconds=3)


def test_after_a_crash_the_calls_are_gone_and_the_start_is_new(exchange: Running) -> None:
    with live(exchange) as (picture, supervisor):
        call(exchange)
        wait_for(lambda: len(exchange.witness()) > 0)
        before, first = picture.started(), supervisor.manager()
        wait_for(lambda: before is not None and datetime.now(UTC) > before + timedelta(seconds=1))
        os.kill(exchange.pbx.pid() or 0, signal.SIGKILL)
        wait_for(first.finished.is_set)
        wait_for(lambda: picture.known() and picture.started() != before)
        assert picture.calls() == frozenset()


def test_a_test_calls_keys_reach_their_questions_and_it_speaks_where_it_is_recorded(exchange: Running) -> None:
    folder = exchange.config.base
    for name, seconds in {"notice": 1, "question": 0.2}.items():
        wav.write(folder / f"{name}.wav", wav.silence(seconds))
    config = exchange.config.model_dump(mode="json", exclude={"base"}, exclude_unset=True)
    (folder / "config.yaml").write_text(json.dumps(config))
    notice, ask = f'STREAM FILE "{folder}/notice" ""', f'GET DATA "{folder}/question" 2000'
    record = f'RECORD FILE "{folder}/take" wav "#" 60000 BEEP s=2'
    commands = [notice, f"{ask} 1", f"{ask} 4", notice, f"{ask} 1", record, f"{ask} 1"]
    with engine(exchange.config, *commands, next_is(dialplan.HANGUP)) as visits:
        done = CliRunner().invoke(call_command, ["--keys", "2,12345,1"], obj=Program(folder / "config.yaml"))
        assert done.exit_code == 0, done.output
    asked = [visits[0][str(n)] for n, command in enumerate(commands) if command.startswith("GET")]
    assert asked == ["200 result=2", "200 result=1234", "200 result=5", "200 result=1"]
    assert 1 < level.speech(wav.read(folder / "take.wav")) < 4


def test_while_the_watchdog_says_so_new_calls_dont_ask_the_engine(exchange: Running) -> None:
    with engine(exchange.config, next_is(dialplan.HANGUP)) as visits:
        with connected(exchange.config, WATCHDOG) as manager:
            manager.request("Setvar", Variable="IVR_DOWN", Value="1")
        assert exchange.ended(call(exchange))[:2] == ["enter|1000|", "static|frozen|"]
    assert visits == []


@contextmanager
def watching(config: Config) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=watchdog.run, args=(config, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_the_watchdog_frees_callers_from_a_frozen_engine(exchange: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "_ANSWER_S", 0.3)
    monkeypatch.setattr(watchdog, "_INTERVAL_S", 0.1)
    with watching(exchange.config):
        with engine(exchange.config, next_is(dialplan.HANGUP)):
            assert exchange.ended(call(exchange)) == ["enter|1000|", "end||16"]
        with frozen_engine(exchange.config):
            caught = call(exchange)
            wait_for(lambda: "static|frozen|" in exchange.journey(caught))
            wait_for(lambda: "IVR_DOWN=1" in exchange.pbx.cli("dialplan show globals"))
            at_once = call(exchange)
            assert exchange.ended(at_once)[:2] == ["enter|1000|", "static|frozen|"]
        with engine(exchange.config, next_is(dialplan.HANGUP)):
            wait_for(lambda: "IVR_DOWN=1" not in exchange.pbx.cli("dialplan show globals"))
            assert exchange.ended(call(exchange)) == ["enter|1000|", "end||16"]


@contextmanager
def frozen_engine(config: Config) -> Iterator[None]:
    """An engine that has been stopped: the kernel takes connections, nobody answers."""
    with socket.create_server(host_port(config.engine.agi)):
        yield


def test_only_the_right_secret_gets_in(exchange: Running) -> None:
    with pytest.raises(ExchangeError, match="Login"):
        Manager(exchange.config.exchange.ami, ENGINE, "wrong")
    with connected(exchange.config, WATCHDOG) as manager, pytest.raises(ExchangeError, match="refuses Originate"):
        place_call(manager, exchange.config, "1000")


def test_an_exchange_whose_keeper_died_is_adopted(tmp_path: Path) -> None:
    config = settings(tmp_path)
    require_asterisk(config)
    running = Running(config, Desks.model_validate(DESKS))
    running.pbx.configure()
    script = f"""
import threading
from pathlib import Path
from ivr.config import Config
from ivr.language.desks import Desks
from ivr.telephony.pbx import Pbx
config = Config.model_validate_json({config.model_dump_json()!r}).model_copy(update={{"base": Path({str(tmp_path)!r})}})
Pbx(config, Desks.model_validate({DESKS!r})).run(threading.Event())
"""
    keeper = subprocess.Popen([sys.executable, "-c", script])
    running.pbx.wait()
    first = running.pbx.pid()
    keeper.kill()
    keeper.wait()
    with keeping(running.pbx):
        assert running.pbx.pid() == first
    assert not running.pbx.running()
