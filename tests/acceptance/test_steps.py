"""Every step type on a real exchange: a call through its fixture, tests/steps/KIND.yaml, by a citizen's telephone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from ivr.language.steps import KINDS
from ivr.records import models
from ivr.records.answer_tables import Answer
from ivr.records.keys import Keys
from ivr.records.mailbox import Mailbox
from ivr.records.voicemail_tables import Voicemail
from ivr.speech import level, wav
from tests import offices
from tests.acceptance.line import EVENING, OPEN, Line, keys, line
from tests.exchange import wait_for
from tests.fakes.library import Library
from tests.registry import Registry

pytestmark = pytest.mark.slow

NUMBER = {flow: str(2000 + i) for i, flow in enumerate([*sorted(KINDS), "loans", "typed"])}
"""The line that leads to each type's fixture, and to those that show more of `lookup` and `collect`."""
END = ("end",)
WEEKEND = OPEN.replace(day=28)
CASE = {
    "receipt": "20261234",
    "type": "grievance",
    "desk": "exams",
    "number": "010-9876-5432",
    "consent": True,
}


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    """The other system that `loans` asks."""
    with Library() as running:
        running.json("/loans/1234", {"count": 2, "next": {"due": "2026-12-01"}})
        running.json("/loans/5678", {"count": "many"})
        running.pages["/loans/9999"] = (503, {}, b"")
        yield running


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory, library: Library) -> Iterator[Line]:
    folder = tmp_path_factory.mktemp("line")
    files = offices.copy_of_steps(folder)
    loans = files / "loans.yaml"
    loans.write_text(loans.read_text().replace("https://library.example", f"http://127.0.0.1:{library.port}"))
    offices.hush(files, "ko")
    lines = {number: {"flow": flow} for flow, number in NUMBER.items()}
    with line(folder, files, lines=lines, lookups={"internal": ["127.0.0.1"]}) as running:
        Registry(running.office, Keys(running.config.keys_dir), running.store).add(CASE)
        yield running


def quickly(text: str) -> list[str]:
    """Acts of somebody who knows what he types."""
    return [*(act for key in text for act in ("~200", key)), "~600"]


def free(steps: Line, desk: str) -> bool:
    """Whether the engine sees a free officer at a desk."""
    with steps.store.reading() as session:
        shown = session.scalar(select(models.LiveQueue.agents_free).where(models.LiveQueue.desk == desk))
    return bool(shown)


@pytest.fixture(autouse=True)
def _daytime(steps: Line) -> None:
    steps.clock.at = OPEN


def test_say(steps: Line) -> None:
    journey = steps.dial(NUMBER["say"], "end")
    assert journey.steps == ["say/welcome:next", "say/notice:next"]
    assert journey.outcome == "self_service"


def test_announce(steps: Line) -> None:
    calls = steps.dial_all(
        {
            "silence": (NUMBER["announce"], [*END]),
            "leave": (NUMBER["announce"], [*keys("15"), *END]),
            "desk": (NUMBER["announce"], [*keys("3"), *END]),
            "operators": (NUMBER["announce"], [*keys("0"), *END]),
        }
    )
    way = ["announce/greeting:next", "announce/announcements:next", "announce/bye:next"]
    assert calls["silence"].steps == way
    assert calls["leave"].steps == [*way[:1], "announce/announcements:5"]
    assert calls["desk"].legs == ["exams:answered"]
    assert calls["operators"].legs == ["operators:answered"]
    steps.clock.at = OPEN.replace(day=25, hour=0)
    assert steps.dial(NUMBER["announce"], "end").steps == way


def test_language(steps: Line) -> None:
    calls = steps.dial_all(
        {
            "english": (NUMBER["language"], [*keys("2"), "end"]),
            "silence": (NUMBER["language"], [*END]),
        }
    )
    assert calls["english"].steps == ["language/greeting:next", "language/choice:next", "language/bye:next"]
    assert calls["silence"].steps[1:3] == ["language/choice:failed", "language/korean:next"]
    with steps.store.reading() as session:
        spoken = [session.get_one(models.Call, calls[name].id).language for name in calls]
    assert spoken == ["en", "ko"]


def test_menu(steps: Line) -> None:
    calls = steps.dial_all(
        {
            "desk": (NUMBER["menu"], [*keys("1"), *END]),
            "silence": (NUMBER["menu"], [*keys("2"), *END]),
            "back": (NUMBER["menu"], [*keys("2#1"), *END]),
        }
    )
    assert calls["desk"].legs == ["exams:answered"]
    assert calls["silence"].steps[:2] == ["menu/purpose:2", "menu/more:failed"]
    assert calls["back"].steps[:3] == ["menu/purpose:2", "menu/more:back", "menu/purpose:1"]


