"""Conversations of calls/*.yaml: read with positions, held with the engine, differences at their lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.engine.session import Session
from ivr.language import conversation, loader
from ivr.language.conversation import Circumstances, Conversation, Entry
from ivr.language.office import Office
from ivr.language.steps import KINDS
from ivr.telephony.conversation import Result, hold, told
from ivr.telephony.coverage import coverage
from ivr.telephony.hearing import Said, compare, fits
from ivr.telephony.stand_in import StandIn
from ivr.telephony.walk import Walk
from tests import offices

OFFICE = loader.load(offices.SAMPLE)
STEPS = loader.load(offices.STEPS)
WRITTEN = conversation.examine(STEPS, {})[0]

FLOW = """\
  ask: {menu: 무엇을 도와드릴까요?, options: {1: {label: 세무, next: tax}, 2: {label: 통화 종료, next: bye}}}
  tax: {desk: tax, next: bye, else: {no_answer: nobody}}
  nobody: {say: 아무도 없습니다., next: ask}
  bye: {hangup: 안녕히 가십시오.}
"""
HEAD = "at: 2026-11-23T10:00\ncalls:\n  통화:\n    talk:\n"


def held(folder: Path, talk: str, head: str = HEAD) -> Result:
    """The one conversation `talk` of a small office, held."""
    office = offices.small(folder, FLOW, calls__main=head + talk)
    conversations, problems = conversation.examine(office, {})
    assert problems == []
    return hold(office, conversations[0])


def wrong(folder: Path, text: str) -> str:
    """What is wrong with a file of calls."""
    office = offices.small(folder, FLOW, calls__main=text)
    return "\n".join(map(str, conversation.examine(office, {"1000": ("main", "ko")})[1]))


def test_a_conversation_as_it_goes_is_good(tmp_path: Path) -> None:
    talk = """\
      - heard: [main/ask/menu, "세무는 1번,", …]
      - press: 1
      - heard: 세무팀으로 연결해 드리겠습니다. 잠시만 기다려 주십시오.
      - desk: tax
      - heard: 안녕히 가십시오.
      - ends: done
