"""Prompts recorded by telephone: with a scripted channel, and with a real telephone on a real exchange."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ivr.config import host_port
from ivr.errors import CallerGone, ExchangeError, SpeechError
from ivr.language.prompt import Prompt
from ivr.speech import takes, wav
from ivr.speech.level import Samples
from ivr.telephony.agi import Channel
from ivr.telephony.studio import Studio, ring
from tests.exchange import Running, running_exchange, wait_for
from tests.integration.phone import Phone
from tests.unit.test_takes import tone

GREETING, BYE = Prompt("main/greeting", ("안녕하십니까.",)), Prompt("main/bye", ("안녕히 가십시오.",))


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Running]:
    with running_exchange(tmp_path) as running:
        yield running


class Microphone:
    """A channel into which takes are spoken, one after the other, and keys pressed."""

    def __init__(self, speech: list[Samples], keys: list[str]) -> None:
        self._speech, self._keys = speech, keys
        self.played: list[str] = []

    def stream_file(self, filename: str, escape_digits: str = "") -> str:
        heard = Path(f"{filename}.wav")
        self.played.append(f"take of {wav.seconds(wav.read(heard)):.0f} s" if heard.exists() else filename)
        return ""

    def get_data(self, filename: str, timeout: int, max_digits: int) -> tuple[str, bool]:
        self.played.append(filename)
        if not self._keys:
            raise CallerGone("hung up")
        return self._keys.pop(0), False

    def record_file(self, filename: str, escape_digits: str, timeout: int, silence: int) -> None:
        wav.write(Path(f"{filename}.wav"), takes.pcm(self._speech.pop(0)))


class Recorder:
    """A studio, and what became of its takes."""

    def __init__(self, folder: Path) -> None:
        self.kept: list[tuple[str, float]] = []
        self.told: list[str] = []
        folder.mkdir(exist_ok=True)
        self.studio = Studio(
            "ko",
            say=lambda prompt: prompt.id,
            expected_s=lambda _: 2.0,
            keep=lambda prompt, take: self.kept.append((prompt.id, round(len(take) / wav.RATE, 1))),
            told=self.told.append,
            folder=folder,
        )

    def record(self, microphone: Microphone, *prompts: Prompt) -> None:
        self.studio.session(microphone, prompts)  # type: ignore[arg-type]


def test_each_prompt_is_heard_recorded_played_and_kept(tmp_path: Path) -> None:
    recorder, microphone = Recorder(tmp_path), Microphone([tone(2), tone(3)], ["1", "1"])
    recorder.record(microphone, GREETING, BYE)
    assert [id for id, _ in recorder.kept] == ["main/greeting", "main/bye"]
    assert microphone.played == [
        "studio/begin",
        *("main/greeting", "take of 2 s", "studio/choose"),
        *("main/bye", "take of 3 s", "studio/choose"),
        "studio/end",
    ]
    assert list(tmp_path.iterdir()) == []


def test_two_records_again(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    recorder.record(Microphone([tone(2), tone(3)], ["2", "1"]), GREETING)
    ((_, seconds),) = recorder.kept
    assert seconds == pytest.approx(3, abs=0.3)


def test_an_unfit_take_is_told_and_recorded_again(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    silence = np.zeros(wav.RATE, np.float32)
    recorder.record(Microphone([silence, tone(2, loud=0.015), tone(9), tone(2)], ["1"]), GREETING)
    assert [text.split(": ")[1] for text in recorder.told] == [
        "nobody speaks, or far too quietly",
        "too quiet",
        "too long",
    ]
    assert len(recorder.kept) == 1


def test_hanging_up_keeps_nothing_of_that_prompt(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    with pytest.raises(CallerGone):
        recorder.record(Microphone([tone(2), tone(2)], ["1"]), GREETING, BYE)
    assert [id for id, _ in recorder.kept] == ["main/greeting"]
    assert list(tmp_path.iterdir()) == []


class Speaking(Phone):
    """A telephone that is picked up, spoken into, and has keys pressed."""

    def speak(self, seconds: float) -> None:
        """Send RTP: 500 Hz in A-law, 20 ms a packet."""
        host, port = self._media()
        start = time.monotonic()
        for n in range(round(seconds * 50)):
            head = bytes([0x80, 8]) + n.to_bytes(2, "big") + (n * 160).to_bytes(4, "big") + b"\0\0\0\1"
            self._socket.sendto(head + (b"\x8f" * 8 + b"\x0f" * 8) * 10, (host, port))
            time.sleep(max(0.0, start + n * 0.02 - time.monotonic()))

    def press(self, key: str) -> None:
        """A key, as SIP INFO."""
        values = dict(re.findall(r"^(\S+?): *(.*?)\r$", self._invite, re.M))
        target = re.findall(r"<(sip:[^>]+)>", values["Contact"])[0]
        self._sequence += 1
        body = f"Signal={key}\r\nDuration=160\r\n"
        lines = [
            f"INFO {target} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.host};branch=z9hG4bKinfo{self._sequence}",
            f"From: {values['To']};tag=2",
            f"To: {values['From']}",
            f"Call-ID: {values['Call-ID']}",
            f"CSeq: {self._sequence} INFO",
            "Max-Forwards: 70",
            "Content-Type: application/dtmf-relay",
            f"Content-Length: {len(body)}",
        ]
        message = "\r\n".join([*lines, "", body]).encode()
        self._socket.sendto(message, host_port(target.removeprefix("sip:").rpartition("@")[2]))

    def _media(self) -> tuple[str, int]:
        address = re.search(r"c=IN IP4 (\S+)", self._invite)
        port = re.search(r"m=audio (\d+)", self._invite)
        assert address
        assert port
        return address[1], int(port[1])


@pytest.mark.slow
def test_a_real_telephone_is_a_microphone(exchange: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder(exchange.config.data_dir / "takes")
    steps: list[str] = []

    plain = Channel.record_file

    def record_file(self: Channel, filename: str, escape_digits: str, timeout: int, silence: int) -> None:
        steps.append("recording")
        plain(self, filename, escape_digits, timeout, silence)
        steps.append("recorded")

    monkeypatch.setattr(Channel, "record_file", record_file)

    def session(channel: Channel) -> None:
        recorder.studio.session(channel, [GREETING])

    sounds = exchange.config.data_dir / "sounds"
    sounds.mkdir()
    wav.write(sounds / "short.wav", wav.silence(0.05))
    object.__setattr__(recorder.studio, "say", lambda _: str(sounds / "short"))
    with Speaking(exchange.config, "200") as phone:
        ringing = threading.Thread(target=ring, args=(exchange.config, "200", session))
        ringing.start()
        wait_for(lambda: "recording" in steps, 20, "the beep")
        phone.speak(3)
        phone.press("#")
        wait_for(lambda: "recorded" in steps, 10, "the end of the recording")

        def kept() -> bool:
            phone.press("1")
            time.sleep(0.2)
            return bool(recorder.kept)

        wait_for(kept, 15, "the take to be kept")
        ringing.join(20)
    assert not ringing.is_alive()
    ((id, seconds),) = recorder.kept
    assert id == "main/greeting"
    assert 2 < seconds < 3.6


@pytest.mark.slow
def test_a_telephone_that_nobody_picks_up_is_told(exchange: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.telephony.studio.RING_S", 1)
    with pytest.raises(ExchangeError, match="200 wasn't picked up"):
        ring(exchange.config, "200", lambda channel: None)


def test_what_goes_wrong_in_a_session_is_raised(tmp_path: Path) -> None:
    def fail(_: Prompt) -> str:
        raise SpeechError("no voice")

    recorder = Recorder(tmp_path)
    object.__setattr__(recorder.studio, "say", fail)
    with pytest.raises(SpeechError, match="no voice"):
        recorder.record(Microphone([], []), GREETING)
