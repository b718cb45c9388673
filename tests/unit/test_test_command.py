"""`ivr test`: which conversations, what is told, exit codes and files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import offices

ROOT = Path(__file__).parents[2]


def ivr(*args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ivr.cli", *args]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A copy of the sample whose examinations go to another desk than a conversation says."""
    folder = offices.copy_of_sample(tmp_path)
    (folder / "calls" / "new.yaml").write_text(
        "at: 2026-11-23T10:00\ncalls:\n  시험:\n    talk:\n      - press: 4\n      - desk: tuition   # 바뀜\n"
    )
    return folder


def test_the_sample_leaves_no_gap() -> None:
    done = ivr("test", "--coverage")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "conversations as written" in done.stdout


def test_a_call_that_goes_otherwise_fails(office: Path, tmp_path: Path) -> None:
    done = ivr("test", str(office), "--junit", str(tmp_path / "junit.xml"))
    assert done.returncode == 1
    assert "calls/new.yaml:6:9: 시험\n    expected: desk: tuition\n    got:      desk: exams\n" in done.stdout
    assert 'failures="1"' in (tmp_path / "junit.xml").read_text()


def test_files_and_calls_are_named(office: Path) -> None:
    assert ivr("test", str(office), "main", "status").returncode == 0
    assert "0 of 1 conversations" in ivr("test", str(office), "시험").stdout
    lost = ivr("test", str(office), "mian").stderr
    assert "there is no file calls/mian.yaml, and no call with “mian” in its name; did you mean “main”?" in lost


def test_a_part_of_a_name_is_enough(office: Path) -> None:
    file = office / "calls" / "new.yaml"
    call = "  {}:\n    talk:\n      - press: 4\n      - desk: exams\n"
    file.write_text("at: 2026-11-23T10:00\ncalls:\n" + "".join(map(call.format, ("Exam A", "exam B", "exam"))))
    assert "2 of 2 conversations" in ivr("test", str(office), "xam ").stdout
    assert "1 of 1 conversations" in ivr("test", str(office), "exam").stdout, "the whole name is that call alone"
    assert "did you mean “exam" in ivr("test", str(office), "exma").stderr
    assert "files: desks, main, new, notices, status" in ivr("test", str(office), "zzz").stderr


def test_a_slip_in_one_letter_of_a_syllable_is_near(office: Path) -> None:
    assert "did you mean “시험”?" in ivr("test", str(office), "시헙").stderr


def test_update_makes_it_good(office: Path) -> None:
    done = ivr("test", str(office), "--update", "new")
    assert done.returncode == 0
    assert "calls/new.yaml: rewritten" in done.stdout
    assert (office / "calls" / "new.yaml").read_text().endswith("      - desk: exams   # 바뀜\n")


def test_a_gap_is_a_failure_when_it_is_asked_for(office: Path) -> None:
    done = ivr("test", str(office), "--coverage", "status")
    assert done.returncode == 1
    assert "main.yaml" in done.stdout
    assert "warning: no conversation leaves “purpose” by “4”" in done.stdout
    assert ivr("test", str(office), "status").returncode == 0


def test_what_is_wrong_in_calls_is_named_by_test_and_check(office: Path) -> None:
    file = office / "calls" / "new.yaml"
    file.write_text(file.read_text().replace("press: 4", "pres: 4"))
    for command in ("test", "check"):
        done = ivr(command, str(office))
        assert done.returncode == 1
        assert "calls/new.yaml:5:9: error: unknown key “pres”" in done.stdout + done.stderr


def test_an_office_without_calls_is_told_how(tmp_path: Path) -> None:
    offices.write(tmp_path, "  a: {hangup: 끝}\n")
    assert "write calls/NAME.yaml" in ivr("test", str(tmp_path)).stderr
