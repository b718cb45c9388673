"""`collect`: digits that fit a pattern, telephone numbers, dates, amounts, and reading them back."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.engine.effects import Ask, Connect, Hangup
from ivr.engine.events import Digits
from ivr.language import inputs, loader
from ivr.language.digit_pattern import DigitPattern
from ivr.language.inputs import InputKind
from ivr.language.prompt import Value
from ivr.telephony import rehearsal
from tests import offices
from tests.engine_call import NOTHING, Call

WORLD = replace(offices.world(), now=datetime.datetime.fromisoformat("2026-11-27T10:00+09:00"))


def asked(tmp_path: Path, options: str) -> Call:
    flow = "  first: {menu: 무엇?, options: {1: {label: 입력, next: it}}}\n"
    flow += f"  it: {{{options}, as: it, prompt: 눌러 주십시오., next: told}}\n"
    flow += '  told: {hangup: "{it} 맞습니다."}\n'
    return Call(offices.small(tmp_path, flow), world=WORLD).send("1")


GOOD: list[tuple[InputKind, str, str]] = [
    ("phone", "01012345678", "01012345678"),
    ("phone", "0212345678", "0212345678"),
    ("phone", "0421234567", "0421234567"),
    ("phone", "15881588", "15881588"),
    ("phone", "050412345678", "050412345678"),
    ("date", "0229", "2028-02-29"),
    ("date", "1231", "2028-12-31"),
    ("date", "19000101", "1900-01-01"),
    ("amount", "1", "1"),
    ("amount", "12000", "12000"),
]
BAD: list[tuple[InputKind, str]] = [
    ("phone", "12345678"),
    ("phone", "821012345678"),
    ("phone", "0101234567890"),
    ("phone", "000000000000"),
    ("date", "0230"),
    ("date", "1301"),
    ("date", "20260229"),
    ("date", "18991231"),
    ("date", "21000101"),
    ("date", "12345"),
    ("amount", "0"),
    ("amount", "007"),
]


@pytest.mark.parametrize(("kind", "digits", "content"), GOOD)
def test_what_is_typed_becomes_a_value_of_its_kind(kind: InputKind, digits: str, content: str) -> None:
    assert inputs.read(kind, digits, 2028) == Value(kind, content)


@pytest.mark.parametrize(("kind", "digits"), BAD)
def test_what_is_none_of_its_kind_is_refused(kind: InputKind, digits: str) -> None:
    assert inputs.read(kind, digits, 2026) is None


def test_a_date_that_does_not_exist_is_asked_again(tmp_path: Path) -> None:
    call = asked(tmp_path, "collect: date").send("0229")
    assert call.heard == ["phrases/invalid", "main/it"]
    assert call.send("1127").wait == Hangup("done")
    assert call.session.variables["it"] == Value("date", "2026-11-27")


@pytest.mark.parametrize("typed", [NOTHING, Digits("4"), Digits("１２３４５６７８"), Digits("29990101")])
def test_three_failures_lead_to_a_person(tmp_path: Path, typed: Digits) -> None:
    call = asked(tmp_path, "collect: date").send(typed, typed, typed)
    assert call.wait == Connect("operators")
    assert call.journey[1] == "main/it:failed"


def test_as_many_keys_are_taken_as_the_kind_can_have(tmp_path: Path) -> None:
    wait = asked(tmp_path, "collect: phone").wait
    assert isinstance(wait, Ask)
    assert wait.max_digits == 12


def test_a_value_is_read_back_by_its_kind_and_kept_when_it_is_right(tmp_path: Path) -> None:
    call = asked(tmp_path, "collect: phone, confirm: true").send("01012345678#")
    assert call.heard == ["phrases/typed", "main/it/value", "phrases/right_or_again"]
    assert isinstance(call.wait, Ask)
    assert call.wait.prompts[1].parts == (Value("phone", "01012345678"),)
    assert "it" not in call.session.variables
    assert call.send("*").heard[1] == "main/it/value"
    call.send("1")
    assert call.session.variables["it"] == Value("phone", "01012345678")
    assert call.journey[1] == "main/it:next"


def test_two_asks_again_and_the_other_keys_are_a_menus(tmp_path: Path) -> None:
    call = asked(tmp_path, "collect: amount, confirm: true").send("100#", "2")
    assert call.heard == ["main/it"]
    call.send("200#", "#")
    assert call.heard[0] == "main/first/menu"
    assert call.send("1", "300#", "0").wait == Connect("operators")


def test_wrong_keys_at_the_reading_back_lead_to_a_person(tmp_path: Path) -> None:
    call = asked(tmp_path, "collect: amount, confirm: true").send("100#", "3", NOTHING)
    assert call.heard[1:] == ["phrases/typed", "main/it/value", "phrases/right_or_again"]
    assert call.send("7").wait == Connect("operators")
    assert call.journey[1] == "main/it:failed"


def test_digits_must_fit_the_pattern_as_a_whole(tmp_path: Path) -> None:
    call = asked(tmp_path, 'collect: digits, length: 8, pattern: "202[4-6]\\\\d{4}"')
    assert call.send("20231234").heard[0] == "phrases/invalid"
    assert call.send("20261234").wait == Hangup("done")


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"\d{4}", ["0123"], ["012", "01234", ""]),
        (r"[1-3]\d*|9", ["1", "39999", "9"], ["4", "99"]),
        (r"0[^0]{2,3}", ["012", "0123"], ["01", "0102", "01234"]),
        (r"7?", ["", "7"], ["77"]),
    ],
)
def test_patterns(pattern: str, good: list[str], bad: list[str]) -> None:
    fits = DigitPattern(pattern).fits
    assert all(fits(digits) for digits in good)
    assert not any(fits(digits) for digits in bad)


@pytest.mark.parametrize(
    "pattern",
    ["", "(1+)+", "1*2*", r"\d{1,3}\d{0,9}", "a", "1|", "[4-1]", "[^0-9]", "1{3,2}", ".*", r"\w", "^1$", "(?i)1", "１"],
)
def test_what_is_no_pattern_of_digits_or_could_run_away_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"pattern|repeats|fits no"):
        DigitPattern(pattern)
    with pytest.raises(ValueError, match="at most"):
        DigitPattern("1" * 101)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("collect: digits", "the key “length” is missing"),
        ("collect: phone, length: 8", "`length` is for digits"),
        ("collect: digits, length: 8, pattern: '\\d{6}'", "the pattern fits no input of 8 digits"),
        ("collect: date, pattern: '(1+)+'", "“(1+)+” is no pattern"),
        ("collect: iris", "collect: "),
    ],
)
def test_what_does_not_go_together_is_named_at_its_place(tmp_path: Path, options: str, message: str) -> None:
    flow = f"  a: {{{options}, as: x, prompt: 네, next: hangup}}\n"
    _, (problem,) = loader.examine(offices.write(tmp_path, flow))
    assert problem.message.startswith(message)
    assert problem.line == 3
    if "pattern" in options:
        assert problem.source[problem.column - 1] == "'"


def test_a_rehearsal_hears_the_reading_back(tmp_path: Path) -> None:
    for n, kind in enumerate(["phone", "date", "amount", r"digits, length: 6-8, pattern: '[4-6]\d*'"]):
        flow = f"  a: {{collect: {kind}, confirm: true, as: x, prompt: 네, next: hangup}}\n"
        heard = rehearsal.utterances(offices.small(tmp_path / str(n), flow), "main", "ko")
        assert any(prompt.id == "main/a/value" for said, _ in heard for prompt in said), kind
