"""`ivr test --update`: expectations are rewritten in their lines, everything else stays; coverage and JUnit."""

from __future__ import annotations

import tempfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.errors import BadInput
from ivr.language import conversation
from ivr.language.office import Office
from ivr.telephony import junit
from ivr.telephony.conversation import hold
from ivr.telephony.coverage import coverage
from ivr.telephony.expectations import rewrite
from ivr.telephony.script import scalar
from tests import offices

FLOW = """\
  ask: {menu: 무엇을 도와드릴까요?, options: {1: {label: 세무, next: tax}, 2: {label: 통화 종료, next: bye}}}
  tax: {desk: tax, next: bye, else: {no_answer: nobody}}
  nobody: {say: 아무도 없습니다., next: ask}
  bye: {hangup: 안녕히 가십시오.}
"""
RECORD = "  leave: {record: tax, prompt: 말씀을 남겨 주십시오., next: bye, else: {empty: bye}}\n"
HEAD = "# 통화들\nat: 2026-11-23T10:00   # 월요일\ncalls:\n  하나:\n    talk:\n"


def office_with(folder: Path, talk: str) -> tuple[Office, Path]:
    return offices.small(folder, FLOW, calls__main=HEAD + talk), folder / "calls" / "main.yaml"


def updated(folder: Path, talk: str) -> str:
    """What `--update` makes of a conversation."""
    office, file = office_with(folder, talk)
    conversations, problems = conversation.examine(office, {})
    assert problems == []
    rewrite(office, conversations)
    text = file.read_text()
    assert text.startswith(HEAD)
    return text.removeprefix(HEAD)


def good(office: Office) -> bool:
    return not any(hold(office, it).differences for it in conversation.examine(office, {})[0])


@pytest.mark.parametrize(
    ("talk", "expected"),
    [
        ("press: 1 # 세무|desk: operators   # 여기", "press: 1 # 세무|desk: tax   # 여기"),
        ("press: 2|heard: 뭐   # 끝인사|ends: done", "press: 2|heard: 안녕히 가십시오.   # 끝인사|ends: done"),
        ("press: 2|heard:|ends: done", "press: 2|heard: 안녕히 가십시오.|ends: done"),
        ("press: 2|happens: x|ends: done", "press: 2|ends: done"),
        ("press: 1|whisper: 법무 …   # 누구|desk: tax", "press: 1|whisper: 세무   # 누구|desk: tax"),
        ("press: 2|whisper: 세무|ends: done", "press: 2|ends: done"),
        ("press: 9|ends: done", "press: 9|ends: hangup"),
        ("press: 2|desk: tax|heard: 가|ends: failed", "press: 2|ends: done"),
        ("desk: tax|press: 1|desk: tax", "press: 1|desk: tax"),
        ("press: 1|ends: done", "press: 1|desk: tax"),
    ],
)
def test_what_is_expected_becomes_what_happens(tmp_path: Path, talk: str, expected: str) -> None:
    def written(entries: str) -> str:
        return "".join(f"      - {entry}\n" for entry in entries.split("|"))

    after = updated(tmp_path, written(talk))
    assert after == written(expected)
    assert good(office_with(tmp_path, after)[0])


def test_lines_that_are_right_stay_with_their_comments(tmp_path: Path) -> None:
    before = """\
      # 처음
      - heard:
          - main/ask/menu   # 물음
          # 다음
          - 세무서는 1번
          - …
          - phrases/press
      - press: "-,*"
      - heard: 무엇을 … 주십시오.
      - ends: hangup
      # 끝
"""
    assert updated(tmp_path, before) == before.replace("세무서는 1번", "세무는 1번,")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "- heard:|    - 틀림|    - … 1번,   # 세무|    - 틀림|    - …",
            "- heard:|    - 무엇을 도와드릴까요?|    - … 1번,   # 세무|    - 통화 종료는 2번,|    - …",
        ),
        (
            "- heard: [가, 세무는 …, 나, …]",
            "- heard:|    - 무엇을 도와드릴까요?|    - 세무는 …|    - 통화 종료는 2번,|    - …",
        ),
        (
            "- heard: 무엇을 …   # 물음|- heard: 틀림|- heard: 통화 …|- heard: …",
            "- heard: 무엇을 …   # 물음|- heard: 세무는 1번,|- heard: 통화 …|- heard: …",
        ),
    ],
)
def test_what_still_fits_among_what_is_wrong_stays(tmp_path: Path, before: str, after: str) -> None:
    def written(lines: str) -> str:
        return "".join(f"      {line}\n" for line in lines.split("|")) + "      - ends: hangup\n"

    assert updated(tmp_path, written(before)) == written(after)
    assert good(office_with(tmp_path, written(after))[0])


