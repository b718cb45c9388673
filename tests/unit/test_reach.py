"""What calls come to and get away from: flows and steps nobody enters, circles, ways that lead nowhere."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from ivr.errors import Problem
from ivr.language import loader
from ivr.language.checks import Review
from tests import offices

OTHER = "title: 다른 흐름\nsteps:\n  b: {hangup: 안녕}\n"
MENU = "  a: {menu: 네?, options: {1: {label: 일, next: desk/tax}}}\n"


def reviewed(folder: Path, *entrances: str) -> list[tuple[str, int, str]]:
    found = loader.examine(folder, Review(datetime.date(2026, 3, 2), frozenset(entrances)))[1]
    return [(Path(p.file).name, p.line, p.message) for p in found if not p.file.endswith("desks.yaml")]


def errors(folder: Path) -> list[Problem]:
    return loader.examine(folder)[1]


def test_a_step_that_nothing_leads_to(tmp_path: Path) -> None:
    folder = offices.write(tmp_path, MENU + "  c: {say: 안녕, next: d}\n  d: {hangup: 안녕}\n")
    assert reviewed(folder, "main") == [
        ("main.yaml", 4, "no call comes to the step “c”"),
        ("main.yaml", 5, "no call comes to the step “d”"),
    ]


def test_a_step_that_nothing_leads_to_needs_no_translation_first(tmp_path: Path) -> None:
    english = "desks: {operators: Op, tax: Tax}\nflows: {main: {a: {menu: Yes?, options: {1: One}}}}\n"
    folder = offices.write(tmp_path, MENU + "  c: {hangup: 안녕}\n", texts__en=english)
    found = loader.examine(folder, Review(datetime.date(2026, 3, 2), frozenset({"main"})))[1]
    assert [(p.severity, p.message, p.hint) for p in found] == [
        ("warning", "no call comes to the step “c”", "lead there from another step, or delete it"),
        ("error", "the translation of main/c is missing", "no call comes to the step: lead there first, or delete it"),
    ]


def test_a_flow_that_no_line_and_no_flow_leads_to(tmp_path: Path) -> None:
    folder = offices.write(tmp_path, MENU, other=OTHER)
    told = [("other.yaml", 1, "no line and no other flow leads here")]
    assert reviewed(folder, "main") == told
    assert reviewed(folder) == told, "main is where calls begin when nobody says"
    assert reviewed(folder, "main", "other") == []


def test_what_a_default_a_table_or_a_key_leads_to_is_reached(tmp_path: Path) -> None:
    flow = "  a: {say: 안녕, next: r}\n  r: {route: tables/t.csv, ask: {district: 어디?}, else: {failed: x}}\n"
    folder = offices.write(tmp_path, flow + "  x: {hangup: 안녕}\n", **{"tables__t.csv": "district,desk\n동구,tax\n"})
    assert reviewed(folder) == []


def test_a_step_that_leads_nowhere(tmp_path: Path) -> None:
    flow = (
        "  a: {collect: digits, length: 4, as: x, prompt: 네?, next: b, else: {failed: a}}\n"
        "  b: {say: '{x}', next: a}\n"
    )
    told = "from the step “{}” no call comes to a desk or to an end"
    assert reviewed(offices.write(tmp_path, flow)) == [
        ("main.yaml", 3, told.format("a")),
        ("main.yaml", 4, told.format("b")),
    ]


@pytest.mark.parametrize(
    ("flow", "circle"),
    [
        ("  a: {say: 안녕, next: a}\n", "main/a → main/a"),
        (
            "  a: {say: 안녕, next: b}\n  b: {hours: phone, next: hangup, else: {closed: a}}\n",
            "main/a → main/b → main/a",
        ),
        ("  a: {say: 안녕, next: flow/main}\n", "main/a → main/a"),
    ],
)
def test_a_circle_without_a_question_is_an_error(tmp_path: Path, flow: str, circle: str) -> None:
    (problem,) = errors(offices.write(tmp_path, flow))
    assert problem.message == f"goes round without asking the caller anything: {circle}"
    assert (problem.line, problem.column) == (3, 3)


def test_a_circle_through_a_question_is_none(tmp_path: Path) -> None:
    flow = "  a: {say: 안녕, next: b}\n  b: {menu: 네?, options: {1: {label: 일, next: a}}}\n"
    assert errors(offices.write(tmp_path, flow)) == []


def test_two_circles_through_one_step_are_both_told(tmp_path: Path) -> None:
    flow = "  a: {hours: phone, next: b, else: {closed: c}}\n  b: {say: 안녕, next: a}\n  c: {say: 안녕, next: a}\n"
    found = {problem.message.partition(": ")[2] for problem in errors(offices.write(tmp_path, flow))}
    assert found == {"main/a → main/b → main/a", "main/a → main/c → main/a"}


def test_back_leads_to_the_menus_before(tmp_path: Path) -> None:
    flow = (
        "  a: {menu: 네?, options: {1: {label: 일, next: desk/tax}, 4: {label: 휴관일, next: days}}}\n"
        "  days: {say: 월요일입니다., next: back}\n"
    )
    assert reviewed(offices.write(tmp_path, flow)) == []


ASKED = "  a: {{desk: tax, next: rating}}\n  rating: {{survey: 어땠습니까?, as: r, next: bye}}\n  bye: {}\n"


def test_a_survey_that_comes_again_and_again(tmp_path: Path) -> None:
    told = "from the step “{}” no call comes to a desk or to an end, but by 0"
    assert reviewed(offices.write(tmp_path, ASKED.format("{say: 감사합니다., next: rating}"))) == [
        ("main.yaml", 4, told.format("rating")),
        ("main.yaml", 5, told.format("bye")),
    ]
    assert reviewed(offices.write(tmp_path, ASKED.format("{hangup: 감사합니다.}"))) == []


def test_a_survey_before_any_conversation(tmp_path: Path) -> None:
    flow = "  a: {menu: 네?, options: {1: {label: 일, next: desk/tax}, 2: {label: 평가, next: flow/rating}}}\n"
    survey = "title: 만족도\nsteps:\n  rating: {survey: 어땠습니까?, as: r}\n"
    told = [("rating.yaml", 3, "callers who have talked to nobody come to the survey “rating”")]
    assert reviewed(offices.write(tmp_path, flow, rating=survey), "main") == told
    after = offices.DESKS.replace("hours: phone", "hours: phone, after: flow/rating")
    behind = flow.replace("flow/rating", "desk/operators")
    assert reviewed(offices.write(tmp_path, behind, rating=survey, desks=after), "main") == []


def test_a_flow_that_is_called_before_a_survey_may_have_been_the_conversation(tmp_path: Path) -> None:
    flow = "  a: {call: flow/talk, next: rating}\n  rating: {survey: 어땠습니까?, as: r}\n"
    talk = "title: 상담\nsteps:\n  a: {desk: tax, next: return}\n"
    assert reviewed(offices.write(tmp_path, flow, talk=talk), "main") == []
