"""A review: what an office without errors would still make a caller stumble over, and what nobody needs in it."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest

from ivr.engine.effects import Whisper
from ivr.errors import Problem
from ivr.language import loader
from ivr.language.checks import Review
from ivr.language.seconds import seconds
from ivr.speech import recordings, wav
from tests import offices
from tests.engine_call import Call

SPRING = datetime.date(2026, 3, 2)
MENU = "  a: {menu: 네?, options: {1: {label: 세무, next: desk/tax}}}\n"


def reviewed(folder: Path, today: datetime.date = SPRING) -> list[Problem]:
    office, found = loader.examine(folder, Review(today))
    assert office is not None, found
    return found


def told(folder: Path) -> list[tuple[str, int, int, str]]:
    return [(Path(p.file).name, p.line, p.column, p.message) for p in reviewed(folder)]


def messages(folder: Path) -> list[str]:
    return [problem.message for problem in reviewed(folder)]


ASK = "  ask: {collect: digits, length: 4, as: x, prompt: 네?, next: tell, else: {failed: FAILED}}\n"


def test_a_variable_that_one_way_leaves_unset(tmp_path: Path) -> None:
    flow = ASK.replace("FAILED", "tell") + '  tell: {say: "번호는 {x}입니다", next: desk/tax}\n'
    (problem,) = reviewed(offices.write(tmp_path, flow))
    assert (problem.line, problem.column, problem.severity) == (4, 20, "warning")
    assert problem.message == "the variable “x” isn't set on every way here"
    assert problem.hint == "not after main/ask by its exit “failed”"


@pytest.mark.parametrize(
    ("step", "at"),
    [
        ("  tell: {when: [{if: {x: '1'}, next: last}, {else: desk/tax}]}\n", "'1'"),
        ("  tell: {when: [{if: \"x == '1'\", next: last}, {else: desk/tax}]}\n", '"x =='),
        ("  tell: {set: {z: '번호 {x}'}, next: last}\n", "{x}"),
    ],
)
def test_a_variable_that_a_condition_or_another_needs(tmp_path: Path, step: str, at: str) -> None:
    flow = (
        ASK.replace("FAILED", "tell") + step + "  last: {collect: digits, length: 1, as: y, prompt: '{x}?', next: b}\n"
    )
    flow += "  b: {set: {x: '{y}'}, next: desk/tax}\n"
    problem, *_ = (p for p in reviewed(offices.write(tmp_path, flow)) if "“x”" in p.message)
    assert problem.source == step.rstrip()
    assert problem.source[problem.column - 1 :].startswith(at)
    assert problem.severity == "warning"


def test_a_variable_that_every_way_sets(tmp_path: Path) -> None:
    flow = ASK.replace("FAILED", "desk/tax") + '  tell: {say: "번호는 {x}입니다", next: ask}\n'
    assert reviewed(offices.write(tmp_path, flow)) == []


def test_a_variable_needed_where_the_call_begins(tmp_path: Path) -> None:
    flow = '  a: {say: "{x}", next: ask}\n' + ASK.replace("FAILED", "desk/tax") + "  tell: {hangup: 안녕}\n"
    assert [p.hint for p in reviewed(offices.write(tmp_path, flow)) if "variable" in p.message] == [
        "not when the call begins here"
    ]


def test_a_case_is_told_only_where_one_was_found(tmp_path: Path) -> None:
    folder = offices.copy_of_sample(tmp_path)
    status = folder / "status.yaml"
    status.write_text(status.read_text().replace("else: {missing: receipt}", "else: {missing: tell}"))
    found = [message for *_, message in told(folder)]
    assert "the variable “case.status” isn't set on every way here" in found
    assert {"status.yaml", "en.yaml"} == {file for file, *_ in told(folder)}


def test_a_lookup_by_what_was_never_asked(tmp_path: Path) -> None:
    folder = offices.copy_of_sample(tmp_path)
    status = folder / "status.yaml"
    status.write_text(status.read_text().replace("start: receipt", "start: owner"))
    assert "the variable “receipt” isn't set on every way here" in messages(folder)


def test_a_flow_called_knows_its_arguments_alone(tmp_path: Path) -> None:
    flow = ASK.replace("FAILED", "desk/tax") + "  tell: {call: flow/sub, WITHnext: hangup}\n"
    sub = 'title: 하위\nsteps:\n  a: {say: "{x}", next: return}\n'
    (problem,) = reviewed(offices.write(tmp_path, flow.replace("WITH", ""), sub=sub))
    assert (Path(problem.file).name, problem.line) == ("sub.yaml", 3)
    assert problem.message == "the variable “x” isn't set on every way here"
    assert reviewed(offices.write(tmp_path, flow.replace("WITH", 'with: {x: "{x}"}, '), sub=sub)) == []


NINE = "district,desk\n" + "".join(f"{name},tax\n" for name in "가나다라마바사아자")


def test_more_topics_than_anybody_keeps_in_mind(tmp_path: Path) -> None:
    flow = "  a: {route: tables/t.csv, ask: {district: 어디?}}\n"
    folder = offices.write(tmp_path, flow, **{"tables__t.csv": NINE})
    assert told(folder) == [("main.yaml", 3, 34, "9 topics: nobody keeps more than 7 in mind")]


def test_a_menu_too_long_to_listen_to(tmp_path: Path) -> None:
    labels = ", ".join(f"{n}: {{label: {'민원 상담과 안내 ' * 4}, next: desk/tax}}" for n in range(1, 7))
    folder = offices.write(tmp_path, f"  a: {{menu: 네?, options: {{{labels}}}}}\n")
    (problem,) = reviewed(folder)
    assert problem.message.startswith("takes about 40 s to listen to, longer than 30 s")


def test_an_estimate_of_speech_is_near_the_voice() -> None:
    measured = {
        "원하시는 번호를 눌러 주십시오.": 2.87,
        "안녕하십니까. 한빛광역시교육청입니다. 이 전화는 통화료가 부과됩니다.": 7.74,
    }
    for text, took in measured.items():
        assert seconds(text, "ko") == pytest.approx(took, rel=0.2)
    assert seconds("We will send you a message whenever it changes.", "en") == pytest.approx(3.16, rel=0.2)
    assert 1 < seconds("Bitte warten Sie einen Augenblick.", "de") < 5


SHUT = offices.CALENDAR + "  never: {hours: {}}\n  lunch: {hours: {mon: 12:00-13:00}, lunch: 12:00-13:00}\n"


@pytest.mark.parametrize("clock", ["never", "lunch"])
def test_a_desk_that_is_never_open(tmp_path: Path, clock: str) -> None:
    desks = offices.DESKS.replace("hours: phone", f"hours: {clock}")
    (problem,) = reviewed(offices.write(tmp_path, MENU, desks=desks, calendar=SHUT))
    assert problem.message == f"the desk “tax” is never open: its clock “{clock}” has no hours"
    assert (problem.line, problem.source[problem.column - 1 :].startswith(clock)) == (4, True)


def test_a_desk_after_which_no_desk_is_open_either(tmp_path: Path) -> None:
    desks = offices.DESKS.replace("hours: phone", "hours: never").replace('["101"]', '["101"], hours: never')
    found = messages(offices.write(tmp_path, MENU, desks=desks, calendar=SHUT))
    assert all(message.endswith("has no hours, and no desk after it is ever open") for message in found)
    assert len(found) == 2


def test_a_desk_without_time_to_pick_up(tmp_path: Path) -> None:
    desks = offices.DESKS.replace("hours: phone", "wait: 2s")
    assert messages(offices.write(tmp_path, MENU, desks=desks)) == ["the desk “tax” has no time to pick up: wait is 2s"]


def test_a_desk_and_an_officer_that_nobody_comes_to(tmp_path: Path) -> None:
    desks = offices.DESKS.replace('"102": 이두리', '"102": 이두리, "103": 박세나')
    desks += '  idle: {name: 빈 부서, agents: ["101"]}\n'
    assert told(offices.write(tmp_path, MENU, desks=desks)) == [
        ("desks.yaml", 5, 3, "no call comes to the desk “idle”"),
        ("desks.yaml", 1, 34, "the officer 103 is at no desk"),
    ]


def test_a_desk_that_only_another_overflows_to_gets_calls(tmp_path: Path) -> None:
    desks = offices.DESKS.replace("hours: phone", "overflow: deputy") + '  deputy: {name: 대리, agents: ["101"]}\n'
    assert messages(offices.write(tmp_path, MENU, desks=desks)) == []


def test_the_desk_of_slow_mode_gets_calls(tmp_path: Path) -> None:
    desks = offices.DESKS + '  slow: {name: 느린 안내, agents: ["101"]}\n'
    office = offices.OFFICE + "slow: {to: desk/slow}\n"
    assert messages(offices.write(tmp_path, MENU, desks=desks, office=office)) == []
    own = MENU.replace("1: {label", "9: {label")
    assert messages(offices.write(tmp_path, own, desks=desks, office=office)) == ["no call comes to the desk “slow”"]


def test_next_year_is_missed_from_october_on(tmp_path: Path) -> None:
    folder = offices.write(tmp_path, MENU)
    assert reviewed(folder, datetime.date(2026, 9, 30)) == []
    (problem,) = reviewed(folder, datetime.date(2026, 10, 1))
    assert problem.severity == "advice"
    assert problem.message.startswith("no days off of 2027 are entered")
    offices.write(tmp_path, MENU, calendar="days_off: {2027-05-04: 재량휴무일}\n" + offices.CALENDAR)
    assert reviewed(folder, datetime.date(2026, 12, 31)) == []
    offices.write(tmp_path, MENU, calendar="complete_until: 2027\n" + offices.CALENDAR)
    assert reviewed(folder, datetime.date(2026, 12, 31)) == [], "the office has said that there are none"
    assert len(reviewed(folder, datetime.date(2027, 10, 1))) == 1


def test_terms_and_peaks_of_next_year_are_missed_where_there_are_any(tmp_path: Path) -> None:
    off = "days_off: {2027-05-04: 재량휴무일}\n" + offices.CALENDAR
    winter = "terms: [{name: 겨울방학, from: 2026-12-31, until: UNTIL}]\npeaks: [{name: 배정, from: PEAK}]\n"

    def found(until: str, peak: str, more: str = "", today: str = "2026-10-01") -> list[str]:
        calendar = more + winter.replace("UNTIL", until).replace("PEAK", peak) + off
        folder = offices.write(tmp_path, MENU, calendar=calendar)
        return [p.message for p in reviewed(folder, datetime.date.fromisoformat(today))]

    missing = ["no term of 2027 is entered: the last one ends on 2026-12-31", "no peak of 2027 is entered"]
    assert found("2026-12-31", "2026-01-22") == missing
    assert found("2026-12-31", "2026-01-22", today="2026-09-30") == []
    assert found("2026-12-31", "2026-01-22", "complete_until: 2027\n") == []
    assert found("2027-03-01", "2027-01-22T15:00") == []


def test_recordings_are_held_against_the_texts(tmp_path: Path) -> None:
    flow = ASK.replace("FAILED", "desk/tax") + '  tell: {say: "번호는 {x}입니다", next: desk/tax}\n'
    office = offices.small(tmp_path, flow)
    for name, samples in {"ko/main/ask": 1.0, "ko/main/asc": 1.0, "ko/main/tell": 61.0, "en/main/ask": 1.0}.items():
        path = tmp_path / f"prompts/{name}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        wav.write(path, wav.silence(samples))
    (tmp_path / "prompts/ko/phrases").mkdir()
    (tmp_path / "prompts/ko/phrases/busy.wav").write_bytes(b"ID3 and what else an MP3 begins with")
    found = [
        (str(Path(p.file).relative_to(tmp_path / "prompts")), p.severity, p.message) for p in recordings.check(office)
    ]
    assert found == [
        ("en/main/ask.wav", "warning", "the office doesn't speak “en”"),
        ("ko/main/asc.wav", "warning", "no text is called “main/asc”"),
        ("ko/main/tell.wav", "warning", "a text with variables can't be recorded"),
        ("ko/main/tell.wav", "warning", "lasts 61 s, longer than 60 s"),
        ("ko/phrases/busy.wav", "error", "can't be read as sound (file does not start with RIFF id)"),
    ]


def test_what_an_officer_hears_before_the_caller_can_be_recorded(tmp_path: Path) -> None:
    shutil.copytree(offices.SAMPLE, tmp_path / "office")
    sample = loader.load(tmp_path / "office")
    calls = [Call(sample, language="en").send(*"214"), Call(sample, language="en").send("0")]
    effects = [effect for call in calls for effect in call.effects if isinstance(effect, Whisper)]
    told = {prompt.id for effect in effects for prompt in effect.prompts}
    assert {name.rpartition("/")[2] for name in told} == {"label", "title", "en"}

    def recorded(*names: str) -> list[str]:
        for name in names:
            path = tmp_path / f"office/prompts/{name}.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            wav.write(path, wav.silence(1.0))
        return [problem.message for problem in recordings.check(sample)]

    assert recorded(*(f"ko/{name}" for name in told)) == []
    wrong = ["ko/main/greeting/label", "ko/main/purpose/options/x/label", "ko/x/title", "ko/whisper/fr"]
    option = next(name for name in told if "/options/" in name)
    found = recorded(*wrong, f"en/{option}")
    assert [message.partition(" “")[0] for message in found] == ["no text is called"] * 5, "only in the first language"


def test_the_sample_office_needs_nothing() -> None:
    assert reviewed(offices.SAMPLE) == []
