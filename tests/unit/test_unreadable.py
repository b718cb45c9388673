"""A file that isn't YAML, or is it by mistake: what was mistyped is named at its place, with the way to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.errors import BadInput
from ivr.language import loader
from ivr.language.source import Source
from tests import offices

STEP = "steps:\n  a:\n    say: x\n"
MISTYPED = {
    "tab after spaces": (f"{STEP}  \tnext: b\n", (4, 3), "a tab in the indentation", "spaces alone"),
    "tab at the start": ("\ttitle: x\n", (1, 1), "a tab in the indentation", "spaces alone"),
    "quote to the end": ("title: 'x\nb: y\n", (1, 8), "the quote that opens here is never closed", "write ' after"),
    "quote in braces": ('a: {say: "x, next: b}\nc: "y"\n', (1, 10), "closed in line 2 only", 'write " after'),
    "escape": ('a: "x\\d"\n', (1, 6), "a \\ in a text", "write \\\\"),
    "comma after a quote": ('a: {say: "x" next: b}\n', (1, 14), "a comma is missing", "between two entries"),
    "deeper than a value": (f"{STEP}      next: b\n", (4, 7), "this line's indentation", "as “say” or as “a”"),
    "deeper than a text": (f"{STEP}      more\n      next: b\n", (5, 7), "this line's indentation", "as “say”"),
    "between two levels": (f"{STEP}   next: b\n", (4, 4), "this line's indentation", "as “say” or as “a”"),
    "before the first level": (f" {STEP}b: x\n", (4, 1), "this line's indentation", "as “steps”"),
    "glued at the end": (f"{STEP}    next:bye", (4, 10), "a space is missing after the colon", "write next: bye"),
    "glued to a quote": ('a:\n  say:"x"\n  next: b\n', (2, 7), "a space is missing", 'write say: "x"'),
    "glued dash": ("a:\n  -{b: c}\n  - {b: d}\n", (2, 4), "a space is missing after the dash", "write - {b: c}"),
    "no dash": ("a:\n  - x\n  b: y\n", (3, 3), "a dash is missing", "begin it with a dash"),
    "no colon": ("a\n  say: x\n", (1, 1), "a colon is missing after the key", "KEY: VALUE"),
    "bracket at the end": ("a: [x, y\n", (1, 4), "the [ that opens here isn't closed", "write ]"),
    "bracket in braces": ("a: {b: [x, y}\n", (1, 8), "the [ that opens here isn't closed", "write ]"),
    "bracket too many": ("a: [x]]\n", (1, 7), "a ] too many", "delete it"),
    "brace below": ("a: {b: c}\n}\n", (2, 1), "a } too many", "delete it"),
    "at sign": ("a: @x\n", (1, 4), "a text can't begin with @", "quotes"),
    "unknown alias": ("a: *x\n", (1, 4), "a text can't begin with *", "quotes"),
    "bar": ("a: | x\n", (1, 4), "a text can't begin with |", "quotes"),
    "second document": ("a: x\n---\na: y\n", (2, 1), "a second document", "delete the line"),
    "words after the end": ("a: x\n...\nfoo\n", (3, 1), "a second document", "delete the line"),
    "control character": ("a: x\nb: y\x07\n", (2, 5), "a control character (U+0007)", "delete it"),
}


@pytest.mark.parametrize("name", MISTYPED)
def test_what_was_mistyped_is_named_at_its_place(tmp_path: Path, name: str) -> None:
    text, place, message, hint = MISTYPED[name]
    (tmp_path / "x.yaml").write_text(text)
    with pytest.raises(BadInput) as raised:
        Source(tmp_path / "x.yaml")
    (problem,) = raised.value.problems
    assert (problem.line, problem.column) == place, problem
    assert message in problem.message
    assert hint in problem.hint


@given(st.data())
@settings(deadline=None, max_examples=300)
def test_no_mutation_of_a_file_is_beyond_words(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    text = (offices.SAMPLE / "main.yaml").read_text()[:900]
    start = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 4))
    odd = data.draw(st.text(st.sampled_from("{}[]\"':,-#*&!|>%@`?\\\t\n a1：\x07\x85\u2028\ufeff"), max_size=4))
    path = tmp_path_factory.getbasetemp() / "odd.yaml"
    path.write_text(text[:start] + odd + text[start + cut :])
    try:
        Source(path)
    except BadInput as error:
        (problem,) = error.problems
        assert 1 <= problem.line <= len(path.read_text().splitlines()) + 1
        assert problem.hint or problem.message


GLUED = {
    "key glued to its value": ("{menu: 네?, options: {1: {label: x, next:hangup}}}", ["unknown key “next:hangup”"]),
    "kind glued to its value": ("{say:안녕, next: hangup}", ["“say:안녕” is no kind of step"]),
    "step in one text": ("say:안녕", ["a: must be a mapping (key: value)"]),
}


@pytest.mark.parametrize("name", GLUED)
def test_a_space_that_is_missing_is_asked_for_once(tmp_path: Path, name: str) -> None:
    step, messages = GLUED[name]
    found = loader.examine(offices.write(tmp_path, f"  a: {step}\n"))[1]
    assert [p.message for p in found] == messages
    assert "with a space after the colon" in found[0].hint


def test_a_comma_in_braces_needs_quotes(tmp_path: Path) -> None:
    menu = "  a: {menu: 네?, options: {1: {label: 접수, 발급, 조회, next: hangup}}}\n"
    found = loader.examine(offices.write(tmp_path, menu))[1]
    assert {p.hint for p in found} == {'a text with a comma needs quotes: label: "접수, 발급, 조회"'}
    assert [p.message for p in found] == ["unknown key “발급”", "unknown key “조회”"]


def test_an_empty_translation_is_missing(tmp_path: Path) -> None:
    flow = "  a: {menu: 네?, options: {1: {label: x, next: hangup}}}\n"
    english = "desks: {operators: Op, tax: Tax}\nflows: {main: {a: {menu: Yes?, options: {1: }}}}\n"
    found = loader.examine(offices.write(tmp_path, flow, texts__en=english))[1]
    assert [p.message for p in found] == ["the translation of main/a (options/1) is missing"]


def test_a_mistyped_kind_is_told_where_it_stands(tmp_path: Path) -> None:
    (problem,) = loader.examine(offices.write(tmp_path, "  a: {survy: 어떠셨나요?, scale: [], next: hangup}\n"))[1]
    assert (problem.line, problem.column, problem.hint) == (3, 7, "did you mean “survey”?")
