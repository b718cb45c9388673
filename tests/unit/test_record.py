"""`record`: a voicemail is kept when the caller wants it, or says nothing more; and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.engine.effects import Ask, Connect, Hangup, Keep, Playback, Record
from ivr.engine.events import Digits, HungUp, Kept, Recorded
from ivr.errors import BadInput
from tests import offices
from tests.engine_call import NOTHING, Call

FLOW = """\
  first: {menu: 무엇?, options: {1: {label: 녹음, next: tell}}}
  tell: {record: tax, prompt: 삐 소리가 나면 말씀해 주십시오., length: 30s, next: bye}
  bye: {hangup: 안녕히 가십시오.}
"""
SAID = Recorded(4_000)


def recording(folder: Path, flow: str = FLOW) -> Call:
    return Call(offices.small(folder, flow)).send("1")


def test_the_caller_hears_what_to_do_and_is_recorded(tmp_path: Path) -> None:
    call = recording(tmp_path)
    assert call.heard == ["main/tell"]
    assert call.wait == Record(30_000)
    assert call.send(SAID).heard == ["phrases/keep_or_again"]


@pytest.mark.parametrize("answer", [Digits("1"), NOTHING])
def test_it_is_said_to_be_kept_once_it_is(tmp_path: Path, answer: Digits) -> None:
    call = recording(tmp_path).send(SAID, answer)
    assert call.effects[-1] == Keep("tax")
    assert "phrases/voicemail_kept" not in call.heard
    call.send(Kept(True))
    assert call.heard == ["phrases/voicemail_kept", "main/bye"]
    assert call.wait == Hangup("done")


def test_what_cannot_be_kept_or_recorded_leads_to_a_person(tmp_path: Path) -> None:
    call = recording(tmp_path / "keep").send(SAID, "1", Kept(False))
    assert call.wait == Connect("operators")
    assert "phrases/voicemail_kept" not in call.heard
    assert recording(tmp_path / "record").send(Recorded(0, failed=True)).wait == Connect("operators")


def test_two_records_again_and_star_plays_it(tmp_path: Path) -> None:
    call = recording(tmp_path).send(SAID, "*")
    assert call.effects[-2:] == [Playback(), call.wait]
    assert isinstance(call.wait, Ask)
    assert call.send("2").wait == Record(30_000)
    assert call.session.recorded == 0


def test_nothing_said_is_asked_again_then_goes_on(tmp_path: Path) -> None:
    call = recording(tmp_path / "next").send(Recorded(0), Recorded(999))
    assert call.heard == ["phrases/nothing_said", "main/tell"]
    call.send(Recorded(0))
    assert call.journey[1:] == ["main/tell:empty", "main/bye:next"]
    written = FLOW.replace("next: bye}", "next: bye, tries: 1, else: {empty: first}}")
    assert "main/first/menu" in recording(tmp_path / "written", written).send(Recorded(0)).heard


def test_a_wrong_key_is_told_and_in_the_end_keeps_it(tmp_path: Path) -> None:
    call = recording(tmp_path).send(SAID, "7")
    assert call.heard == ["phrases/invalid", "phrases/keep_or_again"]
    assert call.send("7", "7").wait == Keep("tax")


@pytest.mark.parametrize("key", ["0", "#"])
def test_who_goes_elsewhere_leaves_nothing(tmp_path: Path, key: str) -> None:
    call = recording(tmp_path).send(SAID, key)
    assert call.session.recorded == 0
    assert Keep("tax") not in call.send(HungUp()).effects


def test_a_hangup_keeps_what_was_said_and_nothing_else(tmp_path: Path) -> None:
    assert recording(tmp_path / "said").send(SAID, HungUp()).wait == Keep("tax")
    assert Keep("tax") not in recording(tmp_path / "not_yet").send(HungUp()).effects
    assert Keep("tax") not in recording(tmp_path / "again").send(SAID, "2", HungUp()).effects


def test_its_desk_and_length_are_checked(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no desk “taxes”"):
        offices.small(tmp_path / "desk", FLOW.replace("record: tax", "record: taxes"))
    with pytest.raises(BadInput, match="from 5s to 5m long"):
        offices.small(tmp_path / "length", FLOW.replace("30s", "10m"))


def test_an_office_that_records_needs_the_message_to_its_officers(tmp_path: Path) -> None:
    others = ("case_status", "case_extended", "case_refused", "case_neutral", "case_due", "case_overdue", "desk_digest")
    messages = "messages:\n" + "".join(f"  {name}: {{text: x}}\n" for name in others)
    with pytest.raises(BadInput, match="there is no message “voicemail”"):
        offices.small(tmp_path / "records", FLOW, messages=messages)
    plain = "  a: {hangup: 네}\n"
    assert offices.small(tmp_path / "plain", plain, messages=messages).messages
