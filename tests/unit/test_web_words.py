"""The words of the pages: both languages have all of them, and a page uses none that isn't there."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from ivr.language.steps import KINDS
from reports.web.flows import EXITS
from reports.web.words import LANGS, words

WEB = Path(__file__).parents[2] / "reports" / "web"
USE = re.compile(r"""\bt\(\s*f?["']([a-z][\w.-]*)(["']\s*~|[{]|["'])""")
"""A word asked for by its name, or by its beginning and something behind it."""

USES = [
    (path.name, match[1], match[2] not in ('"', "'"))
    for path in sorted([*WEB.rglob("*.py"), *WEB.rglob("*.html")])
    for match in USE.finditer(path.read_text())
]


def test_both_languages_have_the_same_words() -> None:
    assert {lang: sorted(words()[lang]) for lang in LANGS} == dict.fromkeys(LANGS, sorted(words()["ko"]))


def test_both_languages_fill_in_the_same_values() -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert [key for key, text in words()["ko"].items() if names(text) != names(words()["en"][key])] == []


@pytest.mark.parametrize(("file", "key", "begins"), USES)
def test_a_word_that_is_used_is_there(file: str, key: str, begins: bool) -> None:
    assert any(word.startswith(key) for word in words()["ko"]) if begins else key in words()["ko"]


def test_what_a_step_does_and_how_it_ends_has_words() -> None:
    named = {f"flows.kinds.{kind}" for kind in KINDS} | {f"flows.exits.{exit}" for exit in EXITS}
    assert named <= words()["ko"].keys()


def test_uses_are_found() -> None:
    assert ("login.html", "login.title", False) in USES
    assert ("failure.html", "failure.", True) in USES
