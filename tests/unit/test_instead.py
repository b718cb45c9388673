"""What callers hear of a long wait before the queue, and what they can have instead."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ivr.engine import instead
from ivr.engine.effects import Ask, Connect, Effect, Foretold, Hangup, Play, Record, Send
from ivr.engine.events import DeskLeft, LeftByKey, Promised, Queue
from ivr.errors import BadInput
from ivr.language import loader
from ivr.language.desks import Desks
from ivr.language.office import Office
from ivr.speech.words import spoken
from ivr.telephony.rehearsal import utterances
from tests import offices
from tests.engine_call import NOTHING, Call

FLOW = """\
  top: {menu: 무엇을 도와 드릴까요?, options: {1: {label: 세금, next: desk/tax}, 2: {label: 담당자, next: officer}}}
  officer: {desk: tax, next: bye}
  bye: {hangup: 안녕히 가십시오.}
"""
VOICEMAIL = """\
title: 음성 메시지
steps:
  take: {record: tax, prompt: 삐 소리가 난 뒤에 말씀해 주십시오., next: done}
  done: {hangup: 감사합니다.}
"""
DESKS = """\
agents: {"101": 김하나, "102": 이두리}
desks:
  operators: {name: 상담실, agents: ["101"]}
  tax: {name: 세무팀, agents: ["102"], OFFER overflow: other}
  other: {name: 총무팀, agents: ["101"], offer: flow/voicemail}
"""


MESSAGES = """\
messages:
  tomorrow: {text: "{desk}입니다. 내일 전화해 주십시오."}
  receipt: {text: "{receipt}"}
