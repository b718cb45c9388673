"""`ivr audit` as an auditor types it."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from callback.refusal import Refusal
from ivr.cli import Program, deed, ivr
from ivr.cli.audit import audit
from ivr.records import audit as log
from ivr.records.store import Store
from tests import offices


@pytest.fixture
def program(tmp_path: Path) -> Program:
    (tmp_path / "config.yaml").write_text(
        f"office: {offices.SAMPLE}\nlines: {{'1000': {{flow: main}}}}\nexchange: {{practice: true}}\n"
    )
    program = Program(tmp_path / "config.yaml")
    Store(program.config.database_url).migrate()
    return program


def run(program: Program, *arguments: str) -> Result:
    return CliRunner().invoke(audit, arguments, obj=program, catch_exceptions=False)


def test_what_was_done_is_told_as_a_table_and_as_files(program: Program) -> None:
    deed.showing(program, Store(program.config.database_url), "case.shown", "case:20261234", "=1+1")
    (line,) = run(program, "list", "--what", "case").stdout.splitlines()
    assert line.endswith(f"{deed.user()}  case.shown  case:20261234  =1+1")
    ((row),) = map(json.loads, run(program, "list", "--what", "case", "--format", "json").stdout.splitlines())
    assert (row["n"], row["via"], row["why"]) == (1, "command", "=1+1")
    (row,) = csv.DictReader(io.StringIO(run(program, "list", "--what", "case", "--format", "csv").stdout))
    assert row["why"] == "'=1+1"  # no spreadsheet takes it for a formula
    assert len(run(program, "list", "--what", "audit.shown").stdout.splitlines()) == 4  # each look was noted
    nobody = run(program, "list", "--who", "nobody")
    assert (nobody.stdout, nobody.stderr) == ("", "nothing was done that fits\n")


def test_verify_names_the_first_broken_row(program: Program) -> None:
    for _ in range(3):
        deed.showing(program, Store(program.config.database_url), "case.shown")
    whole = run(program, "verify")
    assert (whole.exit_code, whole.stdout[:8]) == (0, "whole: 3")
    newest = whole.stdout.split()[-1]
    assert run(program, "verify", "--known", newest).exit_code == 0
    assert run(program, "verify", "--known", f"2:{newest[2:]}").exit_code == 1
    assert "write the number and the hash" in run(program, "verify", "--known", "3").stderr
    database = sqlite3.connect(program.config.data_dir / "onestop.db")
    database.executescript("DROP TRIGGER audit_kept; UPDATE audit SET who = 'cli:nobody' WHERE n = 2")
    broken = run(program, "verify")
    assert (broken.exit_code, broken.stderr) == (1, "the audit log is broken: row 2 was changed\n")


ADD = "case add 20261234 --type grievance --desk school_life --number 010-1234-5678 --consent"


def test_commands_that_change_something_or_show_somebodys_data_are_noted(program: Program, tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text("receipt,type,desk\n20261235,grievance,school_life\n")
    (tmp_path / "bulk.csv").write_text("number,name,school\n01087654321,김한빛,한빛중\n")
    typed = {
        ADD: "case.added case:20261234",
        "case show 20261234": "case.shown case:20261234",
        "case status 20261234 처리중": "case.changed case:20261234 처리중",
        "case list": "cases.listed",
        f"cases import {tmp_path / 'cases.csv'}": "cases.imported cases.csv: 1 new",
        "messages list": "messages.listed",
        "messages opt-out 010-1234-5678": "messages.opted_out 010-****-5678",
        f"bulk send {tmp_path / 'bulk.csv'} --template assignment": "bulk.sent ",
        "inbox list --desk exams": "voicemails.listed exams",
        "token add saeol --scope cases:read": "token.issued saeol: cases:read",
        "notice off counter_evening --reason 방송": "notice.switched counter_evening off: 방송",
        "calls": "calls.listed",
        "reload": "office.reloaded",
    }
    for line in typed:
        done = CliRunner().invoke(ivr, ["--config", str(program.path), *line.split()], catch_exceptions=False)
        assert done.exit_code == 0, (line, done.output)
    with Store(program.config.database_url).reading() as session:
        noted = [
            f"{row.what} {row.whose} {row.why}".replace("  ", " ").strip()
            for row in log.listed(session, log.Search(), None)
        ]
    assert run(program, "verify").exit_code == 0
    for line, expected in zip(typed, reversed(noted), strict=True):
        assert " ".join(expected.split()).startswith(typed[line].strip()), line
    assert not [said for said in noted if "12345678" in said.replace("-", "") or "87654321" in said]


def test_what_failed_is_not_noted_as_done(program: Program) -> None:
    with pytest.raises(Refusal):
        CliRunner().invoke(
            ivr, ["--config", str(program.path), "case", "status", "1", "처리중"], catch_exceptions=False
        )
    assert run(program, "list", "--what", "case.changed").stdout == ""
