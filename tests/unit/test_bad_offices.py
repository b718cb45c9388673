"""Sixty spoiled copies of the sample office: the check says of each exactly what it should, where it should."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import bad_offices

CASES = bad_offices.cases()


@pytest.mark.parametrize("name", CASES)
def test_a_spoiled_office_is_told_of_word_for_word(tmp_path: Path, name: str) -> None:
    assert bad_offices.told(CASES[name], tmp_path) == CASES[name].told, "python -m tests.bad_offices, and read it"


def test_there_are_many_and_each_is_told_of() -> None:
    assert len(CASES) >= 60
    assert all(": error: " in c.told or ": warning: " in c.told or ": advice: " in c.told for c in CASES.values())
    assert len({c.told for c in CASES.values()}) == len(CASES)
