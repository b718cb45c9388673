"""Real desks: officers' telephones that register, district offices behind SIP trunks, busy and silent ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests import offices
from tests.acceptance.line import Line, keys, line
from tests.integration.phone import Callee, Manner

pytestmark = pytest.mark.slow


@dataclass
class Region:
    """A line, and the exchanges of the two district offices."""

    line: Line
    east: Callee
    west: Callee


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Region]:
    folder = tmp_path_factory.mktemp("line")
    files = offices.copy_of_sample(folder)
    offices.never_busy(files)
    offices.hush(files, "ko")
    desks = files / "desks.yaml"
    desks.write_text(desks.read_text().replace("wait: 30s", "wait: 4s"))
    lines = {"1003": {"flow": "academies"}, "1004": {"flow": "transfers"}}
    with Callee("answer", "127.0.0.3") as east, Callee("answer", "127.0.0.4") as west:
        districts = {"east": {"host": east.host}, "west": {"host": west.host}}
        with line(folder, files, lines=lines, exchange={"practice": False, "districts": districts}) as running:
            yield Region(running, east, west)


def test_when_nobody_has_a_telephone_the_caller_is_told_so(region: Region) -> None:
    journey = region.line.dial("1004", *keys("3"), "end", patience=80)
    assert journey.legs == ["head_transfers:empty", "operators:empty"]
    assert journey.outcome == "failed"


def test_a_district_office_is_reached_through_its_trunk(region: Region) -> None:
    calls = region.line.dial_all(
        {"east": ("1003", [*keys("1"), "~5000", "bye"]), "west": ("1003", [*keys("4"), "~5000", "bye"])}
    )
    assert {name: (call.legs, call.outcome) for name, call in calls.items()} == {
        "east": (["east_academies:answered"], "answered"),
        "west": (["west_academies:answered"], "answered"),
    }
    assert (region.east.calls, region.west.calls) == (1, 1)


@pytest.mark.parametrize("manner", ["busy", "ring"])
def test_a_busy_or_silent_district_leads_to_the_next_hop(region: Region, manner: Manner) -> None:
    region.east.manner = manner
    with region.line.officer("101"):
        journey = region.line.dial("1003", *keys("1"), "~12000", "bye")
    assert journey.legs == ["east_academies:no_answer", "operators:answered"]
    assert journey.outcome == "answered"
    assert "academies/desk/east_academies:no_answer" in journey.steps


def test_an_officer_whose_telephone_is_not_there_is_passed_over_at_once(region: Region) -> None:
    with region.line.officer("102"):
        journey = region.line.dial("1004", *keys("3"), "~10000", "bye")
    assert journey.legs == ["head_transfers:empty", "operators:answered"]
    seen = {f"{w.event}|{w.a}": w.time for w in region.line.exchange.witness(journey.id)}
    assert seen["leave|head_transfers"] - seen["queue|head_transfers"] < 3, "not the 4 s of the desk"


def test_a_busy_officer_is_passed_over_when_the_wait_is_over(region: Region) -> None:
    with region.line.officer("112", "busy"), region.line.officer("101"):
        journey = region.line.dial("1004", *keys("3"), "~12000", "bye")
    assert journey.legs == ["head_transfers:no_answer", "operators:answered"]
