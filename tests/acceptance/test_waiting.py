"""Waiting at a busy desk on a real exchange: place and wait told in the caller's language, and the key out of it."""

from __future__ import annotations

import math
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from ivr.cli.speech import Speech
from ivr.language.office import Office
from ivr.language.prompt import Prompt
from ivr.records import models
from ivr.records.store import Store
from ivr.records.voicemail_tables import Voicemail
from ivr.speech import wav
from ivr.speech.words import spoken
from ivr.telephony import dialplan, holding, passwords
from ivr.telephony.ami import connected
from ivr.telephony.originate import attend, place_call
from ivr.telephony.voicemail import SILENCE_S
from tests import offices
from tests.acceptance.line import Journey, Line, line
from tests.acceptance.test_onestop import decoded, plays, talking
from tests.exchange import wait_for
from tests.integration.phone import Callee

pytestmark = pytest.mark.slow

FLOW = "  officer: {desk: operators}\n"
DESKS = """\
agents: {"101": 김하나}
desks:
  operators: {name: 상담실, agents: ["101"], wait: 2m, tell: 5s, whisper: false, offer: flow/voicemail}
"""
VOICEMAIL = """\
title: 음성 메시지
steps:
  take: {record: operators, prompt: 말씀해 주십시오., next: done}
  done: {hangup: 감사합니다.}
"""
ENGLISH = """\
desks: {operators: the operators}
flows: {voicemail: {take: Please speak., done: Thank you.}}
"""
LINES = {"ko": "1000", "en": "1001"}
PLACES = {"ko": ("다음이 고객님 차례입니다.", "지금 "), "en": ("You are next", "You are number")}
KEYS = {"ko": "음성 메시지 남기기는 1번,", "en": "voicemail instead of waiting, press 1."}


@dataclass
class Busy:
    """A line whose only officer talks; telephones that can be listened to, by language; and all that was spoken."""

    line: Line
    citizens: dict[str, Callee]
    said: list[str]

    def rings(self, language: str) -> str:
        """Let the citizen's telephone call the line: the exchange calls it, and puts it there. The call's id."""
        call = f"t1-{int(time.time())}.{language}"
        with connected(self.line.config, passwords.ENGINE) as manager:
            manager.request(
                "Originate", Channel=f"PJSIP/0212345678@district-{language}", ChannelId=call, Context="lines",
                Exten=LINES[language], Priority=1, CallerID="0212345678", Async="true",
            )  # fmt: skip
        return call

    def written(self, call: str, language: str) -> Path:
        """What the caller hears next."""
        return holding.folder(self.line.config) / f"{language}_{call}" / f"{holding.SOUND}.wav"

    def journey(self, call: str) -> Journey:
        """The call's record."""
        return next(journey for journey in self.line.journeys() if journey.id == call)

    def hears(self, call: str, language: str) -> bool:
        """Whether what is written for a caller has come out of the telephone."""
        path = self.written(call, language)
        return path.exists() and plays(decoded(bytes(self.citizens[language].heard)), loud_part(path))


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Busy]:
    folder = tmp_path_factory.mktemp("line")
    office = offices.write(folder / "office", FLOW, desks=DESKS, voicemail=VOICEMAIL, texts__en=ENGLISH)
    for language in LINES:
        offices.hush(office, language)
    said: list[str] = []
    plain = Speech.speak

    def speak(self: Speech, office: Office, prompts: tuple[Prompt, ...], language: str, slow: bool = False) -> str:
        said.append(" ".join(spoken(prompt, language) for prompt in prompts))
        return plain(self, office, prompts, language, slow)

    with ExitStack() as stack:
        stack.enter_context(pytest.MonkeyPatch.context()).setattr(Speech, "speak", speak)
        addresses = {"ko": "127.0.0.3", "en": "127.0.0.4"}
        citizens = {name: stack.enter_context(Callee("answer", address)) for name, address in addresses.items()}
        exchange = {"practice": False, "districts": {name: {"host": one.host} for name, one in citizens.items()}}
        running = stack.enter_context(line(folder, office, earlier=busy_morning, exchange=exchange))
        officer = stack.enter_context(running.officer("101"))
        talker = running.begin("1000", "end")
        talking(talker)
        yield Busy(running, citizens, said)
        officer.hang_up()
        assert talker.journey().outcome == "answered"


