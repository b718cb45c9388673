"""`ivr case`, `ivr cases`, `ivr token` and `ivr web`, as an officer types them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import httpx
import pytest
from click.testing import CliRunner, Result

from callback.refusal import Refusal
from ivr.cli import Program
from ivr.cli.case import case
from ivr.cli.cases import cases
from ivr.cli.token import token
from ivr.errors import BadInput, OnestopError
from tests import offices
from tests.exchange import free_port

ADD = ("add", "20261234", "--type", "grievance", "--desk", "school_life")
HEAD = "receipt,type,desk,school,received_at,consent,number\n"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    (tmp_path / "config.yaml").write_text(
        f"office: {offices.SAMPLE}\nlines: {{'1000': {{flow: main}}}}\nexchange: {{practice: true}}\n"
        f"web: {{listen: '127.0.0.1:{free_port()}'}}\n"
    )
    return Program(tmp_path / "config.yaml")


def run(program: Program, command: click.Command, *arguments: str, typed: str | None = None) -> str:
    result = invoked(program, command, *arguments, typed=typed)
    assert result.exit_code == 0, result.output
    return result.stdout


def invoked(program: Program, command: click.Command, *arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(command, arguments, obj=program, input=typed, catch_exceptions=False)


def test_a_case_by_hand(program: Program) -> None:
    said = run(
        program, case, *ADD, "--number", "-", "--consent", "--received", "2025-11-21T10:00", typed="01012345678\n"
    )
    assert said == "20261234: taken in, due 2025-12-01 18:00\n"
    again = run(program, case, *ADD, "--number", "010-1234-5678", "--consent", "--received", "2025-11-21T10:00")
    assert "was there already" in again
    assert run(program, case, "status", "20261234", "처리중", "--officer", "116").startswith("20261234: 처리중, due")
    assert "not running" in run(program, case, "status", "20261234", "보완요구", "--note", "서류 요청")
    shown = run(program, case, "show", "20261234")
    assert "010-****-5678, wants messages, ko" in shown
    assert "next      처리중, 반려, 취하, 종결" in shown
    assert [line.split()[2] for line in shown.splitlines()[6:]] == ["접수", "처리중", "보완요구"]
    assert shown.rstrip().endswith("서류 요청")
    assert "5678" not in shown.replace("010-****-5678", "")


def test_what_is_refused_says_why_and_the_way_out(program: Program) -> None:
    with pytest.raises(Refusal, match=r"type: isn't known to the office \(did you mean “grievance”\?\)") as caught:
        run(program, case, "add", "1", "--type", "grievanc", "--desk", "tuition", "--officer", "999")
    assert [detail.field for detail in caught.value.details] == ["receipt", "type", "officer"]
    run(program, case, *ADD)
    with pytest.raises(Refusal, match="can become 이송, 처리중, 반려, 취하"):
        run(program, case, "status", "20261234", "완료")
    with pytest.raises(Refusal, match="goes with 이송 only"):
        run(program, case, "status", "20261234", "처리중", "--desk", "tuition")
    with pytest.raises(Refusal, match="there is no such case"):
        run(program, case, "show", "20269999")
    assert "there is no desk “tution”" in invoked(program, case, "show", "20261234", "--as", "tution").output


def test_a_sensitive_case_is_shown_to_its_desk_alone(program: Program) -> None:
    run(program, case, *ADD[:2], "--type", "school_violence", "--desk", "school_life")
    for other in ((), ("--as", "tuition")):
        with pytest.raises(Refusal, match="none that you may see"):
            run(program, case, "show", "20261234", *other)
        assert run(program, case, "list", *other) == ""
    assert "(sensitive)" in run(program, case, "show", "20261234", "--as", "school_life")
    assert "20261234" in run(program, case, "list", "--as", "school_life")


def test_cases_are_listed_by_deadline_and_final_ones_only_when_asked_for(program: Program) -> None:
    for receipt, type in (("20260001", "suggestion"), ("20260002", "certificate"), ("20260003", "grievance")):
        run(program, case, "add", receipt, "--type", type, "--desk", "tuition")
    run(program, case, "status", "20260003", "취하")
    assert [line[:8] for line in run(program, case, "list").splitlines()] == ["20260002", "20260001"]
    assert [line[:8] for line in run(program, case, "list", "--limit", "1").splitlines()] == ["20260002"]
    assert [line[:8] for line in run(program, case, "list", "--status", "취하").splitlines()] == ["20260003"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_a_file_is_imported_once(program: Program, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "cases.csv"
    rows = "20260001,grievance,school_life,한빛초등학교,2025-11-21 10:00,Y,010-1234-5678\n20260002,praise,tuition,,,,\n"
    path.write_text(f"{HEAD}\n{rows}", encoding=encoding)
    assert run(program, cases, "import", str(path)) == f"{path}: 2 taken in, 0 were there already\n"
    run(program, case, "status", "20260001", "처리중")
    assert run(program, cases, "import", str(path)) == f"{path}: 0 taken in, 2 were there already\n"
    shown = run(program, case, "show", "20260001")
    assert "한빛초등학교" in shown
    assert "2025-11-21 10:00, due 2025-12-01 18:00" in shown


def test_a_file_with_wrong_rows_changes_nothing_and_names_them(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    good, number = "20260001,grievance,school_life,,,,", "01012345678"
    path.write_text(f"{HEAD}{good}\n20260002,grievence,x,,,,\n{good}\n20260003,praise,tuition,,morgen,Y,{number}1\n")
    with pytest.raises(BadInput) as caught:
        run(program, cases, "import", str(path))
    told = [(problem.line, problem.message.partition(":")[0], problem.hint) for problem in caught.value.problems]
    assert [(line, field) for line, field, _ in told] == [
        (3, "type"),
        (3, "desk"),
        (4, "receipt"),
        (5, "received_at"),
        (5, "number"),
    ]
    assert told[0][2] == "did you mean “grievance”?"
    assert number not in str(caught.value)
    assert run(program, case, "list") == ""


def test_a_receipt_number_that_another_case_has_is_named_with_its_line(program: Program, tmp_path: Path) -> None:
    run(program, case, *ADD)
    path = tmp_path / "cases.csv"
    path.write_text(f"{HEAD}20260001,praise,tuition,,,,\n20261234,praise,tuition,,,,\n")
    with pytest.raises(BadInput, match=r"cases\.csv:3:1: error: receipt: another case has it"):
        run(program, cases, "import", str(path))


FILES = {
    "nothing": (b"", "has no rows"),
    "head alone": (HEAD.encode(), "has no rows"),
    "neither": (b"receipt,type,desk\n\xff\xff,a,b\n", "is neither UTF-8 nor cp949"),
    "no column": (b"receipt,type\n20260001,praise\n", "the column “desk” is missing"),
    "unknown column": (b"receipt,type,desk,numbr\n1,2,3,4\n", "unknown column “numbr”"),
    "twice": (b"receipt,type,desk,desk\n1,2,3,4\n", "the column “desk” stands there twice"),
    "cells": (b"receipt,type,desk\n20260001,praise\n", "2 cells, the head has 3"),
    "quotes": (b'receipt,type,desk\n"20260001"x,praise,tuition\n', "isn't CSV"),
}


@pytest.mark.parametrize("name", FILES)
def test_files_that_are_none(program: Program, tmp_path: Path, name: str) -> None:
    content, message = FILES[name]
    (tmp_path / "cases.csv").write_bytes(content)
    with pytest.raises(BadInput, match=message):
        run(program, cases, "import", str(tmp_path / "cases.csv"))


def test_a_file_there_is_not(program: Program) -> None:
    with pytest.raises(BadInput, match="can't be read: No such file"):
        run(program, cases, "import", "nothing.csv")


def test_a_token_is_shown_once_and_taken_back(program: Program) -> None:
    given = run(program, token, "add", "saeol", "--scope", "cases:read", "--desk", "tuition").strip()
    id = re.fullmatch(r"onestop_([0-9a-f]{8})_\S{43}", given)
    assert id is not None
    listed = run(program, token, "list")
    assert re.fullmatch(rf"{id[1]}  saeol  cases:read  desks: tuition  since \S+\n", listed)
    assert run(program, token, "revoke", id[1]) == f"{id[1]}: revoked\n"
    assert "revoked" in run(program, token, "list")
    with pytest.raises(OnestopError, match="there is no token 00000000"):
        run(program, token, "revoke", "00000000")
    assert "there is no desk x" in invoked(program, token, "add", "a", "--scope", "cases:read", "--desk", "x").output
    assert "letters, digits" in invoked(program, token, "add", "a b", "--scope", "cases:read").output


def test_the_process_serves_and_ends_when_asked_to(program: Program, tmp_path: Path) -> None:
    given = run(program, token, "add", "saeol", "--scope", "cases:read").strip()
    run(program, case, *ADD)
    command = [sys.executable, "-m", "ivr.cli", "--config", str(program.path), "web"]
    root = str(Path(__file__).parents[2])
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root})
    try:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        answer = httpx.get(f"{url}/cases/20261234", headers={"Authorization": f"Bearer {given}"})
        assert answer.json()["status"] == "접수"
        began = time.monotonic()
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0
        assert time.monotonic() - began < 5
    finally:
        server.kill()
        server.wait()
    assert given.rpartition("_")[2] not in (tmp_path / "var/data/log/web.log").read_text()
