"""The pages made from the code are the code's, and what the README names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr import config
from ivr.cli import COMMANDS
from tests import reference

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", list(reference.pages()))
def test_a_page_is_up_to_date(name: str) -> None:
    assert (reference.DOCS / name).read_text() == reference.pages()[name], "run scripts/docs"


def test_every_setting_is_described() -> None:
    assert [name for name, text in reference.pages().items() if "| None |" in text] == []


def test_the_sample_settings_are_good() -> None:
    assert config.load(ROOT / "config.yaml").lines


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_the_readme_names_what_is_there(name: str) -> None:
    text = (ROOT / name).read_text()
    for command in re.findall(r"\bivr ([a-z]+)", text):
        assert command in COMMANDS, command
    for path in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / path).exists(), path


def test_no_registry_and_no_mirror_is_named() -> None:
    import subprocess

    found = subprocess.run(
        ["git", "grep", "-nIE", r"https?://[a-z0-9.-]*(pypi|debian|npmjs|mirror)[a-z0-9.-]*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line for line in found.stdout.splitlines() if "test_docs.py" not in line] == []