def busy_morning(store: Store) -> None:
    """Ten conversations of two minutes within the last hour: what the wait is foretold from."""
    now = datetime.now(UTC)
    with store.transaction() as session:
        for n in range(10):
            call, at = f"t1-{int(now.timestamp())}.e{n}", now - timedelta(minutes=40 - 3 * n)
            met, left = at + timedelta(seconds=8), at + timedelta(seconds=128)
            session.add(models.Call(id=call, node="t1", line="1000", outcome="answered", started_at=at, ended_at=left))
            session.add(models.Fact(call=call, at=int(left.timestamp() * 1000), kind="end", a="", b="16"))
            session.flush()
            times = {"queued_at": at, "connected_at": met, "left_at": left}
            session.add(models.Leg(call=call, n=0, desk="operators", agent="101", outcome="answered", **times))


def loud_part(sound: Path) -> list[int]:
    """A tenth of a second of a sound, where it is loud."""
    samples = wav.read(sound)
    numbers = struct.unpack(f"<{len(samples) // 2}h", samples)
    start = max(range(0, len(numbers) - 800, 400), key=lambda at: sum(map(abs, numbers[at : at + 800])))
    return list(numbers[start : start + 800])


@pytest.fixture
def leaver(busy: Busy) -> Iterator[str]:
    """A caller who does nothing at the first question, and keeps what he says where the line records."""
    config = busy.line.config
    voice = dialplan.prompts_dir(config) / "ko/test-call.wav"
    voice.parent.mkdir(parents=True, exist_ok=True)
    tone = struct.pack("<8000h", *(round(8000 * math.sin(n / 3)) for n in range(8000)))
    wav.write(voice, tone + wav.silence(SILENCE_S + 1))
    with connected(config, passwords.CALLER) as manager:
        call = place_call(manager, config, LINES["ko"])
        acting = threading.Thread(target=attend, args=(manager, call, ["", "1"], lambda done: None))
        acting.start()
        yield call
        acting.join()


def test_callers_who_wait_hear_place_and_wait_and_leave_a_voicemail_by_the_key(busy: Busy, leaver: str) -> None:
    calls = {language: busy.rings(language) for language in LINES}
    wait_for(busy.written(leaver, "ko").exists, 30, "the caller in the queue")
    with connected(busy.line.config, passwords.CALLER) as manager:
        manager.request("PlayDTMF", Channel=f"caller-{leaver}", Digit="1", Duration=150)
    for language, call in calls.items():
        wait_for(partial(busy.hears, call, language), 40, f"what {language} is told")
        told = [words for words in busy.said if words.startswith(PLACES[language])]
        assert told
        assert all(KEYS[language] in words for words in told)
        busy.citizens[language].hang_up()
        assert "queue|operators|" in busy.line.exchange.ended(call)
    assert any("예상 대기 시간은" in words for words in busy.said)
    assert any("The expected wait is" in words for words in busy.said)
    assert busy.line.exchange.ended(leaver)[1:3] == ["queue|operators|", "leave|operators|KEY"]
    wait_for(lambda: not list(holding.folder(busy.line.config).glob("*/*")), 10, "nothing left of what was told")
    wait_for(lambda: busy.journey(leaver).outcome != "in_progress", 15, "the record of the call")
    journey = busy.journey(leaver)
    assert journey.steps == ["main/officer:voicemail", "voicemail/take:next", "voicemail/done:next"]
    with busy.line.store.reading() as session:
        assert session.scalars(select(Voicemail.desk).where(Voicemail.call == leaver)).all() == ["operators"]
        told_before = session.execute(
            select(models.Leg.told_low, models.Leg.told_high).where(models.Leg.call == leaver)
        ).all()
    assert len(told_before) == 1
    assert None not in told_before[0]
