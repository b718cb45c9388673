"""A step type is whole: form, conduct, fixture, conversations, page and a call on a real exchange, all of one name."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from ivr.engine.engine import ENTER
from ivr.language import loader
from ivr.language.steps import KINDS
from tests import offices, reference

ROOT = Path(__file__).parents[2]
CALLS = ROOT / "tests/acceptance/test_steps.py"
OTHER = {"office", "calendar", "desks", "cases", "messages", "notices", "repeated", "loans", "typed"}
"""Files of the fixture office that are no step's; `repeated` is called by `call`, `loans` looks up by http, `typed`
collects what isn't digits."""


def _calls() -> set[str]:
    tree = ast.parse(CALLS.read_text())
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


@pytest.mark.parametrize("kind", KINDS)
def test_a_step_type_is_whole(kind: str) -> None:
    assert (ROOT / f"ivr/language/steps/{kind}.py").exists()
    assert (ROOT / f"ivr/engine/steps/{kind}.py").exists()
    assert kind in ENTER
    steps = loader.load(offices.STEPS).flows[kind].steps
    assert kind in {step.kind for step in steps.values()}
    assert (reference.DOCS / f"steps/{kind}.md").exists(), "run scripts/docs"
    assert f"test_{kind}" in _calls(), f"{CALLS} has no call of it"


def test_nothing_is_left_over() -> None:
    assert {path.stem for path in offices.STEPS.glob("*.yaml")} - OTHER == set(KINDS)
    assert {path.stem for path in (reference.DOCS / "steps").glob("*.md")} == set(KINDS)
    assert _calls() == {f"test_{kind}" for kind in KINDS}
    assert set(ENTER) == set(KINDS)
