"""Flows that call one another: arguments in, returns out, the way back, bounds, and what the check says of them."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from ivr.engine.effects import Ask, Connect, Hangup
from ivr.engine.events import DeskLeft
from ivr.engine.session import Session
from ivr.language import loader
from ivr.language.checks import Review
from ivr.language.prompt import Value
from ivr.language.steps.call import DEPTH
from tests import offices
from tests.engine_call import NOTHING, Call

MAIN = """\
  top: {menu: 무엇?, options: {1: {label: 조회, next: number}, 2: {label: 끝, next: hangup}}}
  number: {collect: digits, length: 4, as: number, prompt: 번호, next: verify}
  verify:
    call: flow/verify
    with: {receipt: "{number}", label: "{number}번"}
    returns: {answer: code}
    next: tell
  tell: {say: "{answer} {number}", next: top}
"""
VERIFY = """\
title: 확인
steps:
  asked: {say: "{receipt} {label}", next: sure}
  sure: {menu: 맞습니까?, options: {1: {label: 예, next: code}, 2: {label: 아니요, next: return}}}
  code: {collect: digits, length: 2, as: code, prompt: 코드, next: return}
"""
DEEP = """\
title: 깊이
steps:
  m: {menu: 더?, options: {1: {label: 더, next: again}, 2: {label: 끝, next: return}}}
  again: {call: flow/deep, next: return}