def test_what_happens_as_written_in_part_stays(tmp_path: Path) -> None:
    flow = FLOW.replace("next: tax}, 2", "next: leave}, 2") + RECORD
    talk = "      - press: 1\n      - happens: recorded …   # 말씀\n      - happens: 틀림\n      - ends: hangup\n"
    office = offices.small(tmp_path, flow, calls__main=HEAD + talk)
    rewrite(office, conversation.examine(office, {})[0])
    after = (tmp_path / "calls" / "main.yaml").read_text()
    assert after == HEAD + talk.replace("틀림", '"voicemail tax: kept"')


def test_a_conversation_with_keys_left_over_stays_as_it_is(tmp_path: Path) -> None:
    talk = "      - heard: 가\n      - press: 2,1\n      - desk: tax\n"
    assert updated(tmp_path, talk) == talk


def test_a_desk_on_the_way_is_written_in(tmp_path: Path) -> None:
    head = "      - press: 1\n"
    office, file = office_with(tmp_path, head + "      - press: 2\n      - ends: done\n")
    file.write_text(file.read_text().replace("    talk", "    desks: {tax: no_answer}\n    talk"))
    rewrite(office, conversation.examine(office, {})[0])
    assert file.read_text().endswith("      - press: 1\n      - desk: tax\n      - press: 2\n      - ends: done\n")


def test_a_conversation_in_brackets_is_refused_and_left(tmp_path: Path) -> None:
    office, file = office_with(tmp_path, "")
    file.write_text("at: 2026-11-23T10:00\ncalls: {하나: {talk: [{press: 2}, {ends: failed}]}}\n")
    before = file.read_text()
    with pytest.raises(BadInput, match=r"2:20: error: can't be rewritten in \[ \]"):
        rewrite(office, conversation.examine(office, {})[0])
    assert file.read_text() == before


def test_a_file_that_changed_meanwhile_is_left(tmp_path: Path) -> None:
    office, file = office_with(tmp_path, "      - press: 2\n      - ends: failed\n")
    conversations, _ = conversation.examine(office, {})
    file.write_text("# neu\n" + file.read_text())
    with pytest.raises(BadInput, match="has changed"):
        rewrite(office, conversations)
    assert file.read_text().startswith("# neu\n")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["1", "2", "9", "-", "*", "#"]), max_size=6),
    st.lists(st.sampled_from(["answered", "no_answer", "empty"]), min_size=1, max_size=3),
    st.sampled_from(["가", "무엇을 …", "", "[…, main/bye]", "[main/ask/menu, 가, …, phrases/press, 나]"]),
)
def test_what_was_updated_is_as_it_goes_and_stays(keys: list[str], conduct: list[str], heard: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        talk = "".join(f"      - heard: {heard}\n      - press: '{key}'\n" for key in keys)
        office, file = office_with(Path(folder), f"{talk}      - heard: {heard}\n      - ends: failed\n")
        file.write_text(file.read_text().replace("    talk", f"    desks: {{tax: [{', '.join(conduct)}]}}\n    talk"))
        before = file.read_text()
        rewrite(office, conversation.examine(office, {})[0])
        assert good(office) or file.read_text() == before
        assert rewrite(office, conversation.examine(office, {})[0]) is False


@given(st.text(st.one_of(st.characters(categories=["L", "M", "N", "P", "S"]), st.sampled_from(" #:'\"")), max_size=40))
def test_any_text_can_be_written(text: str) -> None:
    text = " ".join(text.split())
    written = f"x:\n- a: {scalar(text)}   # comment\n"
    assert yaml.load(written, Loader=yaml.BaseLoader) == {"x": [{"a": text}]}, "an office's reader keeps texts texts"


def test_coverage_names_steps_and_exits_that_nobody_walks(tmp_path: Path) -> None:
    office, _ = office_with(tmp_path, "      - press: 1\n      - desk: tax\n")
    found = coverage(office, [hold(office, it) for it in conversation.examine(office, {})[0]])
    assert (found.entered, found.steps, found.taken, found.exits) == (2, 4, 1, 6)
    assert [str(gap).splitlines()[0].removeprefix(f"{tmp_path}/") for gap in found.gaps] == [
        "main.yaml:3:83: warning: no conversation leaves “ask” by “2”",
        "main.yaml:4:20: warning: no conversation leaves “tax” by “answered”",
        "main.yaml:4:38: warning: no conversation leaves “tax” by “no_answer”",
        "main.yaml:5:3: warning: no conversation enters the step “nobody”",
        "main.yaml:6:3: warning: no conversation enters the step “bye”",
    ]


def test_junit_tells_calls_and_failures(tmp_path: Path) -> None:
    office, _ = office_with(tmp_path, "      - press: 2\n      - ends: failed\n")
    results = [hold(office, it) for it in conversation.examine(office, {})[0]]
    suite = ElementTree.fromstring(junit.report(results))[0]
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("calls/main.yaml", "1", "1")
    assert "calls/main.yaml:7:9: 하나" in (suite[0][0].text or "")
