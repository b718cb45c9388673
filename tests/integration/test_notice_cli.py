"""`ivr notice`: switched in a hurry, and every way that it is refused."""

from __future__ import annotations

import wave
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli import Program
from ivr.cli.notice import notice
from ivr.errors import OnestopError, SpeechError
from ivr.records import switches
from ivr.records.store import Store
from ivr.speech.voice import Voice
from ivr.telephony.notice_board import read
from tests import notices

TEXT = "오늘 전산 장애로 증명 발급이 안 됩니다."


@pytest.fixture
def program(tmp_path: Path) -> Program:
    notices.office(tmp_path / "office")
    (tmp_path / "config.yaml").write_text("office: office\nlines: {'1000': {flow: main}}\n")
    return Program(tmp_path / "config.yaml")


def run(program: Program, *arguments: str) -> str:
    result = CliRunner().invoke(notice, arguments, obj=program, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def refused(program: Program, *arguments: str) -> str:
    """What is said to a command that isn't carried out."""
    result = CliRunner().invoke(notice, arguments, obj=program)
    assert result.exit_code != 0, result.output
    return str(result.exception) if isinstance(result.exception, OnestopError) else result.output


def said(program: Program) -> list[dict[str, str]]:
    """The words on the air."""
    with Store(program.config.database_url).reading() as session:
        return [dict(one.texts) for one in read(session, datetime.now(UTC))[1] if one.on]


def test_a_notice_is_switched_listed_and_let_go(program: Program) -> None:
    assert "“exam” is on until 20" in run(program, "on", "exam", "--for", "2h", "--reason", "수능")
    assert "“daily” is off: the next caller doesn't hear it" in run(program, "off", "daily")
    lines = {line.split()[0]: " ".join(line.split()) for line in run(program, "list").splitlines()}
    assert list(lines) == ["notice", "exam", "flooded", "daily", "crowded", "past", "later"]
    assert "on switched on: 수능" in lines["exam"]
    assert "cli:" in lines["exam"]
    assert "off switched off" in lines["daily"]
    assert "waits to be switched on" in lines["flooded"]
    assert "there is no load" in lines["crowded"]
    assert "its time is over" in lines["past"]
    assert "(from 2099-01-01 00:00)" in lines["later"]
    assert "by its windows and its load again" in run(program, "auto", "daily")
    assert "as before" in run(program, "auto", "daily")
    assert "it is its time" in run(program, "list")
    told = [line.split()[2:4] for line in run(program, "list", "--changes").splitlines()[1:]]
    assert told == [["daily", "auto"], ["daily", "off"], ["exam", "on"]]


def test_words_in_a_hurry_are_spoken_before_they_are_live(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[float] = []
    plain = Voice.say

    def say(self: Voice, text: str, language: str, out: Path, rate: float = 1.0) -> None:
        spoken.append(rate)
        assert text == TEXT
        if (program.config.data_dir / "onestop.db").exists():
            assert said(program) == []
        plain(self, text, language, out, rate)

    monkeypatch.setattr(Voice, "say", say)
    out = run(program, "say", TEXT, "--for", "2h", "--reason", "전산장애")
    assert "“emergency-1” is on until" in out
    assert (spoken, said(program)) == ([1.0, 0.8], [{"ko": TEXT}])
    monkeypatch.undo()
    assert run(program, "list").splitlines()[1].split()[:5] == ["emergency-1", "on", "switched", "on:", "전산장애"]
    assert f"전산장애: “{TEXT}”" in run(program, "list", "--changes")
    assert TEXT in run(program, "preview", "emergency-1")
    assert "“emergency-1” is off" in run(program, "off", "emergency-1")
    assert said(program) == []


def test_what_cannot_be_spoken_is_not_reported_as_live(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise SpeechError("the voice is busy")

    monkeypatch.setattr(Voice, "say", fail)
    assert "the voice is busy" in refused(program, "say", TEXT, "--for", "2h", "--reason", "전산장애")
    assert said(program) == []


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("on", "exma"), "there is no notice “exma” → did you mean “exam”?"),
        (("on", "past"), "“past” ended on 2020-01-02 00:00: give it another `until`"),
        (("on", "exam", "--for", "2h", "--until", "2099-01-01T10:00"), "not both"),
        (("on", "exam", "--until", "2020-01-01T10:00"), "that time is over already"),
        (("on", "exam", "--for", "2"), "is no duration"),
        (("on", "flooded", "--for", "2h"), "needs a reason"),
        (("on", "flooded", "--reason", "비"), "say when"),
        (("on", "exam", "--reason", "a\nb"), "one line"),
        (("on", "exam", "--reason", "x" * 201), "200 characters at most"),
        (("off", "nothing"), "there is no notice “nothing”"),
        (("auto", "../etc"), "there is no notice"),
        (("say", TEXT, "--reason", "비"), "say when"),
        (("say", TEXT, "--for", "2h"), "needs a reason"),
        (("say", TEXT, "--for", "8d", "--reason", "비"), "at most 7 days"),
        (("say", "", "--for", "2h", "--reason", "비"), "nothing to be spoken"),
        (("say", "...", "--for", "2h", "--reason", "비"), "nothing to be spoken"),
        (("say", "가" * 501, "--for", "2h", "--reason", "비"), "501 characters"),
        (("say", "가" * 400, "--for", "2h", "--reason", "비"), "60 s are the most"),
        (("say", "정전\0입니다", "--for", "2h", "--reason", "비"), "U+0000"),
        (("say", "정전 {caller}", "--for", "2h", "--reason", "비"), "U+007B (LEFT CURLY BRACKET)"),
        (("say", "<break/>정전", "--for", "2h", "--reason", "비"), "U+003C"),
        (("say", "정전 😀", "--for", "2h", "--reason", "비"), "U+1F600"),
        (("say", "정전\u202e", "--for", "2h", "--reason", "비"), "U+202E"),
        (("say", "정전\udcff", "--for", "2h", "--reason", "비"), "U+DCFF"),
        (("say", TEXT, "--also", "fr=Bonjour", "--for", "2h", "--reason", "비"), "other languages of the office: none"),
        (("preview", "exam", "--language", "en"), "doesn't speak “en”"),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(program: Program, arguments: tuple[str, ...], why: str) -> None:
    assert why in refused(program, *arguments)
    store = Store(program.config.database_url)
    store.migrate()
    with store.reading() as session:
        assert switches.changes(session, None, 1) == []


def test_a_notice_that_is_written_but_not_on_the_line_says_so(program: Program) -> None:
    run(program, "list")
    file = program.config.office_dir / "notices.yaml"
    file.write_text(
        file.read_text().replace("  past:", "  fresh: {say: 새 소식, owner: 총무과, until: 2099-12-31}\n  past:")
    )
    assert "not yet on the line: ivr reload" in refused(program, "on", "fresh")


def test_a_preview_is_words_and_sound(program: Program, tmp_path: Path) -> None:
    assert run(program, "preview", "exam") == "ko:\n  오늘은 수능일입니다.\n"
    run(program, "preview", "exam", "--file", str(tmp_path / "exam.wav"))
    with wave.open(str(tmp_path / "exam.wav")) as sound:
        assert sound.getframerate() == 8000
        assert sound.getnframes() > 8000
    assert "can't be written" in refused(program, "preview", "exam", "--file", str(tmp_path / "no/exam.wav"))


def test_an_office_that_announces_nothing_is_told_so(program: Program) -> None:
    main = program.config.office_dir / "main.yaml"
    main.write_text("title: 시험\nsteps:\n  bye: {hangup: 안녕히 계십시오.}\n")
    assert "no flow has a step `announce`" in refused(program, "say", TEXT, "--for", "2h", "--reason", "비")


def test_words_said_in_a_hurry_stay_brief_when_they_are_put_on_the_air_again(program: Program) -> None:
    run(program, "list")  # makes the database
    with Store(program.config.database_url).transaction() as session:
        hand = switches.Hand("cli:kim", "command", datetime.now(UTC), "정전")
        name = switches.say(session, {"ko": TEXT}, datetime.now(UTC) + timedelta(hours=1), hand)
    assert "at most 7 days" in refused(program, "on", name, "--for", "8d", "--reason", "정전")
    assert "at most ten years" in refused(program, "on", name, "--until", "2099-01-01", "--reason", "정전")
    assert "is on until" in run(program, "on", name, "--for", "2h", "--reason", "정전")


@pytest.mark.parametrize(
    ("end", "why"),
    [
        (("--for", "9999999d"), "at most ten years"),
        (("--until", "2099-01-01"), "at most ten years"),
        (("--until", "9999-12-31T23:59Z"), "too far away"),
    ],
)
def test_a_switch_has_an_end_that_somebody_can_mean(program: Program, end: tuple[str, str], why: str) -> None:
    for how in ("on", "off"):
        assert why in refused(program, how, "exam", *end)


def test_a_switch_says_no_end_beyond_the_validity_and_none_before_it(program: Program) -> None:
    path = program.config.office_dir / "notices.yaml"
    path.write_text(path.read_text().replace("until: 2099-12-31, state", "until: 2030-12-31, state"))
    assert "is on until 2031-01-01 00:00:" in run(program, "on", "exam", "--until", "2031-06-01")
    assert "nobody would hear it before" in refused(program, "on", "later", "--for", "1h")


def test_what_is_written_is_previewed_before_it_is_on_the_line(program: Program) -> None:
    program.in_use()
    path = program.config.office_dir / "notices.yaml"
    path.write_text(path.read_text() + "  fresh: {say: 새 안내입니다., owner: 민원실, until: 2030-01-01}\n")
    later = Program(program.path)
    assert "새 안내입니다." in run(later, "preview", "fresh")
    assert "not yet on the line: ivr reload" in refused(later, "on", "fresh")
    path.write_text(path.read_text() + "  broken: {}\n")
    broken = Program(program.path)
    for command in ("preview", "on"):
        assert "the office's files have errors" in refused(broken, command, "fresh")