"""
    assert held(tmp_path, talk).differences == ()


def test_what_is_not_written_is_not_compared(tmp_path: Path) -> None:
    assert held(tmp_path, "      - press: 2\n      - ends: done\n").differences == ()


def test_a_call_may_stay_at_a_desk_or_be_hung_up(tmp_path: Path) -> None:
    assert held(tmp_path, "      - press: 9,-,1\n      - desk: tax\n").differences == ()
    assert held(tmp_path, "      - ends: hangup\n").differences == ()


@pytest.mark.parametrize(
    ("talk", "expected"),
    [
        (
            "      - heard: [main/ask/menu, 세무과는 1번]\n      - ends: hangup\n",
            "calls/main.yaml:5:32: 통화\n    expected: 세무과는 1번\n    got:      세무는 1번,   (main/ask/options/1)",
        ),
        (
            "      - heard:\n          - main/ask/menu\n      - ends: hangup\n",
            "main.yaml:6:13: 통화\n    expected: (nothing more)\n    got:      세무는 1번,   (main/ask/options/1)",
        ),
        (
            "      - press: 1\n      - desk: operators\n",
            "6:9: 통화\n    expected: desk: operators\n    got:      desk: tax",
        ),
        ("      - press: 2,4\n      - ends: done\n", "5:9: 통화\n    expected: press: 4\n    got:      ends: done"),
        ("      - ends: done\n", "5:9: 통화\n    expected: ends: done\n    got:      keys are waited for   (원하시는"),
        (
            "      - press: 2\n      - happens: lookup …\n      - ends: done\n",
            "6:9: 통화\n    expected: happens: lookup …\n    got:      (nothing)",
        ),
    ],
)
def test_a_difference_is_told_at_its_line(tmp_path: Path, talk: str, expected: str) -> None:
    assert expected in told(held(tmp_path, talk))


def test_desks_take_calls_one_after_the_other_as_written(tmp_path: Path) -> None:
    head = HEAD.replace("    talk:", "    desks: {tax: [no_answer, answered]}\n    talk:")
    talk = (
        "      - press: 1\n      - desk: tax\n      - heard: 아무도 없습니다. …\n      - press: 1\n      - desk: tax\n"
    )
    assert held(tmp_path, talk + "      - ends: done\n", head).differences == ()


def test_an_officer_hands_the_caller_over(tmp_path: Path) -> None:
    head = HEAD.replace("    talk:", "    desks: {tax: desk/operators}\n    talk:")
    talk = "      - press: 1\n      - desk: tax\n      - desk: operators\n"
    assert held(tmp_path, talk, head).differences == ()
    assert "3:21: error: there is no desk “office”" in wrong(
        tmp_path, "at: 2026-11-23T10:00\ncalls:\n  통화: {desks: {tax: desk/office}, talk: [{ends: hangup}]}\n"
    )


TALK = "    talk: [{ends: hangup}]\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"calls:\n  통화:\n{TALK}", "calls/main.yaml:2:3: error: `at` is missing"),
        (f"at: 10시\ncalls:\n  통화:\n{TALK}", "calls/main.yaml:1:5: error: “10시” is no time"),
        (HEAD + "      - press: #\n      - ends: hangup\n", "5:15: error: write keys, a comma between questions"),
        (HEAD + "      - herd: x\n      - ends: done\n", "5:9: error: unknown key “herd”\n"),
        (HEAD + "      - press: 1\n", "4:5: error: doesn't say where the call ends"),
        (HEAD + "      - {press: 1, heard: x}\n      - ends: done\n", "5:9: error: one of these, please"),
        (HEAD + "      - press: 1\n      - desk: texas\n", "6:15: error: there is no desk “texas”"),
        (f"at: 2026-11-23T10:00\nline: '99'\ncalls:\n  통화:\n{TALK}", "2:7: error: there is no line “99”"),
        (f"at: 2026-11-23T10:00\ncalls:\n  통화:\n    flow: mian\n{TALK}", "4:11: error: there is no flow “mian”"),
        (f"at: 2026-11-23T10:00\ncalls:\n  통화:\n    down: looup\n{TALK}", "4:11: error: "),
    ],
)
def test_what_is_wrong_in_a_file_is_named_at_its_place(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in wrong(tmp_path, text)


def test_what_happens_when_the_caller_hangs_up_is_compared() -> None:
    it = next(it for it in WRITTEN if it.file == "record")
    talk = [{"press": "2"}, {"happens": "recorded 5s"}, {"happens": "voicemail evening: kept"}, {"ends": "hangup"}]
    spoken = replace(it, talk=tuple(Entry.model_validate(entry) for entry in talk))
    assert told(hold(STEPS, spoken)) == ""
    silent = replace(spoken, talk=spoken.talk[:2] + spoken.talk[3:])
    assert "expected: happens: recorded 5s" in told(hold(STEPS, silent))


def test_conversations_change_no_version(tmp_path: Path) -> None:
    before = offices.small(tmp_path, FLOW).version
    assert offices.small(tmp_path, FLOW, calls__main=HEAD + "      - ends: hangup\n").version == before


@pytest.mark.parametrize(
    ("pattern", "text", "fit"),
    [
        ("가 나", "가  나", True),
        ("가 … 라", "가 나 다 라", True),
        ("가…", "가", True),
        ("…나…나", "나 나", True),
        ("가나…나다", "가나다", False),
        ("…다", "가 나", False),
        ("", "가", False),
    ],
)
def test_an_ellipsis_stands_for_anything(pattern: str, text: str, fit: bool) -> None:
    assert fits(pattern, text) is fit


@given(st.lists(st.sampled_from("가나다"), max_size=6), st.data())
def test_what_was_said_fits_itself_with_any_part_left_out(words: list[str], data: st.DataObject) -> None:
    said = [Said(f"a/{n}", word) for n, word in enumerate(words)]
    items = [data.draw(st.sampled_from([one.id, one.words, "…"])) for one in said]
    assert compare(items, said) is None
    assert compare([*items, "라"], said) is not None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text("0123456789*#-", max_size=8), max_size=20),
    st.sampled_from(sorted(OFFICE.flows)),
    st.sampled_from(OFFICE.languages),
    st.lists(st.sampled_from(["answered", "no_answer", "empty"]), min_size=1, max_size=3),
    st.sampled_from([[], ["lookup"], ["disk"]]),
)
def test_a_session_comes_back_from_json_as_it_was(
    keys: list[str], flow: str, language: str, conduct: list[str], down: list[str]
) -> None:
    walk = _walk(OFFICE, flow=flow, language=language, desks=dict.fromkeys(OFFICE.desks.desks, conduct), down=down)
    moments = list(walk.start())
    for pressed in keys:
        assert Session.from_json(walk.session.to_json()) == walk.session
        if moments[-1].kind != "asks":
            break
        moments = list(walk.press(pressed))
    assert moments[-1].kind in ("asks", "ends")


def _walk(office: Office, **given: object) -> Walk:
    at = {"at": "2026-11-23T10:00"}
    return Walk(StandIn(office, Circumstances.model_validate(at | given), any_case=True))


@pytest.mark.parametrize("it", WRITTEN, ids=lambda it: f"{it.file}: {it.name}")
def test_the_fixtures_conversations_go_as_written(it: Conversation) -> None:
    assert told(hold(STEPS, it)) == ""


def test_the_fixtures_conversations_walk_every_written_exit() -> None:
    assert conversation.examine(STEPS, {})[1] == []
    assert [str(gap) for gap in coverage(STEPS, [hold(STEPS, it) for it in WRITTEN]).gaps] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_step_type_has_conversations(kind: str) -> None:
    assert any(it.file == kind for it in WRITTEN), f"write tests/steps/calls/{kind}.yaml: docs/tests.md"


def test_the_sample_s_conversations_go_as_written() -> None:
    conversations, problems = conversation.examine(OFFICE, {})
    assert problems == []
    results = [hold(OFFICE, it) for it in conversations]
    assert [told(result) for result in results if result.differences] == []
