"""Citizens dial the sample office: real SIP, real Asterisk, and the database holds the true journey of each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests import offices
from tests.acceptance.line import EVENING, HOLIDAY, LUNCH, OPEN, Line, keys, line
from tests.files import content

pytestmark = pytest.mark.slow

OPENING = ["main/greeting:next", "main/announcements:next", "main/opening:next", "main/protection:next"]

DESKS = {
    "0": "operators",
    "11": "certificates",
    "211": "east_transfers",
    "215": "west_transfers",
    "222": "east_transfers",
    "224": "west_transfers",
    "23": "head_transfers",
    "31": "east_academies",
    "33": "east_academies",
    "34": "west_academies",
    "4": "exams",
    "5": "personnel",
    "6": "tuition",
    "7": "school_life",
}
"""Keys to desk: every desk of the sample office, most by more than one way."""

END = ("~500", "end")


QUICK = """\
title: 짧은 메뉴
steps:
  ask: {menu: 네?, timeout: 500ms, options: {1: {label: 시험, next: desk/exams}}}
"""
"""Three times silence, before an exchange thinks that a telephone which sends no speech is gone."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    folder = tmp_path_factory.mktemp("line")
    files = offices.copy_of_sample(folder)
    offices.never_busy(files)
    (files / "quick.yaml").write_text(QUICK)
    english = files / "texts/en.yaml"
    english.write_text(english.read_text() + "  quick: {ask: {menu: Yes?, options: {1: the test}}}\n")
    flows = {"1000": "main", "1003": "academies", "1004": "transfers", "1005": "quick"}
    lines = {number: {"flow": flow} for number, flow in flows.items()} | {"1001": {"flow": "main", "language": "en"}}
    offices.hush(files, "ko")
    offices.no_whispers(files)
    offices.no_surveys(files)
    with line(folder, files, lines=lines) as running:
        yield running


@pytest.fixture(autouse=True)
def _daytime(office: Line) -> None:
    office.clock.at = OPEN


@pytest.mark.parametrize("number", ["1000", "1001"])
def test_every_desk_is_reached_by_its_keys(office: Line, number: str) -> None:
    calls = office.dial_all({way: (number, [*keys(way), *END]) for way in DESKS})
    assert {way: journey.legs for way, journey in calls.items()} == {
        way: [f"{desk}:answered"] for way, desk in DESKS.items()
    }
    assert {journey.outcome for journey in calls.values()} == {"answered"}
    assert calls["224"].steps == [
        *OPENING, "main/purpose:2", "transfers/find:next", "transfers/desk/west_transfers:answered",
    ]  # fmt: skip
    assert calls["0"].steps == [*OPENING, "main/purpose:0", "main/desk/operators:answered"]


def test_rfc4733_digits_are_heard_as_well(office: Line) -> None:
    if os.geteuid() != 0:
        pytest.skip("SIPp plays RFC 4733 digits through a raw socket, which needs root")
    assert office.dial("1003", "~500", "4", *END, rfc4733=True).legs == ["west_academies:answered"]


def test_a_key_during_speech_is_taken_at_once(office: Line) -> None:
    journey = office.dial("1001", "4", *END)
    assert journey.legs == ["exams:answered"]
    seen = {w.event: w.time for w in office.exchange.witness(journey.id)}
    assert seen["queue"] - seen["enter"] < 18, "the greeting and the menu take more than 20 s"


def test_back_replay_and_operator(office: Line) -> None:
    calls = office.dial_all(
        {
            "back": ("1000", [*keys("1#3#4"), *END]),
            "replay": ("1000", [*keys("**4"), *END]),
            "operator": ("1004", [*keys("10"), *END]),
            "back to the question before": ("1004", [*keys("1#3"), *END]),
            "back at the first menu": ("1000", [*keys("##4"), *END]),
        }
    )
    assert calls["back"].steps[4:] == [
        "main/purpose:1", "certificates/information:next", "certificates/choice:back",
        "main/purpose:3", "academies/find:back", "main/purpose:4", "main/desk/exams:answered",
    ]  # fmt: skip
    assert calls["replay"].legs == ["exams:answered"]
    assert calls["operator"].steps == ["transfers/find:0", "transfers/desk/operators:answered"]
    assert calls["back to the question before"].legs == ["head_transfers:answered"]
    assert calls["back at the first menu"].legs == ["exams:answered"]


