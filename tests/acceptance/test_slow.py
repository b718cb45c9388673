"""Slow and easy mode on a real exchange: chosen in one call, and kept for the caller's next."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import offices
from tests.acceptance.line import Line, keys, line
from tests.exchange import wait_for

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def easy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    folder = tmp_path_factory.mktemp("line")
    files = offices.copy_of_sample(folder)
    offices.never_busy(files)
    office = files / "office.yaml"
    office.write_text(office.read_text().partition("slow:")[0] + "slow: {to: desk/certificates}\n")
    offices.hush(files, "ko")
    offices.no_surveys(files)
    with line(folder, files) as running:
        yield running


def test_who_has_chosen_it_comes_straight_to_a_person_and_in_the_next_call_too(easy: Line) -> None:
    first = easy.begin("1000", *keys("9"), "~500", "end")
    journey = first.journey()
    assert (journey.steps[-2:], journey.legs) == (
        ["main/purpose:slow", "main/desk/certificates:answered"],
        ["certificates:answered"],
    )
    assert easy.phone.start("1000", ["~500", "end"], caller=first.number).wait(90) == 0
    wait_for(lambda: [j.outcome for j in easy.of(first.number)] == ["answered"] * 2, 15, "the second call's record")
    second = easy.of(first.number)[1]
    assert second.legs == ["certificates:answered"]
    assert "main/purpose:slow" in second.steps
