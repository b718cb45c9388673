"""`confirm`: yes or no, and everything else as at every question."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.engine.effects import Connect, Hangup
from ivr.engine.events import Digits
from tests import offices
from tests.engine_call import NOTHING, Call

FLOW = """\
  first: {menu: 무엇?, options: {1: {label: 확인, next: sure}}}
  sure: {confirm: 맞습니까?, next: yes, else: {no: other}}
  yes: {hangup: 네}
  other: {hangup: 아니요}
"""


def asked(tmp_path: Path, flow: str = FLOW) -> Call:
    return Call(offices.small(tmp_path, flow)).send("1")


def test_the_question_comes_with_its_keys(tmp_path: Path) -> None:
    assert asked(tmp_path).heard == ["main/sure", "phrases/yes_or_no"]


@pytest.mark.parametrize(("key", "exit", "heard"), [("1", "next", "main/yes"), ("2", "no", "main/other")])
def test_one_is_yes_and_two_is_no(tmp_path: Path, key: str, exit: str, heard: str) -> None:
    call = asked(tmp_path).send(key)
    assert call.journey[1] == f"main/sure:{exit}"
    assert call.heard == [heard]
    assert call.wait == Hangup("done")


def test_the_keys_of_every_question_keep_their_meaning(tmp_path: Path) -> None:
    assert asked(tmp_path / "0").send("0").wait == Connect("operators")
    assert asked(tmp_path / "back").send("#").heard[0] == "main/first/menu"
    call = asked(tmp_path / "replay").send("*")
    assert call.heard[0] == "main/sure"
    assert call.session.tries == 0


@pytest.mark.parametrize("failure", [NOTHING, Digits("3"), Digits("é")])
def test_three_failures_lead_to_a_person_or_where_the_office_says(tmp_path: Path, failure: Digits) -> None:
    call = asked(tmp_path / "default").send(failure, failure)
    assert call.heard[1:] == ["main/sure", "phrases/yes_or_no"]
    assert call.send(failure).wait == Connect("operators")
    written = FLOW.replace("{no: other}", "{no: other, failed: other}")
    call = asked(tmp_path / "written", written).send(failure, failure, failure)
    assert call.journey[1] == "main/sure:failed"
    assert call.wait == Hangup("done")
