"""`ivr report` and `ivr calls`, from a database that the recorder filled."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from ivr.cli import Program
from ivr.cli.erlang import erlang
from ivr.cli.report import calls, report
from ivr.errors import OnestopError, StoreUnavailable
from ivr.records.journal import Journal
from ivr.records.keys import Keys
from ivr.records.recorder import Recorder
from ivr.records.store import Store
from reports.table import width

OFFICE = Path(__file__).parents[2] / "flows"
T = 1_795_219_200_000  # 2026-11-21 00:00 UTC, 09:00 in Seoul
CALLER = "01012345678"

WITNESS = """
.1 0 enter 1000
.1 2 queue certificates
.1 12 connect certificates 111
.1 72 leave certificates CONTINUE
.1 73 end - 16
.2 60 enter 1000
.2 62 queue certificates
.2 102 leave certificates TIMEOUT
.2 102 queue operators
.2 112 connect operators 101
.2 142 end - 16
.3 3600 enter 1001
.3 3601 queue operators
.3 3631 end - 16
.4 3700 enter 1000
.4 3701 queue operators
.4 3704 end - 16
.5 3800 enter 1000
.5 3801 static unreachable
.5 3801 queue operators
.5 3861 leave operators TIMEOUT
.5 3862 end - 16
.6 54000 enter 1000
.6 54009 end - 16
"""


@pytest.fixture
def program(tmp_path: Path) -> Program:
    (tmp_path / "config.yaml").write_text(
        f"office: {OFFICE}\nlines: {{'1000': {{flow: main}}, '1001': {{flow: main}}}}\n"
    )
    return Program(tmp_path / "config.yaml")


@pytest.fixture
def filled(program: Program) -> Program:
    config = program.config
    lines = []
    for line in WITNESS.strip().split("\n"):
        call, second, kind, *rest = line.split()
        a, b = (*rest, "", "")[:2]
        lines.append(f"n1-1795219200{call}|{T // 1000 + int(second)}.000|{kind}|{a.strip('-')}|{b}\n")
    path = config.data_dir / "witness/witness.log"
    path.parent.mkdir(parents=True)
    path.write_text("".join(lines))
    keys, journal = Keys(config.keys_dir), Journal(config.data_dir / "journal")
    told: dict[str, Any] = {"call": "n1-1795219200.1", "t": T}
    opening = {"line": "1000", "flow": "main", "language": "ko", "office": "abc"}
    journal.append({**told, "k": "call", **opening, "caller": keys.seal(CALLER), "who": keys.who(CALLER)})
    journal.append({**told, "k": "foretold", "t": T + 1000, "desk": "certificates", "low": 0, "high": 60})
    journal.append({**told, "call": "n1-1795219200.2", "k": "foretold", "t": T + 61_000, "desk": "operators",
                    "low": 60, "high": 120})  # fmt: skip
    journal.append({**told, "k": "turn", "n": 1, "steps": [["main", "greeting", "next"], ["main", "purpose", "1"]]})
    journal.close()
    Recorder(journal.folder, path, Store(config.database_url), "n1").once()
    return program


def run(command: click.Command, program: Program, *arguments: str) -> Result:
    result = CliRunner().invoke(command, arguments, obj=program, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def figures(program: Program, *arguments: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(run(report, program, *arguments, "--format", "json").stdout)
    return answer


def test_the_day_counted_by_hand(filled: Program) -> None:
    told = figures(filled, "--from", "2026-11-21", "--to", "2026-11-21")
    assert told["all"] == {
        "received": 5,
        "offered": 5,
        "answered": 2,
        "abandoned": 1,
        "short_abandoned": 1,
        "overflowed": 0,
        "failed": 1,
        "message_instead": 0,
        "left_informed": 0,
        "self_service": 0,
        "told_closed": 0,
        "left_menu": 0,
        "in_progress": 0,
        "queued": 5,
        "answer_rate": 2 / 5,
        "service_level": 1 / 5,
        "abandonment": 1 / 4,
        "direct_handling": 1 / 2,
        "transfer_rate": 0,
        "asa_s": (10 + 50) / 2,
        "longest_wait_s": 60,
        "talk_s": (60 + 30) / 2,
    }
    assert (told["zone"], told["from"], told["to"]) == (
        "Asia/Seoul",
        "2026-11-21T00:00:00+09:00",
        "2026-11-22T00:00:00+09:00",
    )
    assert set(told["figures"]["answer_rate"]) == {"title", "title_ko", "unit", "formula", "denominator", "source"}


def test_by_desk_every_entry_counts(filled: Program) -> None:
    groups = figures(filled, "--from", "2026-11-21", "--to", "2026-11-21", "--by", "desk")["groups"]
    parts = ("offered", "answered", "overflowed", "failed")
    assert {name: tuple(of[part] for part in parts) for name, of in groups.items()} == {
        "민원 담당자 (certificates)": (2, 1, 1, 0),
        "상담실 (operators)": (4, 1, 0, 1),
    }
    assert groups["상담실 (operators)"]["asa_s"] == 10


def test_by_line_and_by_hour_in_the_office_s_zone(filled: Program) -> None:
    day = ("--from", "2026-11-21", "--to", "2026-11-22")
    lines = figures(filled, *day, "--by", "line")["groups"]
    assert {name: g["offered"] for name, g in lines.items()} == {"1000": 4, "1001": 1}
    hours = figures(filled, *day, "--by", "hour")["groups"]
    assert {name: g["offered"] for name, g in hours.items()} == {"00": 0, "09": 2, "10": 3}


def test_a_period_is_half_open(filled: Program) -> None:
    def offered(first: str, last: str) -> int:
        return int(figures(filled, "--from", f"2026-11-21T{first}", "--to", f"2026-11-21T{last}")["all"]["offered"])

    assert [offered("09:00", "09:01"), offered("09:01", "10:00"), offered("09:00", "10:01")] == [1, 1, 3]


def test_the_table_lines_up_and_explains_itself(filled: Program) -> None:
    out = run(report, filled, "--from", "2026-11-21", "--to", "2026-11-21", "--by", "desk").output
    head, *rows, _all = out.split("\n\n")[0].split("\n")
    assert {width(row) for row in rows} == {width(head)}
    assert "2026-11-21 00:00 ≤ t < 2026-11-22 00:00 (Asia/Seoul)" in out
    assert "Answer rate = answered ÷ offered; denominator: offered, short abandons among them" in out


def test_csv_is_for_programs_and_the_formulas_go_elsewhere(filled: Program) -> None:
    result = run(report, filled, "--from", "2026-11-21", "--to", "2026-11-21", "--by", "desk", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [(row["desk"], row["offered"], row["asa_s"]) for row in rows][-1] == ("all", "6", "10")
    assert "Answer rate" in result.stderr
    assert "Answer rate" not in result.stdout


def test_an_empty_day_has_figures_too(filled: Program) -> None:
    assert figures(filled)["all"]["offered"] == 0
    assert "–" in run(report, filled).output


def test_a_period_that_is_none_is_refused(filled: Program) -> None:
    result = CliRunner().invoke(report, ["--from", "gestern"], obj=filled)
    assert result.exit_code == 2
    assert "neither a day" in result.output


def test_calls_are_listed_newest_first_and_masked(filled: Program) -> None:
    out = run(calls, filled, "--limit", "6").output
    ids = [line.split()[2] for line in out.splitlines()[1:]]
    assert ids == [f"n1-1795219200.{n}" for n in (6, 5, 4, 3, 2, 1)]
    assert "010-****-5678" in out
    assert CALLER not in out
    assert len(run(calls, filled, "--limit", "2").output.splitlines()) == 3


def test_the_way_of_a_call(filled: Program) -> None:
    assert run(calls, filled, "n1-1795219200.1").output.splitlines() == [
        "n1-1795219200.1: answered, line 1000, caller 010-****-5678, lasted 1:13 (Asia/Seoul)",
        "2026-11-21",
        "09:00:00  reached line 1000",
        "09:00:00  main/greeting → next",
        "09:00:00  main/purpose → 1",
        "09:00:02  queue of 민원 담당자, told 0:00 to 1:00",
        "09:00:12  민원 담당자: 111 박가람 picked up after 0:10",
        "09:01:12  left 민원 담당자 after talking 1:00",
        "09:01:13  ended: answered",
    ]
    assert "queue of 상담실, the static way (unreachable)" in run(calls, filled, "n1-1795219200.5").output
    assert "left 민원 담당자 after 0:40: no_answer" in run(calls, filled, "n1-1795219200.2").output


def test_without_its_key_a_caller_is_not_shown_and_the_rest_is(filled: Program) -> None:
    (filled.config.keys_dir / "number-1.key").write_bytes(bytes(32))
    out = run(calls, filled).output
    assert "(key missing)" in out
    assert "n1-1795219200.1" in out


def test_a_call_there_is_not(filled: Program) -> None:
    with pytest.raises(OnestopError, match=r"no call n1-1\.1;"):
        run(calls, filled, "n1-1.1")


def test_before_anything_was_recorded_the_report_is_empty(program: Program) -> None:
    whole = json.loads(run(report, program, "--format", "json").output)
    assert (whole["groups"], whole["all"]["offered"]) == ({}, 0)
    assert run(calls, program).exit_code == 0


def test_a_database_that_cannot_be_had(program: Program) -> None:
    program.config.data_dir.parent.mkdir(parents=True, exist_ok=True)
    program.config.data_dir.write_text("a file where the folder should be")
    with pytest.raises(StoreUnavailable):
        run(report, program)


def test_told_waits_against_actual_ones(filled: Program) -> None:
    result = run(report, filled, "--waits", "--from", "2026-11-21", "--format", "json")
    figures = json.loads(result.output)
    assert figures["all"] == {"told": 2, "held": 0.5, "width_s": 60, "wait_s": 10, "long_told": 0}
    assert figures["desks"]["민원 담당자 (certificates)"]["held"] == 1
    assert figures["desks"]["상담실 (operators)"] == {
        "told": 1,
        "held": 0,
        "width_s": 60,
        "wait_s": 10,
        "long_told": 0,  # of the 60 s that the static way ended
    }
    table = run(report, filled, "--waits", "--from", "2026-11-21").output
    assert "50.0%" in table
    assert "Held = waits within the range told" in table


def test_where_callers_leave_the_menu(filled: Program) -> None:
    result = run(report, filled, "--steps", "--from", "2026-11-21", "--format", "json")
    steps = json.loads(result.output)["groups"]
    assert steps["main/purpose"] == {"entered": 1, "left": 0, "left_share": 0}


def test_after_how_long_a_wait_they_give_up(filled: Program) -> None:
    day = ("--from", "2026-11-21", "--to", "2026-11-21")
    told = json.loads(run(report, filled, "--giving-up", *day, "--format", "json").output)
    assert told["all"] == {"waiting": 5, "answered": 2, "gave_up": 2, "given_up_share": 1, "hazard": 2 / 5}
    assert told["groups"]["≤ 5 s"]["hazard"] == 1 / 5
    assert told["groups"]["20–30 s"] == {
        "waiting": 3, "answered": 0, "gave_up": 1, "given_up_share": 1 / 2, "hazard": 1 / 3,
    }  # fmt: skip
    assert told["groups"]["> 600 s"]["hazard"] is None
    assert "entries at desks" in run(report, filled, "--giving-up", *day, "--desk", "operators").output


def test_who_calls_again(filled: Program) -> None:
    told = run(report, filled, "--callers", "--from", "2026-11-21", "--to", "2026-11-21", "--format", "json")
    figures = json.loads(told.output)["all"]
    assert (figures["callers"], figures["repeat_callers"], figures["repeat_share"]) == (1, 0, 0)
    by_desk = run(report, filled, "--callers", "--by", "desk", "--from", "2026-11-21", "--format", "json")
    assert list(json.loads(by_desk.output)["groups"]) == ["민원 담당자 (certificates)"]
    of_desk = run(report, filled, "--callers", "--desk", "certificates", "--from", "2026-11-21", "--format", "json")
    assert set(json.loads(of_desk.output)["all"]) == {"fcr", "one_stop"}  # a caller has no desk


def test_reports_of_their_own_refuse_what_they_have_not(filled: Program) -> None:
    for arguments in (("--steps", "--by", "desk"), ("--steps", "--waits"), ("--notices", "--line", "1000")):
        result = CliRunner().invoke(report, arguments, obj=filled)
        assert result.exit_code == 2, result.output


def test_filters_and_finer_groups(filled: Program) -> None:
    day = ("--from", "2026-11-21", "--to", "2026-11-21")
    assert figures(filled, *day, "--line", "1001")["all"]["offered"] == 1
    told = figures(filled, *day, "--by", "topic")
    assert {name: of["received"] for name, of in told["groups"].items()} == {
        "민원 담당자 (desk/certificates)": 2,
        "상담실 (desk/operators)": 3,
    }
    assert list(figures(filled, *day, "--by", "week")["groups"]) == ["2026-W47"]
    assert figures(filled, *day, "--by", "hour", "--desk", "certificates")["counted"].startswith("entries at desks")
    assert "111 박가람" not in run(report, filled, *day, "--by", "line").output


def test_officers_from_the_office_s_own_days(filled: Program) -> None:
    day = ("--from", "2026-11-21", "--to", "2026-11-21")
    out = run(erlang, filled, *day, "--officers", "6").output
    assert re.search(r"With 6 officers \d+% within 20 s in the busiest hour, 10:00 \(3\.0 calls of 0:45 each\)", out)
    told = json.loads(run(erlang, filled, *day, "--format", "json").output)
    assert [hour["hour"] for hour in told["hours"]] == ["09", "10"]
    assert "nobody has talked" in run(erlang, filled, "--desk", "exams", *day).output
    wrong = CliRunner().invoke(erlang, [*day, "--within", "21s"], obj=filled)
    assert wrong.exit_code == 2
    assert "21 s is no edge" in wrong.output
