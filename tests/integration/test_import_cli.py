"""`ivr import`: brought in once, whole, and taken back; what reports say of it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from ivr.cli import Program
from ivr.cli.imports import import_
from ivr.cli.report import calls, report
from ivr.errors import BadInput, OnestopError
from ivr.records import models
from ivr.records.facts import Fact
from ivr.records.import_tables import Import, Imported
from ivr.records.store import Store
from reports import search
from reports.period import between
from tests.postgres import running_postgres

ROOT = Path(__file__).parents[2]
T = 1_795_219_200  # 2026-11-21 00:00 UTC, 09:00 in Seoul
CALLER = "01012345678"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    (tmp_path / "config.yaml").write_text(f"office: {ROOT / 'flows'}\nlines: {{'1000': {{flow: main}}}}\n")
    return Program(tmp_path / "config.yaml")


def run(program: Program, command: click.Command, *args: str | Path) -> str:
    """Its standard output."""
    result = CliRunner().invoke(command, [str(arg) for arg in args], obj=program, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def queue_log(folder: Path, name: str, calls: range, desk: str = "desk-operators") -> Path:
    """Calls that were answered after 10 s, a minute apart."""
    lines = []
    for n in calls:
        call, at = f"t9-{T + 60 * n}.{n}", T + 60 * n
        lines.append(f"{at}|{call}|{desk}|NONE|ENTERQUEUE||{CALLER}|1\n")
        lines.append(f"{at + 10}|{call}|{desk}|PJSIP/101|CONNECT|10|x|1\n")
        lines.append(f"{at + 40}|{call}|{desk}|PJSIP/101|COMPLETECALLER|10|30|1\n")
    path = folder / name
    path.write_text("".join(lines))
    return path


def cdr(folder: Path, calls: range) -> Path:
    """The same calls: a menu for 5 s, then the queue."""
    lines = []
    for n in calls:
        start, end = (f"2026-11-21 09:{(60 * n + s) // 60:02}:{(60 * n + s) % 60:02}" for s in (0, 40))
        ids = f"t9-{T + 60 * n}.{n}"
        line = f'"","{CALLER}","1000","x","","PJSIP/in-{n:08}","PJSIP/101-{n:08}","Queue","desk-operators,crt",'
        line += f'"{start}","{start}","{end}",40,40,"ANSWERED","DOCUMENTATION","{ids}","","","{ids}",{n}\n'
        lines.append(line)
    path = folder / "Master.csv"
    path.write_text("".join(lines))
    return path


def content(program: Program) -> dict[str, int]:
    """How many rows each table has that an import writes."""
    tables = (models.Call, models.Leg, Import, Imported)
    with Store(program.config.database_url).reading() as session:
        return {t.__tablename__: session.scalar(select(func.count()).select_from(t)) or 0 for t in tables}


def of_report(program: Program) -> dict[str, float | None]:
    told = json.loads(
        run(program, report, "--from", "2026-11-21", "--to", "2026-11-21", "--by", "desk", "--format", "json")
    )
    return {**told["all"], "imported": told["imported"]}


def id_of(output: str) -> str:
    found = re.search(r"^([0-9a-f]{12}): brought in", output, re.M)
    assert found, output
    return found[1]


def test_the_same_file_twice_changes_nothing(program: Program, tmp_path: Path) -> None:
    path = queue_log(tmp_path, "queue_log", range(5))
    assert "5 new" in run(program, import_, "calls", path)
    before = content(program)
    assert before == {"calls": 5, "legs": 5, "imports": 1, "imported": 5}
    assert "brought in before: nothing changes" in run(program, import_, "calls", path)
    assert content(program) == before
    longer = path.with_name("again")
    longer.write_text(path.read_text() + f"{T + 9999}|NONE|NONE|NONE|QUEUESTART|\n")
    assert "nothing in it is new" in run(program, import_, "calls", longer)
    assert content(program) == before


def test_an_overlapping_file_adds_what_is_new_and_each_can_be_taken_back(program: Program, tmp_path: Path) -> None:
    first = id_of(run(program, import_, "calls", queue_log(tmp_path, "a", range(5))))
    told = run(program, import_, "calls", queue_log(tmp_path, "b", range(3, 8)))
    assert "3 new, 0 completed, 2 known" in told
    assert content(program)["calls"] == 8
    assert "3 calls are gone" in run(program, import_, "undo", first), "two of five the other file told too"
    assert content(program) == {"calls": 5, "legs": 5, "imports": 1, "imported": 5}
    run(program, import_, "undo", id_of(told))
    assert content(program) == {"calls": 0, "legs": 0, "imports": 0, "imported": 0}
    with pytest.raises(OnestopError, match="there is no import"):
        run(program, import_, "undo", first)


@pytest.mark.parametrize("log_first", [True, False])
def test_queue_log_and_cdr_complete_each_other_and_come_apart_again(
    program: Program, tmp_path: Path, log_first: bool
) -> None:
    log, records = queue_log(tmp_path, "queue_log", range(4)), cdr(tmp_path, range(6))
    ids = {
        path: id_of(run(program, import_, "calls", path)) for path in ((log, records) if log_first else (records, log))
    }
    told = of_report(program)
    assert (told["offered"], told["answered"], told["imported"]) == (6, 6, 6)
    assert (told["asa_s"], told["talk_s"], told["service_level"]) == (10, 30, 1), "of the four whose pick-up is known"
    assert "1000" in run(program, calls)
    run(program, import_, "undo", ids[log])
    told = of_report(program)
    assert (told["answered"], told["asa_s"], told["service_level"]) == (6, None, None)
    run(program, import_, "undo", ids[records])
    assert content(program)["calls"] == 0


def test_postgresql_does_the_same(program: Program, tmp_path: Path) -> None:
    with running_postgres() as url:
        program.path.write_text(f"{program.path.read_text()}database: {url}\n")
        _complete_and_undo(program, tmp_path)


def _complete_and_undo(program: Program, tmp_path: Path) -> None:
    log, records = queue_log(tmp_path, "queue_log", range(4)), cdr(tmp_path, range(6))
    id = id_of(run(program, import_, "calls", log))
    told = run(program, import_, "calls", records)
    assert "2 new, 4 completed" in told
    assert "brought in before" in run(program, import_, "calls", log)
    run(program, import_, "undo", id)
    assert content(program) == {"calls": 6, "legs": 6, "imports": 1, "imported": 6}
    run(program, import_, "undo", id_of(told))
    assert content(program) == {"calls": 0, "legs": 0, "imports": 0, "imported": 0}


def test_a_wrong_line_keeps_everything_out(program: Program, tmp_path: Path) -> None:
    path = queue_log(tmp_path, "queue_log", range(5))
    path.write_text(path.read_text() + f"no line\n{T}|t9-{T}.1|nowhere|NONE|ENTERQUEUE||{CALLER}|1\n")
    with pytest.raises(BadInput) as caught:
        run(program, import_, "calls", path)
    assert [(p.line, p.message) for p in caught.value.problems] == [
        (16, "isn't EPOCH|UNIQUEID|QUEUE|AGENT|EVENT|…"),
        (17, "the office has no desk “nowhere”"),
    ]
    assert content(program)["calls"] == 0


def test_a_failure_on_the_way_leaves_nothing(program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ivr.records import imports

    write, batches = imports._write, []

    def failing(session: object, of: object, touched: object) -> None:
        batches.append(of)
        if len(batches) == 3:
            raise RuntimeError
        write(session, of, touched)  # type: ignore[arg-type]

    monkeypatch.setattr(imports, "_write", failing)
    monkeypatch.setattr(imports, "BATCH", 2)
    with pytest.raises(RuntimeError):
        run(program, import_, "calls", queue_log(tmp_path, "a", range(9)))
    assert len(batches) == 3
    assert content(program) == {"calls": 0, "legs": 0, "imports": 0, "imported": 0}


def test_a_dry_run_shows_and_keeps_nothing(program: Program, tmp_path: Path) -> None:
    told = run(program, import_, "calls", queue_log(tmp_path, "queue_log", range(5)), "--dry-run")
    assert re.search(r"상담실 \(operators\) +5", told)
    assert "5 new" in told
    assert "nothing was brought in" in told
    assert content(program)["calls"] == 0


def test_our_own_calls_are_never_touched(program: Program, tmp_path: Path) -> None:
    store = Store(program.config.database_url)
    store.migrate()
    call = f"t9-{T}.0"
    with store.transaction() as session:
        from ivr.records import calls as records

        facts = [
            Fact(call, T * 1000, "enter", "1000"),
            Fact(call, T * 1000 + 5000, "queue", "exams"),
            Fact(call, T * 1000 + 9000, "end"),
        ]
        records.record(session, facts)
    told = run(program, import_, "calls", queue_log(tmp_path, "queue_log", range(2)))
    assert "1 new, 0 completed, 0 known, 1 our own line's" in told
    run(program, import_, "undo", id_of(told))
    assert content(program) == {"calls": 1, "legs": 1, "imports": 0, "imported": 0}


def test_a_number_lies_nowhere_in_the_clear(program: Program, tmp_path: Path) -> None:
    outputs = run(program, import_, "calls", queue_log(tmp_path, "queue_log", range(2)))
    outputs += run(program, calls) + run(program, import_, "list") + run(program, calls, f"t9-{T}.0")
    assert "010-****-5678" in outputs
    assert "imported from asterisk" in outputs
    kept = b"".join(p.read_bytes() for p in program.config.data_dir.rglob("*") if p.is_file())
    assert CALLER[3:] not in outputs
    assert CALLER.encode()[3:] not in kept


def test_the_documentations_map_reads_the_documentations_sheet(program: Program, tmp_path: Path) -> None:
    text = (ROOT / "docs/import.md").read_text()
    for language, name in (("csv", "calls.csv"), ("yaml", "map.yaml")):
        (tmp_path / name).write_text(re.findall(rf"```{language}\n(.*?)```", text, re.S)[0])
    told = run(program, import_, "calls", tmp_path / "calls.csv", "--map", tmp_path / "map.yaml")
    assert "left out, 1 rows: desks that the map skips" in told
    assert "3 new" in told
    shown = run(program, calls)
    assert re.search(
        r"2025-11-21 09:00:12 +old_pbx-\w+ +1000 +010-\*\*\*\*-5678 +answered +민원 담당자 +0:12 +4:08", shown
    )
    assert re.search(r"09:03:40 .* abandoned +민원 담당자 +1:31", shown)
    assert re.search(r"09:06:55 .* left_menu", shown)
    listed = run(program, import_, "list")
    assert re.search(r"sheet +old_pbx +2025-11-21 to 2025-11-21 +3 calls, 0 completed +calls.csv", listed)


def test_a_sheet_needs_a_map_and_asterisks_files_need_none(program: Program, tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("a,b\n1,2\n")
    with pytest.raises(BadInput, match="say it in a map"):
        run(program, import_, "calls", tmp_path / "calls.csv")
    with pytest.raises(BadInput, match="by its first line it is a queue_log"):
        run(program, import_, "calls", queue_log(tmp_path, "x", range(1)), "--format", "cdr")
    with pytest.raises(BadInput, match="can't be read"):
        run(program, import_, "calls", tmp_path / "nowhere")


def test_calls_that_came_to_nobody_knows_which_desk_are_figures_all_the_same(program: Program, tmp_path: Path) -> None:
    words = ["answered", "answered", "abandoned", "abandoned", "short_abandoned"]
    rows = [f"2026-11-21 09:0{n}:00,{word}\n" for n, word in enumerate(words)]
    (tmp_path / "calls.csv").write_text("time,outcome\n" + "".join(rows))
    (tmp_path / "map.yaml").write_text("columns: {time: {column: [time]}, outcome: outcome}\n")
    run(program, import_, "calls", tmp_path / "calls.csv", "--map", tmp_path / "map.yaml")
    told = json.loads(run(program, report, "--from", "2026-11-21", "--to", "2026-11-21", "--format", "json"))["all"]
    assert (told["received"], told["queued"], told["answer_rate"], told["abandonment"]) == (5, 5, 0.4, 0.5)
    day = between("2026-11-21", None, ZoneInfo("Asia/Seoul"), datetime(2026, 11, 21, tzinfo=UTC))
    with Store(program.config.database_url).reading() as session:
        for result, count in (("answered", 2), ("abandoned", 2), ("short_abandoned", 1)):
            journeys, _ = search.found(session, search.Wanted(day, result=result), None)  # type: ignore[arg-type]
            assert len(journeys) == count
