"""What callers are written while they wait, and when nothing."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.config import Config
from ivr.engine.session import Session
from ivr.errors import KeyMissing, SpeechError
from ivr.language.office import Office
from ivr.language.prompt import Prompt
from ivr.speech.words import spoken
from ivr.telephony import comeback, holding, watchdog
from ivr.telephony.holding import SPOKEN_S, Holding
from tests.exchange import free_port, wait_for
from tests.unit.test_instead import office
from tests.unit.test_live import event, member
from tests.unit.test_waits import Exchange, busy_morning


class Line:
    """A busy morning at the desk `operators`, whose waiting callers are looked after."""

    def __init__(self, folder: Path, offer: str = "offer: flow/voicemail,") -> None:
        self.office = office(folder / "office", offer)
        self.exchange: Exchange = busy_morning()
        self.config = Config.model_validate({"base": folder, "lines": {"1000": {"flow": "main"}}})
        self.sessions: dict[str, Session] = {}
        self.spoken = 0
        self.holding = Holding(
            self.config, self.exchange.live, self.exchange.waits, self.sessions.get, lambda _: self.office, self._speak
        )

    def _speak(self, office: Office, prompts: tuple[Prompt, ...], language: str, slow: bool) -> str:
        self.spoken += 1
        path = self.config.data_dir / f"{self.spoken}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(" ".join(spoken(prompt, language) for prompt in prompts))
        return str(path.with_suffix(""))

    def waits(self, known: bool = True) -> str:
        call = self.exchange.joins()
        if known:
            self.sessions[call] = Session(call, "v1", "ko", "main", desk="operators")
        return call

    def look(self, after: float = 0) -> None:
        self.exchange.now += timedelta(seconds=after)
        self.holding.look(self.exchange.now)

    def heard(self, call: str) -> str:
        """What the exchange would find for the call."""
        path = holding.folder(self.config) / f"ko_{call}" / "said.wav"
        return path.read_text() if path.exists() else ""


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return Line(tmp_path)


def test_each_caller_is_told_his_place_and_wait(line: Line) -> None:
    first, second = line.waits(), line.waits()
    line.look()
    assert line.heard(first).startswith("다음이 고객님 차례입니다. 예상 대기 시간은 ")
    assert line.heard(second).startswith("지금 두 번째로 기다리고 계십니다.")


def test_what_is_told_is_told_anew_when_it_changes(line: Line) -> None:
    first, second = line.waits(), line.waits()
    line.look()
    spoken = line.spoken
    line.look(after=SPOKEN_S / 2)
    assert line.spoken == spoken
    line.exchange.tell(event("QueueCallerLeave", Uniqueid=first))
    line.look(after=SPOKEN_S)
    assert line.heard(second).startswith("다음이 고객님 차례입니다.")
    assert line.heard(first) == "", "who is gone leaves nothing behind"


def test_nobody_is_told_anything_when_no_officer_is_there(line: Line) -> None:
    call = line.waits()
    line.look()
    assert line.heard(call)
    line.exchange.tell(member("QueueMemberStatus", "5"))
    line.look(after=SPOKEN_S)
    assert line.heard(call) == ""


def test_a_call_that_we_do_not_know_goes_on_waiting(line: Line) -> None:
    stranger, elsewhere = line.waits(known=False), line.waits()
    line.sessions[elsewhere].desk = "tax"
    line.look()
    assert not line.heard(stranger)
    assert not line.heard(elsewhere)


def test_while_the_exchange_cannot_be_seen_nothing_is_told(line: Line) -> None:
    call = line.waits()
    line.look()
    line.exchange.live.lost()
    line.look(after=SPOKEN_S)
    assert not line.heard(call)


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), SpeechError("no voice")])
def test_what_cannot_be_told_anew_is_told_no_more_until_it_can(
    line: Line, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def fails(*_: object) -> str:
        raise failure

    first, second, third = line.waits(), line.waits(), line.waits()
    line.look()
    assert line.heard(second).startswith("지금 두 번째로")
    line.exchange.tell(event("QueueCallerLeave", Uniqueid=first))
    with monkeypatch.context() as full:
        full.setattr(line.holding, "_speak", fails)
        line.look(after=SPOKEN_S)
    assert (line.heard(second), line.heard(third)) == ("", ""), "their old places"
    line.look(after=SPOKEN_S)
    assert line.heard(second).startswith("다음이 고객님 차례입니다.")
    assert line.heard(third).startswith("지금 두 번째로")


def test_what_the_watchdog_deleted_by_mistake_is_written_again(line: Line) -> None:
    call = line.waits()
    line.look()
    holding.clear(line.config)
    line.look(after=SPOKEN_S)
    assert line.heard(call)


def test_a_session_that_cannot_be_opened_keeps_nobody_else_from_being_told(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked, other = line.waits(), line.waits()

    def opened(call: str) -> Session | None:
        if call == locked:
            raise KeyMissing("its key is gone")
        return line.sessions.get(call)

    monkeypatch.setattr(line.holding, "_sessions", opened)
    line.look()
    assert (line.heard(locked), bool(line.heard(other))) == ("", True)


def test_what_a_dead_engine_left_is_gone_with_the_next(line: Line, tmp_path: Path) -> None:
    call = line.waits()
    line.look()
    assert line.heard(call)
    holding.clear(line.config)
    assert not line.heard(call)


def test_the_watchdog_deletes_what_is_told_when_the_engine_is_gone(tmp_path: Path) -> None:
    settings = {"base": tmp_path, "lines": {"1000": {"flow": "main"}}, "engine": {"agi": f"127.0.0.1:{free_port()}"}}
    config = Config.model_validate(settings)
    told = holding.folder(config) / "ko_n1-1.1/said.wav"
    told.parent.mkdir(parents=True)
    told.write_bytes(b"")
    stop = threading.Event()
    dog = threading.Thread(target=watchdog.run, args=(config, stop))
    dog.start()
    try:
        wait_for(lambda: not told.exists(), 10, "nothing left of what the engine told")
    finally:
        stop.set()
        dog.join()


def test_the_keys_are_told_where_something_is_offered(tmp_path: Path) -> None:
    line = Line(tmp_path)
    call = line.waits()
    line.look()
    assert "음성 메시지" not in line.heard(call), "the operators offer nothing"
    line.sessions[call].desk = "other"
    said = holding.words(
        line.office, line.sessions[call], line.exchange.waits.of_caller("operators", call, line.exchange.now)
    )
    assert [prompt.id for prompt in said][-1] == "phrases/leave_voicemail"


def test_how_a_caller_comes_back_by_a_key() -> None:
    assert repr(comeback.event("KEY-1")) == "LeftByKey(key='1')"
    assert repr(comeback.event("")) == "DeskLeft(status='failed')"
