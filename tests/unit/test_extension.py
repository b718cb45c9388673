"""`extension`: an officer by extension or by name on the keypad."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.engine.effects import Ask, Connect, Hangup
from ivr.engine.events import DeskLeft, Digits
from ivr.language.keypad import fits, spell
from ivr.language.office import Office
from ivr.language.prompt import Prompt
from ivr.telephony import rehearsal
from tests import offices
from tests.engine_call import NOTHING, Call

FLOW = """\
  first: {menu: 무엇?, options: {1: {label: 직원, next: who}}}
  who: {extension: 누구?, next: bye}
  bye: {hangup: 안녕}
"""
WAYS = (
    "  who: {extension: 누구?, else: {unknown: bye, closed: bye, empty: bye, no_answer: bye}}\n  bye: {hangup: 안녕}\n"
)
AGENTS = {"101": "김하나", "102": "이두리", "103": "이도현", "104": "Kim Haneul"}


def office(folder: Path, flow: str = FLOW, **agents: str) -> Office:
    officers = ", ".join(f'"{extension}": {name}' for extension, name in (AGENTS | agents).items())
    desks = offices.DESKS.replace('"101": 김하나, "102": 이두리', officers)
    return offices.small(folder, flow, desks=desks.replace('agents: ["102"]', 'agents: ["102", "103"]'))


def asked(folder: Path) -> Call:
    return Call(office(folder)).send("1")


@pytest.mark.parametrize(
    ("name", "keys"),
    [("김하늘", "485"), ("이바다", "076"), ("박가람", "745"), ("정쌍꺼풀", "9847"), ("Kim Haneul", "546426385")],
)
def test_names_on_the_keys(name: str, keys: str) -> None:
    assert spell(name) == keys


def test_every_syllable_is_on_its_first_sounds_key() -> None:
    assert spell("가까나다따라마바빠사싸아자짜차카타파하") == "4456650778809994678"
    assert spell("김 é-1丁") == "4" + "3" + "1"


@pytest.mark.parametrize(
    ("keys", "name", "good"),
    [
        ("48", "김하늘", True),
        ("4", "김하늘", False),
        ("4855", "김하늘", False),
        ("426", "Kim Haneul", True),
        ("", "", False),
    ],
)
def test_the_beginning_of_a_name_or_of_a_word_of_it_fits(keys: str, name: str, good: bool) -> None:
    assert fits(keys, name) is good


def test_by_extension(tmp_path: Path) -> None:
    call = asked(tmp_path)
    assert call.heard == ["main/who", "phrases/spell"]
    assert call.send("102#").wait == Connect("tax", "102")
    assert call.heard == ["officers/102/connecting_officer"]
    call.send(DeskLeft("answered"))
    assert call.journey[1:] == ["main/who:answered", "main/bye:next"]


def test_by_name(tmp_path: Path) -> None:
    call = asked(tmp_path).send("48")
    assert call.wait == Connect("operators", "101")


def test_several_of_a_name_are_offered(tmp_path: Path) -> None:
    call = asked(tmp_path).send("06#")
    assert call.heard[:3] == ["phrases/which_officer", "officers/102", "officers/103"]
    assert isinstance(call.wait, Ask)
    assert call.wait.prompts[1] == Prompt("officers/102", ("이두리",), "1")
    assert call.send("*").heard[0] == "phrases/which_officer"
    assert call.send("7").heard[0] == "phrases/invalid"
    assert call.send("#").heard == ["main/who", "phrases/spell"]
    assert call.send("06#", "2").wait == Connect("tax", "103")


def test_a_name_that_ten_share_is_asked_for_in_full(tmp_path: Path) -> None:
    many = {str(200 + n): "이다솜" for n in range(8)}
    call = Call(office(tmp_path, **many)).send("1", "06#")
    assert call.heard == ["phrases/more_keys", "main/who", "phrases/spell"]
    assert call.send("068#").heard[0] == "phrases/which_officer"


def test_the_keys_of_every_question_keep_their_meaning(tmp_path: Path) -> None:
    assert asked(tmp_path).send("0").wait == Connect("operators")
    assert asked(tmp_path).send(Digits("0", timed_out=True)).wait == Connect("operators")
    assert asked(tmp_path).send("#").heard[0] == "main/first/menu"
    assert asked(tmp_path).send("48*102#").wait == Connect("tax", "102")
    call = asked(tmp_path).send("*#")
    assert (call.heard[0], call.session.tries) == ("main/who", 0)
    assert asked(tmp_path).send("06#", "0").wait == Connect("operators")


@pytest.mark.parametrize("typed", [NOTHING, Digits("99"), Digits("é"), Digits("4")])
def test_nobody_fits(tmp_path: Path, typed: Digits) -> None:
    call = asked(tmp_path).send(typed, typed)
    assert call.heard[0] == ("phrases/no_input" if typed is NOTHING else "phrases/no_officer")
    assert call.send(typed).wait == Connect("operators")
    assert call.journey[1] == "main/who:unknown"
    assert Call(office(tmp_path / "written", WAYS)).send(typed, typed, typed).wait == Hangup("done")


@pytest.mark.parametrize(
    ("status", "exit"), [("no_answer", "no_answer"), ("full", "no_answer"), ("failed", "no_answer"), ("empty", "empty")]
)
def test_who_is_not_reached_leads_on(tmp_path: Path, status: str, exit: str) -> None:
    left = DeskLeft(status)  # type: ignore[arg-type]
    call = asked(tmp_path).send("102#", left)
    assert call.wait == Connect("operators")
    assert call.journey[1] == f"main/who:{exit}"
    assert Call(office(tmp_path / "written", WAYS)).send("102#", left).wait == Hangup("done")


def test_an_officer_is_as_open_as_his_desk(tmp_path: Path) -> None:
    call = Call(office(tmp_path, WAYS), world=offices.world(phone="lunch")).send("102#")
    assert call.journey == ["main/who:closed", "main/bye:next"]
    assert call.wait == Hangup("done")


def test_a_return_that_nobody_waits_for_leads_to_a_person(tmp_path: Path) -> None:
    assert asked(tmp_path).send(DeskLeft("answered")).wait == Connect("operators")


def test_a_rehearsal_hears_every_name(tmp_path: Path) -> None:
    heard = {prompt.id for said, _ in rehearsal.utterances(office(tmp_path), "main", "ko") for prompt in said}
    assert {f"officers/{extension}/connecting_officer" for extension in AGENTS} <= heard
    assert {"officers/102", "officers/103"} <= heard