def test_collect(steps: Line) -> None:
    calls = steps.dial_all(
        {
            "digits": (NUMBER["collect"], [*keys("20261234"), "end"]),
            "started over": (NUMBER["collect"], [*keys("2*20261234"), "end"]),
            "too short": (NUMBER["collect"], [*keys("1#2#3#"), *END]),
            "read back": (
                NUMBER["typed"],
                [
                    *quickly("01012345678#"),
                    "1",
                    *quickly("1224#"),
                    "1",
                    *quickly("50#"),
                    "2",
                    *quickly("50000#"),
                    "1",
                    "end",
                ],
            ),
        }
    )
    assert calls["read back"].steps == [
        "typed/number:next",
        "typed/day:next",
        "typed/sum:next",
        "typed/check:1",
        "typed/known:next",
    ]
    good = ["collect/receipt:next", "collect/read_back:next"]
    assert calls["digits"].steps == good
    assert calls["started over"].steps == good
    assert calls["too short"].legs == ["operators:answered"]


def test_confirm(steps: Line) -> None:
    ends = {"1": END, "2": ("end",)}  # after a no the line hangs up at once
    calls = steps.dial_all({key: (NUMBER["confirm"], [*keys(key), *end]) for key, end in ends.items()})
    assert calls["1"].legs == ["exams:answered"]
    assert calls["2"].steps == ["confirm/certain:no", "confirm/bye:next"]


def test_hours(steps: Line) -> None:
    assert steps.dial(NUMBER["hours"], *END).legs == ["exams:answered"]
    steps.clock.at = EVENING
    assert steps.dial(NUMBER["hours"], "end").steps == ["hours/opening:closed", "hours/after_hours:next"]


def test_when(steps: Line) -> None:
    wait_for(lambda: free(steps, "exams"), 15, "the exchange to be seen")
    assert steps.dial(NUMBER["when"], *END).legs == ["exams:answered"]
    steps.clock.at = WEEKEND
    assert steps.dial(NUMBER["when"], "end").steps == ["when/choice:1", "when/weekend:next"]
    steps.clock.at = EVENING
    assert steps.dial(NUMBER["when"], "end").steps == ["when/choice:else", "when/later:next"]


def test_set(steps: Line) -> None:
    calls = steps.dial_all(
        {
            "known": (NUMBER["set"], [*keys("20261234"), "end"]),
            "other": (NUMBER["set"], [*keys("20261235"), *END]),
        }
    )
    assert calls["known"].steps[1:] == ["set/keep:next", "set/known:1", "set/told:next"]
    assert calls["other"].legs == ["operators:answered"]


def test_lookup(steps: Line, library: Library) -> None:
    calls = steps.dial_all(
        {
            "found": (NUMBER["lookup"], [*keys("202612345432"), "end"]),
            "wrong": (NUMBER["lookup"], [*keys("202612340000"), "~1000", "bye"]),
            "elsewhere": (NUMBER["loans"], [*keys("1234"), "end"]),
            "unknown there": (NUMBER["loans"], [*keys("4321"), "~1000", "bye"]),
            "unfit": (NUMBER["loans"], [*keys("5678"), *END]),
            "out of order": (NUMBER["loans"], [*keys("9999"), "end"]),
        }
    )
    assert calls["elsewhere"].steps == ["loans/card:next", "loans/find:next", "loans/tell:next"]
    assert calls["unknown there"].steps[1:] == ["loans/find:missing", "loans/card:hangup"]
    assert calls["unfit"].legs == ["operators:answered"]
    assert calls["out of order"].steps[1:] == ["loans/find:unavailable", "loans/unavailable:next"]
    assert sorted(path for path, _ in library.asked) == [f"/loans/{card}" for card in (1234, 4321, 5678, 9999)]
    assert calls["found"].steps[-2:] == ["lookup/find:next", "lookup/tell:next"]
    assert calls["wrong"].steps[-2:] == ["lookup/find:missing", "lookup/receipt:hangup"]


def test_message(steps: Line) -> None:
    calls = steps.dial_all(
        {
            "promised": (NUMBER["message"], [*keys("2026123454321"), "end"]),
            "declined": (NUMBER["message"], [*keys("2026123454322"), "end"]),
        }
    )
    assert calls["promised"].steps[-2:] == ["message/offer:next", "message/bye:next"]
    assert calls["declined"].steps[-2:] == ["message/offer:declined", "message/bye:next"]


