"""How problems are told: to a person, to a program, to a GitHub workflow."""

from __future__ import annotations

import json

from ivr.cli.problems import FORMATS, counted
from ivr.errors import Problem

ODD = Problem("a,b:c%.yaml", 3, 5, "100 % of\r\nit: wrong", "try, again", "  x: 1", "warning")
WHOLE = Problem("desks.yaml", 0, 0, "the file is missing", severity="advice")


def test_a_workflow_command_escapes_what_would_end_it() -> None:
    assert FORMATS["github"]([ODD]) == (
        "::warning file=a%2Cb%3Ac%25.yaml,line=3,col=5::100 %25 of%0D%0Ait: wrong → try, again\n"
    )


def test_a_problem_of_a_whole_file_has_no_line() -> None:
    assert FORMATS["github"]([WHOLE]) == "::notice file=desks.yaml::the file is missing\n"


def test_json_tells_everything() -> None:
    (found,) = json.loads(FORMATS["json"]([ODD]))
    assert Problem(**found) == ODD


def test_text_is_what_an_error_prints() -> None:
    assert FORMATS["text"]([ODD, WHOLE]) == f"{ODD}\n{WHOLE}\n"
    assert FORMATS["text"]([]) == ""


def test_problems_are_counted_by_severity() -> None:
    error = Problem("a", 1, 1, "x")
    assert counted([error, ODD, ODD, WHOLE]) == "1 error, 2 warnings, 1 advice"
    assert counted([]) == ""
