"""Conditions: what holds, what can't be told, and every mistake at its own line and column before a call meets it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.errors import Problem
from ivr.language import loader
from ivr.language.cel import LONGEST, Compiler
from ivr.language.condition import Condition, compile_plain
from ivr.language.names import CASE, FIXED, QUEUE, Known, Scalar, types
from ivr.language.steps import lookup
from tests import offices

NAMES: dict[str, Known] = {
    **FIXED,
    **CASE,
    **{f"queue.tax.{name}": figure for name, figure in QUEUE.items()},
    "clock.phone": Known("text", "", ("open", "closed")),
    "count": Known("number", ""),
    "word": Known("text", ""),
}
NOW: dict[str, Scalar] = {
    "caller.mobile": True,
    "call.time": "14:30",
    "call.date": "2026-11-23",
    "call.weekday": "mon",
    "call.line": "1000",
    "queue.tax.waiting": 5,
    "queue.tax.longest_wait": 90,
    "clock.phone": "open",
    "case.status": "완료",
    "count": 0,
}


def plain(written: Mapping[str, str | list[str]]) -> Condition:
    problems: list[str] = []
    condition = compile_plain(written, NAMES, lambda *problem: problems.append(problem[1]))
    assert problems == []
    return condition


def cel(text: str) -> Condition:
    problems: list[tuple[int, str, str]] = []
    condition = Compiler(NAMES).compile(text, lambda *problem: problems.append(problem))
    assert condition is not None, problems
    return condition


@pytest.mark.parametrize(
    ("written", "held"),
    [
        ({"case.status": "완료"}, True),
        ({"case.status": "== 완료"}, True),
        ({"case.status": "!= 완료"}, False),
        ({"call.weekday": ["sat", "mon"]}, True),
        ({"call.weekday": ["sat", "sun"]}, False),
        ({"queue.tax.waiting": ">= 5"}, True),
        ({"queue.tax.waiting": "> 5"}, False),
        ({"queue.tax.waiting": ["< 2", "> 4"]}, True),
        ({"queue.tax.longest_wait": ">= 1.5m"}, True),
        ({"queue.tax.longest_wait": "< 90s"}, False),
        ({"call.time": "< 09:30"}, False),
        ({"call.time": "> 9:30"}, True),
        ({"call.date": ">= 2026-11-23"}, True),
        ({"caller.mobile": "true", "call.line": "1000"}, True),
        ({"caller.mobile": "false"}, False),
        ({"count": "0"}, True),
        ({"word": "x"}, None),
        ({"word": "!= x"}, None),
        ({"word": "x", "count": "0"}, None),
        ({"word": "x", "count": "1"}, False),
    ],
)
def test_plain_conditions(written: dict[str, str | list[str]], held: bool | None) -> None:
    assert plain(written).holds(NOW.get) is held


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("queue.tax.waiting > 4 && clock.phone == 'open'", True),
        ("case.status in ['완료', '거부']", True),
        ("queue.tax.longest_wait > 120", False),
        ("call.date.startsWith('2026-11') && !caller.mobile", False),
        ("word == 'x'", None),
        ("word == 'x' || count == 0", True),
        ("word == 'x' && count == 1", False),
        ("1 / count == 1", None),
        ("int(case.status) == 1", None),
    ],
)
def test_cel_conditions(text: str, held: bool | None) -> None:
    assert cel(text).holds(NOW.get) is held


def test_a_value_of_another_type_than_foretold_cannot_be_told() -> None:
    seen: dict[str, Scalar] = {"count": "five", "word": 5, "caller.mobile": 1}
    for condition in (plain({"count": "5"}), plain({"word": "5"}), plain({"caller.mobile": "true"}), cel("count > 1")):
        assert condition.holds(seen.get) is None


SCALARS = st.booleans() | st.integers() | st.text()


@given(st.dictionaries(st.sampled_from(sorted(NAMES)), SCALARS))
def test_evaluation_never_raises(seen: dict[str, Scalar]) -> None:
    for condition in CONDITIONS:
        assert condition.holds(seen.get) in (True, False, None)


CONDITIONS = [
    plain({"case.status": "완료", "queue.tax.waiting": "> 3", "call.time": "< 09:00", "caller.mobile": "true"}),
    cel("word.matches('(a+)+$') || 10 / count > int(word) || word + word == 'aa'"),
    cel("timestamp(call.date + 'T00:00:00Z') > timestamp(word) && [1, 2][count] == 2"),
    cel("count * count * count > 0 && -count < 9223372036854775807 && word == case.status"),
]


PIECES = st.sampled_from(["word", "count", "==", "(", "'", "&&", "1", "[", ".", "완료", "\n"])


@settings(max_examples=300)
@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(["word", "count", "==", "(", "'", "&&", "1", "[", "."])).map(" ".join)
)
def test_no_text_breaks_the_compiler(text: str) -> None:
    told: list[int] = []
    condition = Compiler(NAMES).compile(text, lambda index, message, hint: told.append(index))
    assert (condition is None) == bool(told)
    assert all(0 <= index <= len(text) for index in told)


@pytest.mark.parametrize(
    "text",
    [
        f"word == '{'x' * LONGEST}'",
        "[1, 2].all(a, [1, 2].all(b, a + b < 9))",
        "['x'].map(a, a + a)[0] == word",
        "(" * 200 + "true" + ")" * 200,
    ],
)
def test_what_could_take_long_is_refused(text: str) -> None:
    told: list[str] = []
    assert Compiler(NAMES).compile(text, lambda index, message, hint: told.append(message)) is None
    assert told


def test_the_names_of_a_case_are_what_a_look_up_sets() -> None:
    assert {name: known.kind for name, known in CASE.items()} == lookup.CASE


FLOW = """\
  a: {collect: digits, length: 4, as: receipt, prompt: 번호, next: s}
  s: {set: {copy: "{receipt}", again: "{copy}", who: "고객 {receipt}"}, next: w}
  w:
    when:
      - {if: IF, next: x}
      - {else: x}
  x: {hangup: 안녕}
