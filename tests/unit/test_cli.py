"""The commands that need no exchange: init, check, simulate, and how errors are told."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from ivr.cli import ivr as program
from ivr.cli import main
from tests import offices

ROOT = Path(__file__).parents[2]


def ivr(*args: str, cwd: Path = ROOT, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ivr.cli", *args], cwd=cwd, input=given, capture_output=True, text=True, check=False
    )


def test_check_of_the_sample_is_good() -> None:
    done = ivr("check")
    assert (done.returncode, done.stderr) == (0, "")
    assert "11 desks, ko, en: good" in done.stdout


def test_check_names_all_problems_and_fails(tmp_path: Path) -> None:
    office = offices.copy_of_sample(tmp_path)
    main = office / "main.yaml"
    main.write_text(main.read_text().replace("next: opening", "next: openin").replace("hours: phone", "hours: fone"))
    done = ivr("check", str(office))
    assert done.returncode == 1
    assert "main.yaml:11:11: error: there is no step “openin”" in done.stdout
    assert "main.yaml:13:12: error: there is no clock “fone”" in done.stdout
    assert done.stderr == "2 errors\n"


def test_check_tells_a_github_workflow_where(tmp_path: Path) -> None:
    office = offices.copy_of_sample(tmp_path)
    main = office / "main.yaml"
    main.write_text(main.read_text().replace("next: opening", "next: openin"))
    done = ivr("check", str(office), "--format", "github")
    assert done.returncode == 1
    line = f"::error file={main},line=11,col=11::there is no step “openin” → did you mean “opening”?"
    assert line in done.stdout.splitlines()


def test_init_makes_a_good_office_and_never_overwrites_one(tmp_path: Path) -> None:
    assert ivr("init", str(tmp_path / "mine")).returncode == 0
    assert ivr("check", str(tmp_path / "mine")).returncode == 0
    again = ivr("init", str(tmp_path / "mine"))
    assert again.returncode == 1
    assert "isn't empty" in again.stderr


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["--keys", "2,1,4"], "☎ 서부교육지원청 전입학 담당자 [west_transfers]: answered"),
        (["--keys", "0", "--line", "1001"], "We are connecting you to the operators."),
        (["--keys", "3,1", "--desk", "no_answer"], "☎ 상담실 [operators]: no_answer"),
        (["--keys", "-,-,-"], "상담원에게 연결해 드리겠습니다."),
        (["--keys", "1"], "✕ hangup"),
        (["--keys", "4", "--caller", "01012345678"], "010-****-5678"),
    ],
)
def test_simulate_by_script(args: list[str], expected: str) -> None:
    done = ivr("simulate", "--at", "2026-11-23T10:00", *args)
    assert done.returncode == 0, done.stderr
    assert expected in done.stdout


def test_simulate_at_lunch_and_on_a_holiday() -> None:
    assert "지금은 점심시간입니다." in ivr("simulate", "--keys", "", "--at", "2026-11-23T12:30").stdout
    assert "오늘은 휴무일입니다." in ivr("simulate", "--keys", "", "--at", "2026-12-25T10:00").stdout


def test_simulate_asks_at_the_terminal() -> None:
    done = ivr("simulate", "--at", "2026-11-23T10:00", given="3\n7\n\n#\n4\n")
    assert "잘못 누르셨습니다." in done.stdout
    assert "입력이 확인되지 않았습니다." in done.stdout
    assert "[exams]: answered" in done.stdout


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["simulate", "--at", "tomorrow"], "“tomorrow” is no time"),
        (["audit", "list", "--from", "0001-01-01"], "“0001-01-01” is too far away to be meant"),
        (["audit", "list", "--limit", "99999999999999999999"], "Invalid value for '--limit'"),
        (["simulate", "--line", "5"], "there is no line 5"),
        (["--config", "/nowhere.yaml", "check"], "there is no /nowhere.yaml: go to the installation's folder"),
        (["check", "--config", "mine.yaml"], "--config stands before the command: ivr --config FILE check"),
        (["--config", ".", "check"], "name the file: ivr --config config.yaml"),
        (["--config", "flows/main.yaml", "check"], "main.yaml: error: none of its keys is a setting"),
        (["--config", "README.md", "check"], "README.md:"),
        (["chekc"], "No such command"),
    ],
)
def test_errors_are_told_in_words(args: list[str], expected: str) -> None:
    done = ivr(*args)
    assert done.returncode != 0
    assert expected in done.stderr
    assert "Traceback" not in done.stderr


def test_a_call_without_a_running_line_says_how_to_start_one(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("lines: {'1000': {flow: main}}\nexchange: {ami: '127.0.0.1:9'}\n")
    done = ivr("call", cwd=tmp_path)
    assert done.returncode == 1
    assert "127.0.0.1:9: nobody answers; is the line running? `ivr up` starts it" in done.stderr
    assert "Errno" not in done.stderr


def test_settings_that_do_not_fit_the_office_are_named(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(
        f"office: {offices.SAMPLE}\nlines:\n  '1': {{flow: mian}}\n  '2': {{flow: main, language: fr}}\n"
    )
    done = ivr("check", cwd=tmp_path)
    assert done.returncode == 1
    for expected in ("no flow “mian”", "did you mean “main”", "doesn't speak “fr”", "“east”, which has no trunk"):
        assert expected in done.stdout


def test_a_line_that_leads_nowhere_is_told_once_and_where(tmp_path: Path) -> None:
    office = offices.copy_of_sample(tmp_path)
    (tmp_path / "config.yaml").write_text(
        f"office: {office}\nexchange: {{practice: true}}\nlines:\n"
        "  '1000': {flow: mian}\n  '1001': {flow: main, language: en}\n"
    )
    done = ivr("check", cwd=tmp_path)
    assert done.stdout.count("no flow “mian”") == 1
    assert "config.yaml:4:18: error: line 1000: the office has no flow “mian”" in done.stdout
    assert done.stderr.startswith("1 error")


def test_a_profile_waits_for_the_errors(tmp_path: Path) -> None:
    office = offices.copy_of_sample(tmp_path)
    main = office / "main.yaml"
    main.write_text(main.read_text().replace("next: opening", "next: openin"))
    done = ivr("check", str(office), "--profile", "kr-public")
    assert done.stderr == "1 error\nkr-public: looked at once the errors are gone\n"


def test_help_shows_an_example() -> None:
    assert "ivr simulate --keys 2,1" in ivr("--help").stdout

    def without(command: click.Command, path: str) -> Iterator[str]:
        """Every command below this one, and itself, whose help has no line to be typed."""
        typed = path.removesuffix(" make")  # `ivr backup make` is typed without
        if not re.search(rf"(^|: +)\s*(sudo )?{typed}(\s|$)", command.help or "", re.MULTILINE):
            yield path
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                if below := command.get_command(context, name):
                    yield from without(below, f"{path} {name}")

    assert list(without(program, "ivr")) == []


def test_a_file_that_can_not_be_read_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.yaml").write_text(f"office: {offices.SAMPLE}\nlines: {{'1000': {{flow: main}}}}\n")
    (tmp_path / "var").mkdir()
    (tmp_path / "var/keys").touch()
    monkeypatch.setattr(sys, "argv", ["ivr", "--config", f"{tmp_path}/config.yaml", "audit", "verify"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert capsys.readouterr().err == f"ivr: {tmp_path}/var/keys/lookup.key: Not a directory\n"
