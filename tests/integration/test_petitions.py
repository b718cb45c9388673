"""Cases, promises, satisfaction and courtesy: a small office counted by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import pytest
from click.testing import CliRunner, Result

from ivr.cli import Program
from ivr.cli.courtesy import courtesy as command
from ivr.cli.report import report
from ivr.errors import BadInput, OnestopError
from ivr.language.cases import CaseType
from ivr.records import audit, courtesy
from ivr.records.answer_tables import Answer
from ivr.records.case_tables import Case, CaseEvent
from ivr.records.courtesy import Score
from ivr.records.message_tables import Message
from ivr.records.notice_tables import Request
from ivr.records.promise_tables import Promise
from ivr.records.store import Store
from ivr.records.voicemail_tables import Voicemail
from reports import courtesy as regards
from reports import petitions, promised
from reports.petitions import Petitions
from reports.promised import Promises
from tests import days, offices
from tests.postgres import EITHER, migrated

SEOUL = ZoneInfo("Asia/Seoul")
MONTH = days.whole("2026-11-01", SEOUL, 30)
NOW = datetime(2026, 11, 20, tzinfo=UTC)
TYPES = {
    "grievance": CaseType.model_validate({"name": "고충", "period": "7d"}),
    "praise": CaseType.model_validate({"name": "칭찬", "period": "7d"}),
    "other": CaseType.model_validate({"name": "기타 민원", "period": "3h"}),
}
CASES = """
1 grievance exams 한빛초 02 09 완료 09
2 grievance exams 한빛중 02 09 완료 10
3 other exams - 02 09 취하 05
4 praise tuition 한빛초 03 25 처리중 -
5 other tuition - 03 10 처리중 -
6 other tuition 한빛초 03 11 거부 11
7 gone exams - 04 - 보완요구 -
8 grievance exams 한빛초 30 - 접수 -
"""
"""Receipt, type, desk, school, day received, day of the deadline (12:00), status, day it became that (11:59 or, of 2,
a day too late). The last one is received outside the month."""


@pytest.fixture(params=EITHER)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with migrated(request.param, tmp_path) as store:
        yield store


def at(day: str, hour: float = 12) -> datetime:
    return datetime(2026, 11, int(day), tzinfo=UTC) + timedelta(hours=hour)


def fill(store: Store) -> None:
    with store.transaction() as session:
        for line in CASES.strip().splitlines():
            receipt, type_, desk, school, received, deadline, status, changed = line.split()
            ended = at(changed, 11.99) if changed != "-" else None
            received_at = at(received) if receipt != "8" else datetime(2026, 12, 1, tzinfo=UTC)
            session.add(Case(
                receipt=receipt, type=type_, certificate=False, period="7d", status=status, desk=desk, officer=None,
                school=None if school == "-" else school, moving_to=None, received_at=received_at,
                deadline=None if deadline == "-" else at(deadline), extension=0, sensitive=False, consent=False,
                language="ko", number=None, who=None, changed_at=received_at, version=1,
            ))  # fmt: skip
            session.flush()
            for n, (word, when) in enumerate([("접수", received_at), (status, ended)]):
                if when:
                    session.add(CaseEvent(
                        receipt=receipt, n=n, key=f"{receipt}/{n}", from_status=None, to_status=word, at=when,
                        by="cli:kim", desk=desk, note=None,
                    ))  # fmt: skip


def test_cases_by_desk_and_school_counted_by_hand(store: Store) -> None:
    fill(store)
    with store.reading() as session:
        assert petitions.petitions(session, MONTH, "desk", TYPES, NOW) == {
            "exams": Petitions(received=4, complaints=2, praise=0, due=2, kept=1),
            "tuition": Petitions(received=3, complaints=0, praise=1, due=2, kept=1),
        }
        assert petitions.petitions(session, MONTH, "school", TYPES, NOW) == {
            "?": Petitions(received=3, due=1),
            "한빛중": Petitions(received=1, complaints=1, due=1),
            "한빛초": Petitions(received=3, complaints=1, praise=1, due=2, kept=2),
        }
        told = petitions.report(session, MONTH, "desk", TYPES, {"exams": "시험팀"}, NOW)
    assert told.groups["시험팀 (exams)"] == [4, 2, 0, 2, 1, 0.5]


def test_promises_counted_by_hand(store: Store) -> None:
    begun = at("02")
    sent = {
        "promise/c1/11/status": ("delivered", begun + timedelta(hours=1)),
        "promise/c2/12/status": ("accepted", begun + timedelta(hours=25)),
        "promise/c3/13/status": ("undelivered", begun + timedelta(hours=1)),
        "asked/c1/notice/exam/info": ("accepted", begun + timedelta(minutes=1)),
    }
    with store.transaction() as session:
        for n in range(1, 5):
            session.add(
                Promise(call=f"c{n}", receipt=f"1{n}", template="status", language="ko", at=begun, kept_at=None)
            )
        soon = NOW - timedelta(hours=1)
        session.add(Promise(call="c5", receipt="15", template="status", language="ko", at=soon, kept_at=None))
        session.add(Request(
            call="c1", about="notice/exam", template="info", language="ko", note="", at=begun, kept_at=begun
        ))  # fmt: skip
        for n, (key, (state, at_)) in enumerate(sent.items()):
            session.add(Message(
                id=str(n), key=key, case=None, bulk=None, template="status", language="ko", number="x", who="w",
                values="", text=None, priority=1, state=state, due=None, attempts=1, owner=None, fence=0, sender=None,
                reference=None, code=None, reason=None, created_at=begun, submitted_at=at_, changed_at=at_,
            ))  # fmt: skip
        for n, heard in enumerate([begun + timedelta(hours=24), begun + timedelta(hours=24, seconds=1), None]):
            session.add(Voicemail(
                file=str(n), call="c1", desk="exams", language="ko", at=begun, seconds=9, told_at=None, heard_at=heard,
                heard_by=None, deleted_at=None,
            ))  # fmt: skip
    with store.reading() as session:
        assert promised.promises(session, MONTH, NOW) == {
            "case": Promises(4, 1),
            "message": Promises(1, 1),
            "voicemail": Promises(3, 1),
        }
        assert promised.promises(session, days.whole("2026-10-01", SEOUL), NOW) == {}


def test_satisfaction_beside_courtesy(store: Store) -> None:
    with store.transaction() as session:
        for n, (agent, answer) in enumerate([("111", 1), ("111", 2), ("111", 3), (None, 5), ("112", 1)]):
            session.add(Answer(call=str(n), desk="c", question="q", agent=agent, answer=answer, at=at("10")))
        session.add(
            Answer(call="9", desk="c", question="q", agent="111", answer=5, at=datetime(2026, 7, 1, tzinfo=UTC))
        )
        scores = [
            Score.read("2026-11-03", "111", "한빛리서치", ["12.5"] * 8),
            Score.read("2026-11-30", "111", "한빛리서치", ["10"] * 8),
            Score.read("2026-07-01", "113", "한빛리서치", ["10", "11", "12", "9.5", "10", "10", "10", "10"]),
        ]
        assert courtesy.add(session, scores, NOW, again=False) == 3
    with store.reading() as session:
        told = regards.report(session, MONTH, "agent", {"111": "박가람"})
        assert told.groups == {
            "?": [1, 0, 0, None],
            "박가람 (111)": [3, 2 / 3, 2, 90],
            "112": [1, 1, 0, None],
        }
        year = days.whole("2026-01-01", SEOUL, 365)
        quarters = regards.report(session, year, "quarter", {}).groups
    assert quarters == {"2026-Q3": [1, 0, 1, 82.5], "2026-Q4": [5, 3 / 5, 2, 90]}
    assert [regards.quarter(date(2026, month, 1)) for month in (1, 3, 4, 12)] == [
        "2026-Q1", "2026-Q1", "2026-Q2", "2026-Q4",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("on", "agent", "points", "reason"),
    [
        ("gestern", "111", ["1"] * 8, "no day"),
        ("2026-11-01", "=1+1", ["1"] * 8, "no officer's extension"),
        ("2026-11-01", "111", ["1"] * 7, "there are 7 items"),
        ("2026-11-01", "111", ["1"] * 7 + ["-1"], "“-1” is no number"),
        ("2026-11-01", "111", ["13"] * 8, "104 points"),
    ],
)
def test_a_score_that_is_none_says_why(on: str, agent: str, points: list[str], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Score.read(on, agent, "한빛리서치", points)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    (tmp_path / "config.yaml").write_text(f"office: {offices.SAMPLE}\nlines: {{'1000': {{flow: main}}}}\n")
    return Program(tmp_path / "config.yaml")


def run(program: Program, what: click.Command, *arguments: str) -> Result:
    result = CliRunner().invoke(what, arguments, obj=program, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


HEAD = "on,agent,source,item1,item2,item3,item4,item5,item6,item7,item8\n"
ROW = "2026-11-03,111,한빛리서치,12.5,12,11,12.5,10,12,12.5,11\n"


def test_scores_are_entered_imported_listed_and_taken_back(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "scores.csv"
    file.write_text(HEAD + ROW + ROW)
    assert run(program, command, "import", str(file)).output == "2 new of 2\n"
    assert run(program, command, "import", str(file)).output == "0 new of 2\n"
    for _ in range(2):
        added = run(program, command, "add", "111", *["12"] * 8, "--on", "2026-11-04", "--source", "한빛리서치")
        assert added.output == "96 points for 111\n"
    rows = run(program, command, "list", "--from", "2026-11-01", "--to", "2026-11-30").output.splitlines()
    assert len(rows) == 4
    assert "2026-11-03  111 박가람  93.5 (12.5 12 11 12.5 10 12 12.5 11)  한빛리서치" in rows[0]
    run(program, command, "remove", rows[0].split()[0])
    with pytest.raises(OnestopError, match="there is no score"):
        run(program, command, "remove", rows[0].split()[0])
    told = json.loads(
        run(program, report, "--courtesy", "--from", "2026-11-01", "--to", "2026-11-30", "--format", "json").output
    )
    assert told["all"]["courtesy"] == pytest.approx((93.5 + 96 + 96) / 3)
    with Store(program.config.database_url).reading() as session:
        deeds = [row.what for row in audit.listed(session, audit.Search(what="courtesy"), None)]
    assert deeds.count("courtesy.imported") == 2
    assert deeds.count("courtesy.entered") == 2
    assert deeds.count("courtesy.removed") == 1


def test_a_file_of_scores_is_taken_whole_or_not_at_all(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "scores.csv"
    file.write_text(HEAD + ROW + ROW.replace("111", "@cmd") + ROW.replace("12.5", "99"))
    with pytest.raises(BadInput) as caught:
        run(program, command, "import", str(file))
    assert [problem.line for problem in caught.value.problems] == [3, 4]
    assert "no score" in run(program, command, "list", "--from", "2026-11-01").stderr
    file.write_text("on,agent\n2026-11-03,111\n")
    with pytest.raises(BadInput, match="no column “source”"):
        run(program, command, "import", str(file))


def test_the_reports_of_cases_are_told(program: Program) -> None:
    with Store(program.config.database_url).transaction() as _:
        pass
    for option in ("--cases", "--schools", "--promises", "--quarters"):
        told: dict[str, Any] = json.loads(run(program, report, option, "--format", "json").output)
        assert told["groups"] == {}
        assert "÷" in run(program, report, option).output
