"""Decision tables: CSV and YAML, the row that counts, and the proof that each answer has one."""

from __future__ import annotations

import datetime
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.engine.effects import Ask, Connect
from ivr.errors import BadInput, Problem
from ivr.language import loader, table_file
from ivr.language.checks import Review, tables
from ivr.language.table import ANY, Row, Table
from tests import offices
from tests.engine_call import Call

ROUTE = "  a: {route: tables/t.csv, ask: {level: 학교?, district: 어디?}}\n"
DESKS = offices.DESKS + '  north: {name: 북부, agents: ["101"]}\n'


def written(folder: Path, text: str, route: str = ROUTE, kind: str = "csv") -> Path:
    return offices.write(folder, route, desks=DESKS, **{f"tables__t.{kind}": text})


def told(folder: Path) -> list[Problem]:
    found = loader.examine(folder, Review(datetime.date(2026, 3, 2)))[1]
    return [problem for problem in found if "/tables/" in problem.file]


def test_yaml_says_the_same_as_csv(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("level,district,desk\n초등,동구,tax\n초등,서구,tax\n고등,*,north\n")
    (tmp_path / "t.yaml").write_text(
        "- {level: 초등, district: [동구, 서구], desk: tax}\n- {level: 고등, desk: north}\n"
    )
    one, other = (table_file.read(tmp_path / f"t.{kind}", "t") for kind in ("csv", "yaml"))
    assert one.columns == other.columns
    assert [(r.values, r.desk) for r in one.rows] == [(r.values, r.desk) for r in other.rows]
    assert [r.line for r in other.rows] == [1, 1, 2]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: b\n", 1, "must be a list of rows"),
        ("- 동구\n", 1, "a row is a mapping with a `desk`"),
        ("- {district: 동구}\n", 1, "a row is a mapping with a `desk`"),
        ("- {district: 동구, desk: tax}\n- {district: 동/구, desk: tax}\n", 2, "a value is empty"),
        ("- {district: [], desk: tax}\n", 1, "a value is empty"),
        ("- {District: 동구, desk: tax}\n", 1, "“District” is no name of a column"),
        ("- {desk: tax}\n", 1, "the rows name nothing that the desk depends on"),
        ("[]\n", 0, "has no rows"),
        (f"- {{a: [{', '.join(map(str, range(3000)))}], desk: tax}}\n", 0, "has more"),
    ],
)
def test_bad_yaml_is_named_at_its_place(tmp_path: Path, text: str, line: int, message: str) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(text)
    with pytest.raises(BadInput) as raised:
        table_file.read(path, "t.yaml")
    assert (raised.value.problems[0].line, raised.value.problems[0].message.startswith(message)) == (line, True)


def test_two_files_of_one_name(tmp_path: Path) -> None:
    folder = written(tmp_path, "level,district,desk\n초등,동구,tax\n")
    (folder / "tables/t.yaml").write_text("- {level: 초등, desk: tax}\n")
    (problem,) = told(folder)
    assert problem.message == "there is a tables/t.csv as well"


def test_the_most_exact_row_counts_wherever_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("level,district,desk\n*,*,operators\n초등,*,tax\n초등,동구,north\n")
    table = table_file.read(path, "t.csv")
    assert [table.find(answers) for answers in (["초등", "동구"], ["초등", "서구"], ["중등", "동구"])] == [
        "north",
        "tax",
        "operators",
    ]


def test_rows_that_leave_it_open_which_desk(tmp_path: Path) -> None:
    folder = written(tmp_path, "level,district,desk\n초등,*,tax\n*,동구,north\n")
    ambiguous, incomplete = told(folder)[:1], told(folder)[1:]
    assert [(p.line, p.severity, p.message) for p in ambiguous] == [
        (3, "error", "level 초등, district 동구: line 2 says tax, this one north")
    ]
    assert incomplete == [], "an office with errors is not reviewed"


