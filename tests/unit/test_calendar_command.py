"""`ivr calendar`: the coming days of the clocks, and why each is as it is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli import Program, ivr
from ivr.cli import calendar as command
from tests import offices

CALENDAR = """\
zone: Asia/Seoul
days_off: {2027-02-10: 개청기념일}
terms: [{name: 겨울방학, from: 2027-01-04, until: 2027-02-09}]
peaks: [{name: 배정 발표, from: 2027-02-10T15:00, until: 2027-02-11}]
clocks:
  phone:
    hours: {mon-fri: 08:00-18:00}
    lunch: 12:00-13:00
    extended: {2027-02-11: 08:00-20:00, 2027-02-12: {hours: 09:00-12:00, reason: 종무식}}
  quiet: {hours: {mon-sun: 21:00-08:00}, holidays: false}
"""


@pytest.fixture
def program(tmp_path: Path) -> Program:
    offices.write(tmp_path / "office", "  a: {hangup: 안녕}\n", calendar=CALENDAR)
    (tmp_path / "config.yaml").write_text("office: office\nlines: {'1000': {flow: main}}\n")
    return Program(tmp_path / "config.yaml")


def run(program: Program, *arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(command.calendar, arguments, obj=program)
    assert result.exit_code == code, (result.output, result.exception)
    return result


def test_why_each_day_of_a_clock_is_as_it_is(program: Program) -> None:
    assert run(program, "--clock", "phone", "--from", "2027-02-05", "--days", "8").output == (
        "2027-02-05 to 2027-02-12 (Asia/Seoul, holidays of KR)\n"
        "\n"
        "Day             phone                    Term      Why\n"
        "2027-02-05 Fri  08:00–12:00 13:00–18:00  겨울방학  weekly hours (mon-fri)\n"
        "2027-02-06 Sat  –                        겨울방학  설날 전날, public holiday\n"
        "2027-02-07 Sun  –                        겨울방학  설날, public holiday\n"
        "2027-02-08 Mon  –                        겨울방학  설날 다음날, public holiday\n"
        "2027-02-09 Tue  –                        겨울방학  설날 대체 휴일, substitute day\n"
        "2027-02-10 Wed  –                                  개청기념일, own day off; ◆ 15:00 배정 발표\n"
        "2027-02-11 Thu  08:00–12:00 13:00–20:00            extended day; ◆ 배정 발표\n"
        "2027-02-12 Fri  09:00–12:00                        종무식, extended day\n"
    )


def test_all_clocks_at_once_tell_what_is_out_of_the_ordinary(program: Program) -> None:
    assert run(program, "--from", "2027-02-10", "--days", "4").output.splitlines()[2:] == [
        "Day             phone                    quiet        Why",
        "2027-02-10 Wed  –                        21:00–08:00  개청기념일, own day off (phone); ◆ 15:00 배정 발표",
        "2027-02-11 Thu  08:00–12:00 13:00–20:00  21:00–08:00  extended day (phone); ◆ 배정 발표",
        "2027-02-12 Fri  09:00–12:00              21:00–08:00  종무식, extended day (phone)",
        "2027-02-13 Sat  –                        21:00–08:00  weekly hours",
    ]


def test_thirty_days_from_today_at_the_office(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_now", lambda: dt.datetime(2026, 12, 31, 16, 0, tzinfo=dt.UTC))
    lines = run(program).output.splitlines()
    assert (len(lines), lines[0].partition(" (")[0]) == (33, "2027-01-01 to 2027-01-30")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--clock", "phon"], 1, "there is no clock “phon” → did you mean “phone”?"),
        (["--from", "2027-02-30"], 2, "“2027-02-30” is no date: write e.g. 2027-01-22"),
        (["--days", "0"], 2, "0 is not in the range"),
        (["--from", "2099-12-30", "--days", "3"], 1, "holidays are known from 2000-01-01 to 2099-12-31"),
    ],
)
def test_mistakes_are_told(program: Program, arguments: list[str], code: int, told: str) -> None:
    result = run(program, *arguments, code=code)
    assert told in result.output + str(result.exception)


def test_help_has_examples() -> None:
    assert "ivr calendar --clock phone --days 7" in CliRunner().invoke(ivr, ["calendar", "--help"]).output
