"""The words of the pages: both languages have all of them, and a page uses none that isn't there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from ivr.language.steps import KINDS
from reports.web.flows import EXITS
from reports.web.words import LANGS, words

ROOT = Path(__file__).parents[2]
WEB = ROOT / "reports" / "web"
NOTING = ("Deed", "deed", "note", "_note", "seen", "showing", "_changing", "_command", "_renew", "_done")
"""Functions that something is put into the audit log by."""

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


def deeds() -> Iterator[str]:
    """What the sources put into the audit log: its name, or the beginning of it up to the dot."""
    for path in sorted(path for top in ("ivr", "callback", "reports") for path in (ROOT / top).rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] in NOTING:
                given = [arg for arg in call.args if not isinstance(arg, ast.Call)]
                texts = [part.value for arg in given for part in ast.walk(arg) if isinstance(part, ast.Constant)]
                yield from (text for text in texts if isinstance(text, str) and re.fullmatch(r"[a-z]+\.[a-z_]*", text))


def test_what_goes_into_the_audit_log_has_words() -> None:
    named = words()["ko"]
    found = {f"deeds.{deed}" for deed in deeds()}
    assert {"deeds.number.shown", "deeds.people."} <= found
    assert [key for key in found if not any(word.startswith(key) for word in named)] == []


def test_uses_are_found() -> None:
    assert ("login.html", "login.title", False) in USES
    assert ("failure.html", "failure.", True) in USES
