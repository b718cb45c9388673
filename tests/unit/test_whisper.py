"""What the officer hears before the caller: from what was chosen, in the office's language, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.engine.effects import Connect, Whisper
from ivr.engine.events import DeskLeft, Looked
from ivr.errors import SpeechError
from ivr.language import loader
from ivr.language.prompt import Prompt, Value
from ivr.speech.words import spoken
from ivr.telephony import rehearsal, whisper
from tests import offices
from tests.engine_call import NOTHING, Call

OFFICE = loader.load(offices.SAMPLE)


def said(call: Call) -> list[str]:
    """The words of the whisper that goes with the last effect, a `Connect`."""
    assert isinstance(call.wait, Connect)
    (heard,) = [effect for effect in call.effects if isinstance(effect, Whisper)]
    return [spoken(prompt, "ko") for prompt in heard.prompts]


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("4", ["검정고시와 수능"]),
        ("214", ["전입학과 배정", "초등학교", "서구"]),
        ("23", ["전입학과 배정", "고등학교"]),
        ("21#3", ["전입학과 배정", "고등학교"]),
        ("2#4", ["검정고시와 수능"]),
        ("21##4", ["검정고시와 수능"]),
        ("20", ["전입학과 배정"]),
        ("0", ["대표전화"]),
    ],
)
def test_the_officer_hears_what_was_chosen(keys: str, words: list[str]) -> None:
    assert said(Call(OFFICE).send(*keys)) == words


def test_it_is_in_the_officers_language_whatever_the_callers() -> None:
    assert said(Call(OFFICE, language="en").send("4")) == ["검정고시와 수능", "영어"]


def test_a_case_is_named_once_the_caller_has_proved_to_be_its_own() -> None:
    given = Call(OFFICE, flow="status").send("20261234", "5678")
    assert "이 공 이 육" not in " ".join(said(given.send(Looked("unavailable"))))
    found = Looked("found", (("case.receipt", Value("digits", "20261234")), ("case.status", Value("text", "처리중"))))
    call = Call(OFFICE, flow="status").send("20261234", "5678", found, "0")
    assert said(call)[1:] == ["접수번호", spoken(Prompt("x", (Value("digits", "20261234"),)), "ko")]


def test_every_hop_hears_it_but_a_desk_that_wants_none(tmp_path: Path) -> None:
    flow = "  a: {menu: 무엇?, options: {1: {label: 세금, next: desk/tax}}}\n"
    desks = offices.DESKS.replace("hours: phone}", "whisper: false}")
    call = Call(offices.small(tmp_path, flow, desks=desks)).send("1")
    assert said(call) == []
    assert said(call.send(DeskLeft("no_answer"))) == ["세금"]


def test_an_officer_dialled_by_extension_hears_it_as_well(tmp_path: Path) -> None:
    flow = "  a: {menu: 무엇?, options: {1: {label: 직원, next: b}}}\n  b: {extension: 내선?, next: hangup}\n"
    assert said(Call(offices.small(tmp_path, flow)).send("1", "102#")) == ["직원"]


def test_only_the_last_labels_are_told(tmp_path: Path) -> None:
    steps = [f"  m{n}: {{menu: 무엇?, options: {{1: {{label: 갈래 {n}, next: m{n + 1}}}}}}}\n" for n in range(1, 5)]
    flow = "".join(steps) + "  m5: {desk: tax}\n"
    assert said(Call(offices.small(tmp_path, flow)).send(*"1111")) == ["갈래 2", "갈래 3", "갈래 4"]


def test_a_choice_asked_again_counts_once(tmp_path: Path) -> None:
    flow = "  a: {menu: 무엇?, options: {1: {label: 세금, next: b}}}\n"
    flow += "  b: {desk: tax, else: {no_answer: a}}\n"
    call = Call(offices.small(tmp_path, flow)).send("1", DeskLeft("no_answer"), "1")
    assert said(call) == ["세금"]
    assert said(call.send(DeskLeft("no_answer"), NOTHING, NOTHING, NOTHING)) == ["시험"]


def test_what_can_be_whispered_is_spoken_beforehand() -> None:
    heard = rehearsal.utterances(OFFICE, "main", "en")
    assert any([p.id for p in prompts] == ["main/purpose/options/4/label", "whisper/en"] for prompts, _ in heard)
    assert {language for prompts, language in heard if prompts[-1].id == "whisper/en"} == {"ko"}


def test_a_voice_that_fails_costs_the_whisper_and_not_the_call() -> None:
    def fail(*_: object) -> str:
        raise SpeechError("no voice")

    prompts = (Prompt("a", ("가",)),)
    assert whisper.sound(fail, OFFICE, prompts) == ""
    assert whisper.sound(lambda *_: "/sounds/a", OFFICE, prompts) == "/sounds/a"
    assert whisper.sound(fail, OFFICE, ()) == ""