"""


def office(folder: Path, offer: str = "offer: flow/voicemail,") -> Office:
    written = (offices.SAMPLE / "messages.yaml").read_text()
    messages = written + MESSAGES.removeprefix("messages:\n")
    files = {"desks": DESKS.replace("OFFER", offer), "voicemail": VOICEMAIL, "messages": messages}
    return offices.small(folder, FLOW, **files)


def called(office: Office, *, mobile: bool = False, **queues: Queue) -> Call:
    return Call(office, world=replace(offices.world(), queues=queues, mobile=mobile))


BUSY = Queue(waiting=4, expected_wait=180, said=(120, 240))


def words(effects: list[Effect]) -> list[str]:
    return [spoken(p, "ko") for e in effects if isinstance(e, Play | Ask) for p in e.prompts]


@pytest.fixture
def offering(tmp_path: Path) -> Office:
    return office(tmp_path)


@pytest.mark.parametrize("way", ["1", "2"])
def test_a_long_wait_is_told_and_something_else_offered_first(offering: Office, way: str) -> None:
    call = called(offering, tax=BUSY).send(way)
    assert type(call.wait) is Ask
    assert words(call.effects) == [
        "예상 대기 시간은 약 이분에서 사분입니다.",
        "기다리지 않고 음성 메시지 남기기는 1번,",
        "그대로 기다리시려면 누르지 마십시오.",
    ]
    assert Foretold("tax", 120, 240) in call.effects
    assert call.send(NOTHING).wait == Connect("tax")
    assert words(call.effects) == ["세무팀으로 연결해 드리겠습니다. 잠시만 기다려 주십시오."]


@pytest.mark.parametrize("way", ["1", "2"])
def test_a_voicemail_instead_of_waiting(offering: Office, way: str) -> None:
    call = called(offering, tax=BUSY).send(way, "1")
    assert isinstance(call.wait, Record)
    assert call.session.step == "take"
    assert call.journey[-1] == ("main/desk/tax:voicemail" if way == "1" else "main/officer:voicemail")


@pytest.mark.parametrize("queue", [Queue(), Queue(expected_wait=30), Queue(free=1, expected_wait=5, said=(0, 60))])
def test_a_short_or_unknown_wait_is_not_spoken_of(offering: Office, queue: Queue) -> None:
    call = called(offering, tax=queue).send("1")
    assert call.wait == Connect("tax")
    assert call.heard == ["desks/tax/connecting"]


def test_a_long_wait_without_an_honest_range_is_only_offered_something_else(offering: Office) -> None:
    call = called(offering, tax=Queue(expected_wait=300)).send("1")
    assert call.heard == ["phrases/leave_voicemail", "phrases/stay"]


def test_a_desk_that_offers_nothing_tells_the_wait_all_the_same(tmp_path: Path) -> None:
    call = called(office(tmp_path, ""), tax=BUSY).send("1")
    assert call.wait == Connect("tax")
    assert call.heard == ["phrases/wait_range", "desks/tax/connecting"]


SEND = Send("tomorrow", (("desk", "세무팀"),), "desk/tax")


def test_a_message_instead_of_waiting(tmp_path: Path) -> None:
    call = called(office(tmp_path, "offer: {message: tomorrow},"), mobile=True, tax=BUSY).send("1")
    assert call.heard == ["phrases/wait_range", "phrases/take_message", "phrases/stay"]
    assert call.send("2").wait == SEND
    assert call.send(Promised(True)).wait == Hangup("done")
    assert call.heard == ["phrases/notice_sent", "phrases/notice_bye"]
    assert call.journey[-1] == "main/desk/tax:message"


def test_who_cannot_be_sent_one_waits_after_all(tmp_path: Path) -> None:
    call = called(office(tmp_path, "offer: {message: tomorrow},"), mobile=True).send("1", LeftByKey("2"))
    assert call.wait == SEND
    assert call.send(Promised(False)).wait == Connect("tax")
    assert call.heard == ["phrases/notice_unsent", "desks/tax/connecting"]


def test_a_message_is_offered_only_to_a_telephone_that_takes_it(tmp_path: Path) -> None:
    both = office(tmp_path, "offer: {voicemail: flow/voicemail, message: tomorrow},")
    heard = called(both, mobile=True, tax=BUSY).send("1").heard
    assert heard[1:3] == ["phrases/leave_voicemail", "phrases/take_message"]
    assert called(both, tax=BUSY).send("1").heard[1:] == ["phrases/leave_voicemail", "phrases/stay"]
    assert called(both, tax=BUSY).send("1", "2").wait == Connect("tax")


def test_the_office_says_how_long_is_long(tmp_path: Path) -> None:
    patient = office(tmp_path, "offer: {voicemail: flow/voicemail, over: 5m},")
    assert called(patient, tax=BUSY).send("1").wait == Connect("tax")


@pytest.mark.parametrize(("key", "wait"), [("*", "Ask"), ("#", "Ask"), ("0", "Connect"), ("7", "Connect")])
def test_the_other_keys_mean_what_they_always_mean(offering: Office, key: str, wait: str) -> None:
    call = called(offering, tax=BUSY).send("1", key)
    assert type(call.wait).__name__ == wait
    where = {"*": "phrases/wait_range", "#": "main/top/menu", "0": "desks/operators/connecting"}
    assert call.heard[0] == where.get(key, "desks/tax/connecting")


def test_back_where_no_menu_was_goes_on_waiting(tmp_path: Path) -> None:
    flow = "  top: {desk: tax}\n"
    direct = offices.small(tmp_path, flow, desks=DESKS.replace("OFFER", "offer: flow/voicemail,"), voicemail=VOICEMAIL)
    assert called(direct, tax=BUSY).send("#").wait == Connect("tax")


def test_who_leaves_the_queue_by_the_key_gets_it_too(offering: Office) -> None:
    call = called(offering).send("1", LeftByKey("1"))
    assert isinstance(call.wait, Record)
    assert call.session.desk == ""


def test_a_key_for_what_cannot_be_had_leads_back_into_the_queue(offering: Office) -> None:
    assert called(offering).send("1", LeftByKey("2")).wait == Connect("tax")


def test_the_next_desk_offers_it_again(offering: Office) -> None:
    call = called(offering, tax=BUSY, other=BUSY).send("1", NOTHING, DeskLeft("no_answer"))
    assert type(call.wait) is Ask
    assert call.send(NOTHING).wait == Connect("other")
    assert call.heard == ["desks/other/next_desk"]


def test_waits_and_places_in_words() -> None:
    sample = loader.load(offices.SAMPLE)
    said = [spoken(instead.wait(sample, "en", low, high), "en") for low, high in ((0, 60), (0, 180), (120, 240))]
    assert said == [
        "The expected wait is within one minute.",
        "The expected wait is within three minutes.",
        "The expected wait is about two to four minutes.",
    ]
    assert [spoken(instead.place(sample, "en", n), "en") for n in (1, 3)] == [
        "You are next in line.",
        "You are number three in line.",
    ]
    assert [spoken(instead.place(sample, "ko", n), "ko") for n in (1, 3)] == [
        "다음이 고객님 차례입니다.",
        "지금 세 번째로 기다리고 계십니다.",
    ]


@pytest.mark.parametrize(
    ("offer", "complaint"),
    [
        ("{}", "offers nothing"),
        ("{message: nowhere}", "there is no message “nowhere”"),
        ("{message: receipt}", "variables"),
        ("flow/nowhere", "there is no flow “nowhere”"),
        ("desk/tax", "flow/"),
        ("{voicemail: flow/voicemail, over: 30}", "duration"),
    ],
)
def test_what_is_wrong_with_an_offer(tmp_path: Path, offer: str, complaint: str) -> None:
    with pytest.raises(BadInput) as error:
        office(tmp_path, f"offer: {offer},")
    (problem,) = error.value.problems
    assert complaint in f"{problem.message} {problem.hint}"
    assert (Path(problem.file).name, problem.line) == ("desks.yaml", 4)


def test_what_is_said_of_waiting_is_spoken_beforehand(offering: Office) -> None:
    said = {prompt.id for prompts, _ in utterances(offering, "main", "ko") for prompt in prompts}
    assert {"phrases/leave_voicemail", "phrases/stay", "phrases/place_next", "voicemail/take"} <= said


def test_callers_are_told_neither_all_the_time_nor_hardly_ever() -> None:
    desk = {"name": "세무팀", "agents": ["101"]}
    for tell in ("4s", "10m"):
        with pytest.raises(ValueError, match="every 5s to every 5m"):
            Desks.model_validate({"agents": {"101": "가"}, "desks": {"operators": {**desk, "tell": tell}}})
