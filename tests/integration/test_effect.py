"""`ivr report --notices`: counted by hand from what journal and witness tell."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from ivr.cli import Program
from ivr.cli.report import calls as calls_command
from ivr.cli.report import report as report_command
from ivr.records import calls, switches, tellings
from ivr.records.facts import Fact, Known
from ivr.records.journal_records import from_journal
from ivr.records.store import Store
from ivr.records.switches import Hand
from reports import effect
from reports.period import Period
from tests import offices

T = 1_795_219_200_000  # 2026-11-21 00:00 UTC, 09:00 in Seoul
DAY = Period(
    datetime.fromtimestamp(T / 1000, UTC),
    datetime.fromtimestamp(T / 1000, UTC) + timedelta(days=1),
    ZoneInfo("Asia/Seoul"),
)

CALLS = """
1 60 notice exam played
1 90 notice exam finished
1 95 end hangup
2 100 notice exam played
2 105 notice exam skipped
2 105 notice exam details
2 140 queue operators
2 200 connect operators 101
2 300 end hangup
3 400 notice exam played
3 430 notice exam finished
3 440 notice exam message
3 445 notice exam leave
3 445 finish done
3 446 end hangup
3 447 notice crowded played
4 500 notice exam played
4 501 notice exam skipped
4 501 notice exam desk/operators
4 502 queue operators
4 532 end hangup
5 600 notice crowded played
5 601 notice crowded next
5 602 queue operators
5 622 connect operators 101
5 700 end hangup
6 90000 notice exam played
7 -600 queue operators
7 -480 connect operators 101
7 -400 end hangup
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(f"sqlite:///{tmp_path / 'onestop.db'}")
    store.migrate()
    known: list[Known] = []
    for line in CALLS.strip().split("\n"):
        number, second, kind, a, *b = line.split()
        call, at = f"n1-{number}", T + int(second) * 1000
        known.append(Fact(call, T - 700_000 if int(second) < 0 else min(T + 1000, at), "enter", "1000"))
        if kind == "notice":
            known += from_journal({"k": "notice", "call": call, "t": at, "notice": a, "what": b[0]})
        elif kind == "end":
            known.append(Fact(call, at, "end"))
        else:
            known.append(Fact(call, at, kind, a, *b))  # type: ignore[arg-type]
    with store.transaction() as session:
        for _ in range(2):
            calls.record(session, known)
            tellings.record(session, known)
        on = Hand("cli:kim", "command", datetime.fromtimestamp(T / 1000 + 50, UTC), "수능")
        switches.switch(session, "exam", True, None, on)
    return store


def test_the_effect_counted_by_hand(store: Store) -> None:
    with store.reading() as session:
        told = effect.report(session, DAY)
    keys = [figure.key for figure in told.figures]
    groups = {name: dict(zip(keys, values, strict=True)) for name, values in told.groups.items()}
    assert groups["exam"] == {
        "played": 4,
        "finished": 2,
        "finished_share": 2 / 4,
        "details": 1,
        "message": 1,
        "desk": 1,
        "next": 0,
        "leave": 1,
        "left_informed": 2,
        "left_informed_share": 2 / 4,
        "left_menu": 0,
        "waited": 2,
        "otherwise": 0,
        "wait_before_s": 120,
        "wait_after_s": (60 + 30 + 20) / 3,
    }
    assert (groups["crowded"]["played"], groups["crowded"]["waited"], groups["crowded"]["next"]) == (2, 1, 1)
    assert groups["crowded"]["wait_before_s"] is None, "it went on by itself"
    whole = dict(zip(keys, told.whole, strict=True))
    assert (whole["played"], whole["waited"], whole["left_informed"]) == (5, 3, 2)


def test_every_figure_says_how_it_is_made() -> None:
    for figure in effect.figures():
        assert figure.formula
        assert figure.source
        assert bool(figure.denominator) == (figure.unit != "count")
        assert figure.value(effect.Effect()) in (0, None)


def test_the_report_is_printed_and_a_call_tells_its_notices(store: Store, tmp_path: Path) -> None:
    config = f"office: {offices.SAMPLE}\ndata: .\nlines: {{'1000': {{flow: main}}}}\n"
    (tmp_path / "config.yaml").write_text(config)
    program = Program(tmp_path / "config.yaml")
    day = ["--from", "2026-11-21", "--to", "2026-11-21", "--notices"]
    out = CliRunner().invoke(report_command, day, obj=program, catch_exceptions=False).output
    assert "To the end = calls: it was heard to its end" in out
    assert "Counted: calls that met a notice" in out
    whole = json.loads(CliRunner().invoke(report_command, [*day, "--format", "json"], obj=program).output)
    assert whole["groups"]["exam"]["played"] == 4
    refused = CliRunner().invoke(report_command, [*day, "--by", "desk"], obj=program)
    assert "has groups of its own" in refused.output
    way = CliRunner().invoke(calls_command, ["n1-1"], obj=program).output
    assert "notice exam: finished" in way
    assert "left_informed" in way