def test_no_input_and_wrong_keys_lead_to_the_operators(office: Line) -> None:
    calls = office.dial_all({"silence": ("1005", ["end"]), "wrong": ("1005", [*keys("887"), "end"])})
    for journey in calls.values():
        assert journey.steps == ["quick/ask:failed", "quick/desk/operators:answered"]
        assert journey.outcome == "answered"


def test_a_flow_that_ends_by_itself_is_self_service(office: Line) -> None:
    journey = office.dial("1000", *keys("12"), "end")
    assert journey.outcome == "self_service"
    assert journey.steps[-2:] == ["certificates/choice:2", "certificates/bye:next"]
    assert journey.legs == []


@pytest.mark.parametrize(
    ("at", "acts", "closed"),
    [
        (LUNCH, [], ["main/opening:lunch", "main/at_lunch:next"]),
        (HOLIDAY, [], ["main/opening:holiday", "main/on_holiday:next"]),
        (EVENING, ["~2500", "♪20", "#"], ["main/opening:closed", "main/after_hours:empty"]),
        (EVENING, [], ["main/opening:closed", "main/after_hours:empty"]),
        (EVENING, ["~2500", "♪3000", "#", "~1500", "1"], ["main/opening:closed", "main/after_hours:next"]),
    ],
    ids=["lunch", "holiday", "evening", "evening, from a telephone that sends nothing", "evening, with a voicemail"],
)
def test_outside_the_hours_the_line_says_so(office: Line, at: datetime, acts: list[str], closed: list[str]) -> None:
    office.clock.at = at
    journey = office.dial("1000", *acts, "end")
    assert journey.steps == [*OPENING[:2], *closed, "main/leave:next"]
    assert journey.outcome == ("message_instead" if "main/after_hours:next" in closed else "self_service")


def test_operators_outside_their_hours_are_said_to_be_closed(office: Line) -> None:
    office.clock.at = EVENING
    journey = office.dial("1003", *keys("0"), "end")
    assert (journey.outcome, journey.legs) == ("failed", [])


def test_a_hangup_at_each_step_is_recorded_where_it_happened(office: Line) -> None:
    calls = office.dial_all(
        {
            "greeting": ("1000", ["~2000", "bye"]),
            "second menu": ("1000", [*keys("1"), "~700", "bye"]),
            "question": ("1004", [*keys("1"), "~700", "bye"]),
            "connecting": ("1001", [*keys("4"), "~1500", "bye"]),
            "waiting": ("1001", [*keys("44"), "~700", "bye"]),
            "talking": ("1001", [*keys("44"), "~3500", "bye"]),
        }
    )
    assert calls["greeting"].steps == [*OPENING, "main/purpose:hangup"]
    assert calls["second menu"].steps[-1] == "certificates/choice:hangup"
    assert calls["question"].steps == ["transfers/find:hangup"]
    assert calls["connecting"].steps[-2:] == ["main/purpose:4", "main/desk/exams:hangup"]
    assert {name: journey.outcome for name, journey in calls.items()} == {
        "greeting": "left_menu",
        "second menu": "left_menu",
        "question": "left_menu",
        "connecting": "left_menu",
        "waiting": "short_abandoned",
        "talking": "answered",
    }
    assert calls["talking"].legs == ["exams:answered"]
    assert calls["waiting"].legs == ["exams:short_abandoned"]


HOSTILE = {
    "quotes": 'x\\" evil',
    "cp949": "홍길동",
    "separator": "a\u2028agi_request: evil\u0085",
    "markup": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "dialplan": "${SHELL(touch /tmp/onestop-owned)},|;",
    "long": "가" * 300,
}


def test_a_hostile_name_harms_nobody(office: Line) -> None:
    calls = {name: office.begin("1003", *keys("4"), *END, name=value) for name, value in HOSTILE.items()}
    assert {name: call.journey().legs for name, call in calls.items()} == {
        name: ["west_academies:answered"] for name in HOSTILE
    }
    assert not Path("/tmp/onestop-owned").exists()


def test_garbage_instead_of_digits_is_no_key(office: Line) -> None:
    assert office.dial("1005", *keys("ABD"), *END).legs == ["operators:answered"]


def test_nothing_on_disk_holds_a_callers_number(office: Line) -> None:
    journey = office.begin("1003", *keys("4"), *END)
    journey.journey()
    number = journey.number.encode()
    files = {p: content(p) for p in office.config.data_dir.rglob("*") if p.is_file() and not p.is_socket()}
    assert any(files.values())
    assert [p for p, kept in files.items() if number in kept or number[1:] in kept] == []