def test_record(steps: Line) -> None:
    said = ("~2500", "♪3000", "#")
    calls = steps.dial_all(
        {
            "kept": (NUMBER["record"], [*said, "~1500", "1", "end"]),
            "again": (NUMBER["record"], [*said, "~1500", "2", *said, "~1500", "1", "end"]),
            "paused": (NUMBER["record"], ["~2500", "♪3000", "_6500", "1", "end"]),
            "silence": (NUMBER["record"], ["~2500", "♪20", "#", "end"]),
            "hung up": (NUMBER["record"], ["~2500", "♪3000", "bye"]),
            "long": (NUMBER["record"], ["~2500", "♪11000", "#", "~1500", "1", "end"]),
            "nothing sent": (NUMBER["record"], ["end"]),
        }
    )
    assert calls["nothing sent"].steps == ["record/leave:empty", "record/nothing:next"]
    for name in ("kept", "again", "paused", "long"):
        assert calls[name].steps == ["record/leave:next", "record/bye:next"]
    assert calls["silence"].steps == ["record/leave:empty", "record/nothing:next"]
    assert calls["hung up"].steps == ["record/leave:hangup"]
    with steps.store.reading() as session:
        left = [(one.call, one.desk, one.file) for one in session.scalars(select(Voicemail))]
    assert {call for call, _, _ in left} == {calls[name].id for name in ("kept", "again", "paused", "hung up", "long")}
    mailbox = Mailbox(steps.config.data_dir / "voicemail", Keys(steps.config.keys_dir))
    for call, desk, file in left:
        assert desk == "evening"
        sound = steps.config.data_dir / "said.wav"
        sound.write_bytes(mailbox.get(file))
        length = 11 if call == calls["long"].id else 3
        assert abs(level.speech(wav.read(sound)) - length) < 1


def test_desk(steps: Line) -> None:
    journey = steps.dial(NUMBER["desk"], *END)
    assert journey.legs == ["evening:answered"]
    assert journey.steps == ["desk/officer:answered", "desk/thanks:next"]
    steps.clock.at = EVENING
    assert steps.dial(NUMBER["desk"], "end").steps == ["desk/officer:closed", "desk/after_hours:next"]


def test_extension(steps: Line) -> None:
    calls = steps.dial_all(
        {
            "extension": (NUMBER["extension"], [*keys("102#"), *END]),
            "name": (NUMBER["extension"], [*keys("485#"), *END]),
            "among several": (NUMBER["extension"], [*keys("06#2"), *END]),
            "nobody": (NUMBER["extension"], [*keys("99#99#99#"), *END]),
        }
    )
    assert calls["extension"].legs == ["exams:answered"]
    assert calls["extension"].steps == ["extension/officer:answered", "extension/bye:next"]
    assert calls["name"].legs == ["operators:answered"]
    assert calls["name"].steps == ["extension/officer:answered", "extension/bye:next"]
    assert calls["among several"].legs == ["exams:answered"]
    assert calls["nobody"].steps[0] == "extension/officer:unknown"
    steps.clock.at = EVENING
    journey = steps.dial(NUMBER["extension"], *keys("103#"), *END)
    assert journey.steps[0] == "extension/officer:closed"
    assert journey.legs == ["operators:answered"]


def test_again(steps: Line) -> None:
    first = steps.begin(NUMBER["menu"], *keys("1"), *END)
    assert first.journey().legs == ["exams:answered"]
    second = steps.phone.start(NUMBER["again"], [*keys("1"), *END], caller=first.number)
    assert second.wait(90) == 0
    wait_for(lambda: [j.outcome for j in steps.of(first.number)] == ["answered"] * 2, 15, "the record of both calls")
    (journey,) = (j for j in steps.of(first.number) if j.line == NUMBER["again"])
    assert journey.steps[0] == "again/same_desk:1"
    assert journey.legs == ["exams:answered"]
    assert steps.dial(NUMBER["again"], *END).steps[0] == "again/same_desk:next"


def test_route(steps: Line) -> None:
    calls = steps.dial_all({key: (NUMBER["route"], [*keys(key), *END]) for key in "12"})
    assert calls["1"].legs == ["exams:answered"]
    assert calls["2"].legs == ["operators:answered"]


def test_call(steps: Line) -> None:
    calls = steps.dial_all(
        {
            "returned": (NUMBER["call"], [*keys("1234"), "~700", *keys("5678"), "end"]),
            "operators": (NUMBER["call"], [*keys("1234"), "~700", *keys("1#2#3#"), *END]),
        }
    )
    assert calls["returned"].steps == [
        "call/number:next",
        "call/check:call",
        "repeated/again:next",
        "call/check:next",
        "call/told:next",
    ]
    assert calls["operators"].legs == ["operators:answered"]


def test_survey(steps: Line) -> None:
    calls = steps.dial_all(
        {
            "answered": (NUMBER["survey"], ["~7000", *keys("2"), "~1000", *keys("1"), "end"]),
            "silent": (NUMBER["survey"], ["~7000", "end"]),
        }
    )
    assert calls["answered"].steps == [
        "survey/officer:answered",
        "survey/rate:next",
        "survey/polite:next",
        "survey/bye:next",
    ]
    assert calls["silent"].steps[1:] == ["survey/rate:declined", "survey/bye:next"]
    with steps.store.reading() as session:
        kept = [(a.question, a.desk, a.agent, a.answer) for a in session.scalars(select(Answer).order_by(Answer.at))]
        officer = session.scalar(select(models.Leg.agent).where(models.Leg.call == calls["answered"].id))
    assert officer in steps.office.desks.desks["exams"].agents
    assert kept == [("satisfaction", "exams", officer, 2), ("courtesy", "exams", officer, 1)]


def test_hangup(steps: Line) -> None:
    assert steps.dial(NUMBER["hangup"], "end").steps == ["hangup/bye:next"]