"""


def call_of(folder: Path, main: str = MAIN, **flows: str) -> Call:
    return Call(offices.small(folder, main, **(flows or {"verify": VERIFY})))


def problems(folder: Path, main: str, **flows: str) -> list[str]:
    _, found = loader.examine(offices.write(folder, main, **flows))
    return [f"{Path(p.file).name}:{p.line}:{p.column} {p.message}" + (f" → {p.hint}" if p.hint else "") for p in found]


def test_arguments_go_in_and_only_what_is_returned_comes_out(tmp_path: Path) -> None:
    call = call_of(tmp_path).send("1", "1234")
    assert call.heard[0] == "verify/asked"
    assert isinstance(call.wait, Ask)
    assert call.wait.prompts[0].parts == (Value("digits", "1234"), " ", Value("text", "1234번"))
    assert call.session.variables.keys() == {"receipt", "label"}
    call.send("1", "77")
    assert isinstance(call.wait, Ask)
    assert call.wait.prompts[0].parts == (Value("digits", "77"), " ", Value("digits", "1234"))
    assert call.session.variables.keys() == {"number", "answer"}
    assert call.journey[-4:] == ["verify/sure:1", "verify/code:next", "main/verify:next", "main/tell:next"]


def test_what_is_not_set_there_is_not_set_here(tmp_path: Path) -> None:
    call = call_of(tmp_path).send("1", "1234", "1", "77", "1", "5678", "2")
    assert call.session.variables.keys() == {"number"}


def test_back_from_the_first_menu_of_a_flow_called_leads_to_the_menu_before_the_call(tmp_path: Path) -> None:
    call = call_of(tmp_path).send("1", "1234", "#")
    assert call.heard[0] == "main/top/menu"
    assert call.session.frames == []
    assert call.session.variables["number"] == Value("digits", "1234")
    assert call.session.menus == ["main/top"]


def test_back_within_a_flow_called_stays_there(tmp_path: Path) -> None:
    call = call_of(tmp_path).send("1", "1234", "1", "#")
    assert call.heard[0] == "verify/sure/menu"
    assert len(call.session.frames) == 1


def test_menus_of_a_flow_that_returned_are_no_way_back(tmp_path: Path) -> None:
    call = call_of(tmp_path).send("1", "1234", "2")
    assert call.heard == ["main/tell", *call.heard[1:]]
    assert call.session.menus == ["main/top"]


def test_the_case_found_is_the_whole_calls(tmp_path: Path) -> None:
    call = call_of(tmp_path).send("1")
    call.session.variables["case.status"] = Value("text", "완료")
    call.send("1234")
    assert call.session.variables["case.status"].content == "완료"
    call.session.variables["case.status"] = Value("text", "접수")
    call.send("2")
    assert call.session.variables["case.status"].content == "접수"


def test_a_desk_rung_in_a_flow_called_can_return(tmp_path: Path) -> None:
    sub = "title: 연결\nsteps:\n  ring: {desk: tax, next: return}\n"
    main = "  a: {call: flow/ring, next: b}\n  b: {hangup: 끝}\n"
    call = call_of(tmp_path, main, ring=sub)
    assert call.wait == Connect("tax")
    assert call.send(DeskLeft("answered")).wait == Hangup("done")
    assert call.heard == ["main/b"]


def test_flows_that_call_themselves_pass_their_menu_anew_and_go_no_deeper_than_allowed(tmp_path: Path) -> None:
    sub = (
        "title: 깊이\nsteps:\n  m: {menu: 더?, options: {1: {label: 더, next: again}, 2: {label: 끝, next: return}}}\n"
    )
    sub += "  again: {call: flow/deep, next: return}\n"
    call = call_of(tmp_path, "  a: {call: flow/deep, next: b}\n  b: {hangup: 끝}\n", deep=DEEP)
    for depth in range(1, DEPTH + 1):
        assert len(call.session.frames) == depth
        assert call.session.menus == ["deep/m"] * depth
        call.send("1")
    assert call.wait == Connect("operators")
    assert call.journey[-1] == "deep/again:failed"


def test_back_out_of_flows_that_call_themselves_goes_one_call_at_a_time(tmp_path: Path) -> None:
    sub = (
        "title: 깊이\nsteps:\n  m: {menu: 더?, options: {1: {label: 더, next: again}, 2: {label: 끝, next: return}}}\n"
    )
    sub += "  again: {call: flow/deep, next: return}\n"
    call = call_of(tmp_path, "  a: {call: flow/deep, next: b}\n  b: {hangup: 끝}\n", deep=DEEP).send("1", "1", "#")
    assert len(call.session.frames) == 2
    assert call.send("2").wait == Hangup("done")


def test_nobody_who_fails_in_a_flow_called_is_lost(tmp_path: Path) -> None:
    assert call_of(tmp_path).send("1", "1234", NOTHING, NOTHING, NOTHING).wait == Connect("operators")


def test_return_in_a_flow_entered_otherwise_ends_the_call(tmp_path: Path) -> None:
    sub = "title: 둘\nsteps:\n  a: {say: 하나, next: return}\n"
    main = "  a: {menu: 무엇?, options: {1: {label: x, next: flow/two}, 2: {label: y, next: b}}}\n"
    main += "  b: {call: flow/two, next: hangup}\n"
    assert Call(offices.small(tmp_path, main, two=sub)).send("1").wait == Hangup("done")


def test_a_session_keeps_its_frames(tmp_path: Path) -> None:
    session = call_of(tmp_path).send("1", "1234").session
    assert Session.from_json(session.to_json()) == session


def test_a_value_made_from_values_does_not_grow_without_end(tmp_path: Path) -> None:
    sub = "title: 깊이\nsteps:\n  m: {menu: 더?, options: {1: {label: 더, next: again}}}\n"
    sub += '  again: {call: flow/deep, with: {x: "' + "{x}" * 50 + '"}, next: return}\n'
    call = call_of(tmp_path, "  a: {call: flow/deep, with: {x: 가나다라}, next: hangup}\n", deep=sub)
    call.send("1", "1", "1")
    assert len(call.session.variables["x"].content) == 500


@pytest.mark.parametrize(
    ("main", "sub", "expected"),
    [
        (
            "  a: {call: flow/sab, next: hangup}\n",
            "  a: {say: 하나, next: return}\n",
            "main.yaml:3:13 there is no flow “sab”",
        ),
        (
            "  a: {call: flow/sub, with: {nam: 하나}, next: hangup}\n",
            '  a: {say: "{name}", next: b}\n  b: {collect: digits, length: 1, as: name, prompt: 수, next: return}\n',
            "main.yaml:3:30 flow/sub doesn't use the argument “nam”",
        ),
        (
            "  a: {call: flow/sub, returns: {x: cod}, next: hangup}\n",
            "  a: {collect: digits, length: 1, as: code, prompt: 수, next: return}\n",
            "main.yaml:3:36 flow/sub never sets “cod” → did you mean “code”?",
        ),
        (
            "  a: {say: 하나, next: flow/sub}\n",
            "  a: {say: 하나, next: return}\n",
            "sub.yaml:3:22 returns to nowhere: no flow calls this one → call: flow/sub in another flow, or hangup",
        ),
        (
            "  a: {call: flow/sub, next: hangup}\n",
            "  a: {say: 하나, next: b}\n  b: {call: flow/sub, next: return}\n",
            "sub.yaml:4:13 calls flow/sub, and comes here again, without asking the caller anything → "
            "put a menu into it, or end it",
        ),
        (
            "  a: {call: flow/sub, next: a}\n",
            "  a: {say: 하나, next: return}\n",
            "main.yaml:3:13 calls flow/sub, and comes here again, without asking the caller anything → "
            "put a menu into it, or end it",
        ),
    ],
)
def test_what_does_not_fit_is_told(tmp_path: Path, main: str, sub: str, expected: str) -> None:
    found = problems(tmp_path, main, sub="title: 둘\nsteps:\n" + sub)
    assert [p for p in found if p.startswith(expected)], found


def test_a_loop_that_asks_in_the_flow_called_is_fine(tmp_path: Path) -> None:
    sub = "title: 둘\nsteps:\n  a: {menu: 더?, options: {1: {label: x, next: return}}}\n"
    assert problems(tmp_path, "  a: {call: flow/sub, next: a}\n", sub=sub) == []


def test_announcements_are_silent_and_go_on(tmp_path: Path) -> None:
    call = Call(offices.small(tmp_path, "  a: {announce: line, next: b}\n  b: {hangup: 끝}\n"))
    assert (call.heard, call.journey) == (["main/b"], ["main/a:next", "main/b:next"])


def test_the_review_knows_what_is_set_on_the_way_through_a_flow_called(tmp_path: Path) -> None:
    review = Review(datetime.date(2026, 11, 27))
    _, found = loader.examine(offices.write(tmp_path, MAIN, verify=VERIFY), review)
    assert [p.message for p in found if "variable" in p.message] == []
    spoiled = MAIN.replace("next: number", "next: verify")
    _, found = loader.examine(offices.write(tmp_path, spoiled, verify=VERIFY), review)
    assert {p.message for p in found if "variable" in p.message} == {
        "the variable “number” isn't set on every way here"
    }
