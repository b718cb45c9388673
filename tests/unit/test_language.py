"""The language of a call: switched, chosen, several in one utterance, and what the check says."""

from __future__ import annotations

from pathlib import Path

from ivr.engine.effects import Ask, Connect, Play
from ivr.language import loader
from ivr.speech import wav
from ivr.speech.cache import Sounds
from ivr.speech.words import spoken
from ivr.telephony.rehearsal import utterances
from tests import offices
from tests.engine_call import NOTHING, Call

OFFICE = loader.load(offices.STEPS)


class Voices:
    """Notes what is to be spoken by which voice, and is silent."""

    signature = "test"

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    def say(self, text: str, language: str, out: Path, rate: float) -> None:
        self.said.append((text, language))
        wav.write(out, wav.silence(0.01))


def said(call: Call) -> list[str]:
    return [
        spoken(prompt, call.session.language)
        for effect in call.effects
        if isinstance(effect, Play | Ask)
        for prompt in effect.prompts
    ]


def test_each_language_is_offered_in_its_own_words_in_one_utterance() -> None:
    call = Call(OFFICE, "language")
    assert said(call) == ["안녕하십니까.", "한국어 안내는 1번,", "For English, press 2."]
    assert len([e for e in call.effects if isinstance(e, Play | Ask)]) == 1


def test_the_language_chosen_is_the_calls() -> None:
    call = Call(OFFICE, "language").send("2")
    assert call.session.language == "en"
    assert said(call) == ["Thank you for calling."]


def test_whoever_chooses_none_keeps_the_language() -> None:
    call = Call(OFFICE, "language").send(NOTHING)
    assert said(call)[0] == "입력이 확인되지 않았습니다."
    call.send(NOTHING)
    assert call.session.language == "ko"
    assert call.journey == [
        "language/greeting:next",
        "language/choice:failed",
        "language/korean:next",
        "language/bye:next",
    ]


def test_the_keys_of_every_question_mean_the_same_here() -> None:
    assert Call(OFFICE, "language").send("0").wait == Connect("operators")
    call = Call(OFFICE, "language").send("*")
    assert said(call) == ["한국어 안내는 1번,", "For English, press 2."]
    assert said(call.send("7"))[0] == "잘못 누르셨습니다."


def test_failing_goes_on_as_next_unless_told_otherwise(tmp_path: Path) -> None:
    flow = "  a: {language: {1: ko}, tries: 1, next: b}\n  b: {hangup: 끝}\n"
    assert Call(offices.small(tmp_path, flow)).send(NOTHING).heard == ["phrases/no_input", "main/b"]


def test_what_was_said_before_the_switch_stays_in_its_language(tmp_path: Path) -> None:
    flow = "  a: {say: 하나, barge_in: false, next: b}\n  b: {say: 둘, next: c}\n  c: {language: en, next: d}\n"
    flow += "  d: {say: 셋, next: e}\n  e: {menu: 넷, options: {1: {label: 다섯, next: hangup}}}\n"
    english = "desks: {operators: operators, tax: tax}\n"
    english += "flows: {main: {a: one, b: two, d: three, e: {menu: four, options: {1: five}}}}\n"
    call = Call(offices.small(tmp_path, flow, texts__en=english))
    assert said(call)[:5] == ["하나", "둘", "three", "four", "For five, press 1."]


def test_a_sound_of_two_languages_has_each_by_its_voice(tmp_path: Path) -> None:
    voices = Voices()
    sounds = Sounds(tmp_path, tmp_path / "prompts", voices)  # type: ignore[arg-type]  # only what is used of a voice
    wait = Call(OFFICE, "language").wait
    assert isinstance(wait, Ask)
    sounds.path(wait.prompts, "ko")
    assert voices.said == [("안녕하십니까.", "ko"), ("한국어 안내는 1번,", "ko"), ("For English, press 2.", "en")]
    sounds.close()


def test_the_rehearsal_hears_what_follows_in_the_language_chosen() -> None:
    heard = {(prompts[-1].id, language) for prompts, language in utterances(OFFICE, "language", "ko")}
    assert {("language/bye", "en"), ("language/bye", "ko")} <= heard


def test_a_language_that_the_office_does_not_speak_is_told_at_its_place(tmp_path: Path) -> None:
    flow = "  a: {language: {1: ko, 2: jp}, next: b}\n  b: {language: fr, next: hangup}\n"
    _, problems = loader.examine(offices.write(tmp_path, flow))
    assert [(p.line, p.column, p.message) for p in problems] == [
        (3, 28, "the office doesn't speak “jp”"),
        (4, 17, "the office doesn't speak “fr”"),
    ]


def test_keys_of_every_question_can_not_be_taken_for_a_language(tmp_path: Path) -> None:
    _, problems = loader.examine(offices.write(tmp_path, "  a: {language: {0: ko}, next: hangup}\n"))
    assert [p.message for p in problems] == ["the key 0 always means the operators: take 1 to 9"]