"""


def test_a_lone_variable_keeps_its_type(tmp_path: Path) -> None:
    office = offices.small(tmp_path, FLOW.replace("IF", "{copy: '1'}"))
    assert types(office.flows.values()) == {"receipt": "digits", "copy": "digits", "again": "digits", "who": "text"}


def test_variables_that_only_copy_each_other_are_text(tmp_path: Path) -> None:
    flow = "  a: {set: {x: '{y}'}, next: b}\n  b: {set: {y: '{x}'}, next: hangup}\n"
    assert types(offices.small(tmp_path, flow).flows.values()) == {"x": "text", "y": "text"}


@pytest.mark.parametrize(
    "good", ["who.matches('a|b')", "who == 'x.matches([)'", "who == \"matches('[')\"", "matches('[', who)"]
)
def test_only_patterns_are_held_to_be_regular_expressions(good: str) -> None:
    told: list[str] = []
    assert Compiler({"who": Known("text", "")}).compile(good, lambda index, message, hint: told.append(message)), told


SECOND = {
    "another input": ("{collect: date, as: receipt, prompt: 언제, next: x}", "as", "date"),
    "a text": ("{set: {receipt: 없음}, next: x}", "receipt", "text"),
    "a copy of a text": ("{set: {receipt: '{who}'}, next: x}", "receipt", "text"),
    "an argument": ("{call: flow/other, with: {receipt: 없음}, next: x}", "receipt", "text"),
    "an answer": ("{lookup: http, url: 'https://x.kr/', values: {receipt: number}, next: x}", "receipt", "number"),
}


@pytest.mark.parametrize("name", SECOND)
def test_a_variable_of_two_types_is_told_at_the_second_place(tmp_path: Path, name: str) -> None:
    step, at, type = SECOND[name]
    step = step if name != "an answer" else step.replace("next: x", "next: x, else: {missing: x}")
    flow = FLOW.replace("IF", "{who: 가}").replace("next: x}\n      - {else: x}", "next: y}\n      - {else: x}")
    other = "title: 다른\nsteps:\n  r: {say: '{receipt}', next: return}\n  c: {call: flow/other, next: r}\n"
    folder = offices.write(tmp_path, flow + f"  y: {step}\n", other=other)
    (problem,) = loader.examine(folder)[1]
    assert problem.message == f"the variable “receipt” is of the type {type} here, but digits at main/a"
    assert (problem.line, pointed(problem).split(":")[0]) == (10, at)


def test_a_copy_of_the_same_type_is_no_second_one(tmp_path: Path) -> None:
    flow = FLOW.replace("IF", "{who: 가}").replace("x: {hangup: 안녕}", "x: {set: {receipt: '{again}'}, next: hangup}")
    assert loader.examine(offices.write(tmp_path, flow))[1] == []


def found(folder: Path, condition: str) -> list[Problem]:
    _, problems = loader.examine(offices.write(folder, FLOW.replace("IF", condition)))
    return sorted(problems, key=lambda p: (p.line, p.column))


def pointed(problem: Problem) -> str:
    """What stands where the problem points."""
    return problem.source[problem.column - 1 :]


@pytest.mark.parametrize(
    ("condition", "at", "message", "hint"),
    [
        ("{copi: '1'}", "copi", "there is no name “copi” to compare", "did you mean “copy”?"),
        ("{copy: abc}", "abc", "“copy” is digits, “abc” is none of them", ""),
        ("{call.weekday: [sat, son]}", "son", "“call.weekday” is never “son”", "did you mean “sun” or “mon”?"),
        ("{clock.phone: opne}", "opne", "“clock.phone” is never “opne”", "did you mean “open”?"),
        ("{queue.tax.free: '>= x'}", "'>= x'", "“queue.tax.free” is a whole number, “x” is none", 'write e.g. ">= 5"'),
        ("{queue.tax.longest_wait: '> 90'}", "'> 90'", "“90” is no duration: write a number and a unit, e.g. 5s, 2m, 300ms", ""),  # noqa: E501
        ("{who: '> a'}", "'> a'", "“who” is neither more nor less: compare it with == or !=", ""),
        ("{caller.mobile: yes}", "yes", "“caller.mobile” is true or false, never “yes”", ""),
        ("{call.time: '< 9.30'}", "'< 9.30'", "“call.time” is a time of day, “9.30” is none", 'write e.g. "< 09:30"'),
        ("{call.date: 2026-02-30}", "2026", "“call.date” is a date, “2026-02-30” is none", 'write e.g. ">= 2026'),
        ("\"queue.taxi.free > 5\"", "queue", "there is no name “queue.taxi.free”", "did you mean “queue.tax.free”"),
        ("'copy == ''가'' && who > 1'", "> 1", "“>” doesn't take a text and a number", ""),
        ("\"copy == \\\"\\uAC00\\\" && who > 1\"", "> 1", "“>” doesn't take a text and a number", ""),
        ("\"who == 'a' || clock.phone != 'opne'\"", "'opne'", "“clock.phone” is never “opne”", "did you mean “open”?"),
        ("{case.status: 완료}", "case.status", "there is no name “case.status” to compare", "a `lookup: case` sets it"),
        ("{call.language: kr}", "kr", "“call.language” is never “kr”", "known: ko"),
        ("queue.tax.free", "queue", "is no condition: it gives a number", "compare it, e.g. … == '완료'"),
        ("who.shout() == 'A'", "shout", "CEL has no function “shout” here", ""),
        ("\"who.matches('[')\"", "'[')", "is no regular expression: missing ]: [", ""),
        ("\"who == '(' && matches(who, r'a{2}(')\"", "r'", "is no regular expression: missing ): a{2}(", ""),
        ("who = 'A'", "= 'A'", "isn't CEL: “=” doesn't belong here", "write == for equal"),
        ("who == 'A' and true", "and", "isn't CEL: “and” doesn't belong here", "write && for and"),
        ("who ==", ", next", "isn't CEL: it ends too early", ""),
        ("[who]", "[who]", "is no condition: write names with their values, {case.status: 완료}, or CEL in quotes", ""),
        ("{}", "{}", "is no condition: write names with their values, {case.status: 완료}, or CEL in quotes", ""),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_place(tmp_path: Path, condition: str, at: str, message: str, hint: str) -> None:
    (problem,) = found(tmp_path, condition)
    assert (problem.line, problem.message) == (7, message)
    assert pointed(problem).startswith(at)
    assert problem.hint.startswith(hint)


@pytest.mark.parametrize("style", ["|", ">", "|-"])
def test_a_mistake_in_a_text_of_several_lines_is_told_in_its_line(tmp_path: Path, style: str) -> None:
    more = "" if style == ">" else "  "
    flow = FLOW.replace(
        "{if: IF, next: x}", f"if: {style}\n          copy == '1' &&\n          {more}nobody > 3\n        next: x"
    )
    _, (problem,) = loader.examine(offices.write(tmp_path, flow))
    assert (problem.line, problem.message) == (9, "there is no name “nobody”")
    assert pointed(problem).startswith("nobody")


@pytest.mark.parametrize(
    "branches",
    [
        "[{else: x}]",
        "[{if: {copy: '1'}, next: x}]",
        "[{else: x}, {if: {copy: '1'}, next: x}]",
        "[{else: x}, {else: x}]",
    ],
)
def test_the_last_branch_is_for_everything_else(tmp_path: Path, branches: str) -> None:
    flow = FLOW.partition("  w:")[0] + f"  w: {{when: {branches}}}\n  x: {{hangup: 안녕}}\n"
    _, (problem,) = loader.examine(offices.write(tmp_path, flow))
    assert problem.message == "needs branches {if: …, next: …}, and once, as the last, {else: …}"


@pytest.mark.parametrize("branch", ["{if: {copy: '1'}}", "{next: x}", "{if: {copy: '1'}, next: x, else: x}", "{}"])
def test_a_branch_is_whole(tmp_path: Path, branch: str) -> None:
    (problem,) = [p for p in found_in(tmp_path, branch) if "branch" in p.message]
    assert problem.message == "is no branch: write {if: …, next: …}, and {else: …} as the last"
    assert pointed(problem).startswith(branch)


def found_in(folder: Path, branch: str) -> list[Problem]:
    return loader.examine(offices.write(folder, FLOW.replace("{if: IF, next: x}", branch)))[1]


def test_a_variable_that_nothing_sets_is_told_where_it_stands(tmp_path: Path) -> None:
    flow = '  s: {set: {a: "x {recepit}"}, next: b}\n  b: {set: {receipt: "1"}, next: hangup}\n'
    _, (problem,) = loader.examine(offices.write(tmp_path, flow))
    assert problem.message == "no step sets the variable “recepit”"
    assert pointed(problem).startswith("{recepit}")
    assert problem.hint.startswith("did you mean “receipt”")
