"""One call, one stop: chains of desks, the whisper to the officer, and hand-over, on real telephones."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator

import pytest

from ivr.speech import wav
from tests import offices
from tests.acceptance.line import EVENING, OPEN, Dialled, Line, keys, line
from tests.exchange import wait_for
from tests.integration.phone import Callee

pytestmark = pytest.mark.slow

LATER = """\
title: 메모
steps:
  ask: {menu: 다시 걸까요?, options: {1: {label: 예, next: bye}}}
  bye: {hangup: 알겠습니다.}
"""


WHISPER = [round(8000 * math.sin(n * n / 40_000)) for n in range(8000)]
"""A second of a tone that rises: the recording of a label."""


@pytest.fixture(scope="module")
def east() -> Iterator[Callee]:
    """The exchange of a district office, where somebody picks up."""
    with Callee("answer", "127.0.0.9") as district:
        yield district


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, east: Callee) -> Iterator[Line]:
    folder = tmp_path_factory.mktemp("line")
    files = offices.copy_of_sample(folder)
    offices.never_busy(files)
    desks = files / "desks.yaml"
    text = desks.read_text().replace("wait: 30s", "wait: 4s")
    text = text.replace('agents: ["113"], wait: 4s', 'agents: ["113"], wait: 4s, overflow: [tuition, flow/later]')
    desks.write_text(text.replace('agents: ["114"], wait: 4s', 'agents: ["114"], wait: 4s, whisper: false'))
    (files / "later.yaml").write_text(LATER)
    english = files / "texts/en.yaml"
    english.write_text(english.read_text() + "  later: {ask: {menu: Again?, options: {1: yes}}, bye: All right.}\n")
    offices.hush(files, "ko")
    label = files / "prompts/ko/tables/transfers/고등학교/label.wav"
    label.parent.mkdir(parents=True)
    wav.write(label, struct.pack(f"<{len(WHISPER)}h", *WHISPER))
    lines = {"1000": {"flow": "main"}, "1001": {"flow": "main", "language": "en"}, "1004": {"flow": "transfers"}}
    districts = {"east": {"host": east.host}, "west": {"host": "127.0.0.9:5060"}}
    with line(folder, files, lines=lines, exchange={"practice": False, "districts": districts}) as running:
        yield running


@pytest.fixture(autouse=True)
def _daytime(office: Line) -> None:
    office.clock.at = OPEN


def test_each_desk_of_a_chain_is_tried_and_then_its_flow(office: Line) -> None:
    journey = office.dial("1000", *keys("4"), "~4000", "1", "end")
    assert journey.legs == ["exams:empty", "tuition:empty"]
    assert journey.steps[-4:] == [
        "main/desk/exams:empty", "main/desk/tuition:empty", "later/ask:1", "later/bye:next",
    ]  # fmt: skip


def test_the_next_desk_of_a_chain_answers(office: Line) -> None:
    with office.officer("113", "busy"), office.officer("115"):
        journey = office.dial("1000", *keys("4"), "~12000", "bye")
    assert journey.legs == ["exams:no_answer", "tuition:answered"]


def test_the_officer_hears_what_it_is_about_before_the_caller(office: Line) -> None:
    with office.officer("112") as phone:
        begun = office.begin("1004", *keys("3"), "~6000", "bye")
        journey = begun.journey()
        heard = decoded(bytes(phone.heard))
    assert journey.legs == ["head_transfers:answered"]
    assert plays(heard, WHISPER[:7800])  # Asterisk drops the last, incomplete packet
    seen = {w.event: w.time for w in office.exchange.witness(journey.id)}
    assert seen["connect"] - seen["queue"] > len(WHISPER) / wav.RATE - 0.1  # the two clocks may differ a little


def test_a_desk_that_wants_no_whisper_is_connected_at_once(office: Line) -> None:
    with office.officer("114") as phone:
        journey = office.dial("1000", *keys("5"), "~4000", "bye")
        heard = decoded(bytes(phone.heard))
    assert journey.legs == ["personnel:answered"]
    assert not any(abs(sample) > 500 for sample in heard)


def talking(begun: Dialled) -> None:
    """Wait until an officer has picked up."""
    wait_for(lambda: "talking" in str(begun.line.of(begun.number)), 20, "the conversation")


def hears_the_caller(office: Line, extension: str) -> bool:
    """Whether an officer has heard the whisper out: before, his keys are nobody's."""
    channels = [line.split("!") for line in office.exchange.pbx.cli("core show channels concise").splitlines()]
    return any(fields[0].startswith(f"PJSIP/{extension}-") and fields[12] for fields in channels if len(fields) > 12)


def decoded(speech: bytes) -> list[int]:
    """Samples of A-law (ITU-T G.711)."""
    return [_sample(byte ^ 0x55) for byte in speech]


def _sample(byte: int) -> int:
    exponent, mantissa = byte >> 4 & 7, byte & 15
    size = (mantissa << 4) + 8 if exponent == 0 else (mantissa << 4) + 0x108 << exponent - 1
    return size if byte & 0x80 else -size


def plays(heard: list[int], sound: list[int]) -> bool:
    """Whether a sound is in what was heard, as well as A-law can tell (4 %)."""
    return any(
        all(abs(a - b) <= 16 + abs(b) / 25 for a, b in zip(heard[start : start + len(sound)], sound, strict=True))
        for start in range(len(heard) - len(sound) + 1)
    )


def test_an_officer_hands_the_caller_over_to_another_desk(office: Line) -> None:
    with office.officer("112") as giver, office.officer("115", "ring") as taker:
        begun = office.begin("1004", *keys("3"), "~14000", "bye")
        talking(begun)
        taker.manner = "answer"
        giver.press("##115")
        journey = begun.journey()
    assert journey.legs == ["head_transfers:handed_over", "tuition:answered"]
    assert journey.outcome == "answered"
    assert "transfers/desk/head_transfers:handed_over" in journey.steps
    assert "handover|head_transfers|tuition" in office.exchange.journey(journey.id)
    assert taker.calls == 1


def test_a_district_hands_over_and_a_closed_desk_passes_the_caller_on(office: Line, east: Callee) -> None:
    with office.officer("115") as second, office.officer("116", "ring"):
        begun = office.begin("1004", *keys("11"), "end")
        wait_for(lambda: hears_the_caller(office, "district-east"), 20, "the first conversation")
        east.press("##115")
        wait_for(lambda: hears_the_caller(office, "115"), 20, "the second conversation")
        office.clock.at = EVENING
        second.press("##101")
        journey = begun.journey()
    assert journey.legs == ["east_transfers:handed_over", "tuition:handed_over"]
    assert journey.steps[-3:] == [
        "transfers/desk/east_transfers:handed_over",
        "transfers/desk/tuition:handed_over",
        "transfers/desk/operators:closed",
    ]


@pytest.mark.parametrize("number", ["1000", "01012345678", "999"])
def test_a_hand_over_goes_to_desks_only(office: Line, number: str) -> None:
    with office.officer("112") as giver:
        begun = office.begin("1004", *keys("3"), "~12000", "bye")
        talking(begun)
        giver.press(f"##{number}")
        journey = begun.journey()
        queue = "queue show desk-head_transfers"
        wait_for(lambda: "(Not in use)" in office.exchange.pbx.cli(queue), 5, "the officer to be free again")
    assert journey.legs == ["head_transfers:answered"]
    assert [line.partition("|")[0] for line in office.exchange.journey(journey.id)] == [
        "enter", "queue", "connect", "end",
    ]  # fmt: skip