@pytest.mark.parametrize("row", ["초등,동구,tax\n", ""])
def test_a_row_of_its_own_decides(tmp_path: Path, row: str) -> None:
    folder = written(tmp_path, "level,district,desk\n초등,*,tax\n*,동구,north\n*,*,operators\n" + row)
    assert len(told(folder)) == (0 if row else 1)


def test_answers_that_no_row_fits(tmp_path: Path) -> None:
    gap = "level,district,desk\n초등,동구,tax\n초등,서구,tax\n중등,동구,north\n"
    (problem,) = told(written(tmp_path, gap))
    assert (problem.severity, problem.message) == ("warning", "no row fits level 중등, district 서구")
    handled = ROUTE.replace("}}\n", "}, else: {unknown: desk/tax}}\n")
    assert told(written(tmp_path, gap, handled)) == []


def test_a_table_that_nothing_routes_by(tmp_path: Path) -> None:
    (problem,) = told(written(tmp_path, "level,desk\n초등,tax\n", "  a: {desk: tax}\n"))
    assert (problem.severity, problem.message) == ("warning", "no step routes by tables/t.csv")


VALUES = st.sampled_from(["가", "나", ANY])
ROWS = st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=6)


@given(ROWS)
def test_a_gap_is_found_exactly_when_there_is_one(rows: list[tuple[str, str, str]]) -> None:
    table = Table("t", "t.csv", ("a", "b", "c"), tuple(Row(values, "tax", i) for i, values in enumerate(rows)))
    known = [table.labels([column]) or [ANY] for column in table.columns]
    gaps = {combination for combination in product(*known) if table.find(combination) is None}
    found = tables.missing(table)
    assert (found in gaps) if gaps else found is None


BY = """\
  a: {collect: digits, length: 1, as: grade, prompt: 학년?, next: m}
  m: {menu: 네?, options: {1: {label: 일, next: r}}}
  r: {route: tables/t.csv, by: [grade], ask: {district: 어디?, kind: 무엇?}, else: {unknown: a}}
"""
GRADES = "grade,district,kind,desk\n1,동구,책,tax\n1,동구,밥,north\n1,서구,*,north\n2,*,*,tax\n"


def test_a_column_is_taken_from_a_variable(tmp_path: Path) -> None:
    call = Call(loader.load(written(tmp_path, GRADES, BY)))
    call.send("1")
    call.send("1")
    assert isinstance(call.wait, Ask)
    assert [prompt.id for prompt in call.wait.prompts][:3] == ["main/r/ask/district", "tables/t/동구", "tables/t/서구"]
    call.send("1")
    again = call.send("").wait  # back: to the question before, not to the variable
    assert isinstance(again, Ask)
    assert again.prompts[0].id == "main/r/ask/district"
    assert call.send("2").wait == Connect("north")


def test_a_variable_may_answer_everything(tmp_path: Path) -> None:
    call = Call(loader.load(written(tmp_path, GRADES, BY)))
    call.send("2")
    call.send("1")
    assert call.wait == Connect("tax")


def test_a_value_that_the_table_does_not_know_is_unknown(tmp_path: Path) -> None:
    call = Call(loader.load(written(tmp_path, GRADES, BY)))
    call.send("7")
    call.send("1")
    assert call.journey[-1] == "main/r:unknown"


@pytest.mark.parametrize(
    ("route", "message"),
    [
        ("by: [grade], ask: {kind: 무엇?, district: 어디?}", "each column of tables/t.csv is taken from a variable"),
        ("by: [grade, other], ask: {district: 어디?, kind: 무엇?}", "each column of tables/t.csv"),
        ("ask: {district: 어디?, kind: 무엇?}", "each column of tables/t.csv"),
        ("by: [grade, district], ask: {kind: 무엇?}", "there is no variable “district”"),
    ],
)
def test_columns_that_do_not_fit(tmp_path: Path, route: str, message: str) -> None:
    flow = BY.replace("by: [grade], ask: {district: 어디?, kind: 무엇?}", route)
    found = loader.examine(written(tmp_path, GRADES, flow))[1]
    assert found[0].message.startswith(message)
    assert found[0].line == 5
