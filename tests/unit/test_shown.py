"""How pages write values and changes, and how the way of a call is drawn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from reports.figure import Unit
from reports.web.shown import Change, change, lasted, value
from reports.web.way import Kind, Stop, drawn

AT = datetime(2026, 11, 27, 1, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("unit", "number", "text"),
    [
        ("count", 1234.0, "1,234"),
        ("share", 0.7834, "78.3 %"),
        ("share", 0.0, "0.0 %"),
        ("seconds", 65.4, "1:05"),
        ("seconds", 3725.0, "1:02:05"),
        ("count", None, "–"),
    ],
)
def test_values(unit: Unit, number: float | None, text: str) -> None:
    assert value(unit, number) == text


def test_a_change_says_whether_it_is_better_where_that_can_be_said() -> None:
    assert change("answer_rate", "share", 0.9, 0.8) == Change("80.0 %", "10.0 %p", "up", "better")
    assert change("abandonment", "share", 0.2, 0.1) == Change("10.0 %", "10.0 %p", "up", "worse")
    assert change("asa_s", "seconds", 20.0, 30.0) == Change("0:30", "0:10", "down", "better")
    assert change("received", "count", 20.0, 30.0) == Change("30", "10", "down", "")
    assert change("longest_wait_s", "seconds", 20.0, 30.0).verdict == "", "callers may have left sooner"


def test_what_is_not_known_or_hardly_differs_is_no_change() -> None:
    assert change("asa_s", "seconds", None, 30.0) == Change("0:30", "", "", "")
    assert change("asa_s", "seconds", 30.0, None) == Change("–", "", "", "")
    assert change("answer_rate", "share", 0.80001, 0.8) == Change("80.0 %", "0", "same", "")


def test_a_duration_that_has_no_end_is_none() -> None:
    assert lasted(AT, AT + timedelta(seconds=61)) == "1:01"
    assert lasted(AT, None) == lasted(None, AT) == "–"


def test_a_way_has_every_stop_with_its_time_and_its_shape() -> None:
    kinds: list[Kind] = ["line", "step", "notice", "queue", "officer", "bad", "end"]
    stops = [Stop(AT + timedelta(seconds=n), kind, f"{kind} <가>", "왜") for n, kind in enumerate(kinds)]
    svg = str(drawn(stops, "길 <b>", "일곱 곳"))
    for n, kind in enumerate(kinds):
        assert f"{kind} &lt;가&gt;" in svg
        assert f"01:02:0{3 + n}" in svg
    assert svg.count('class="rail') == len(stops) - 1
    assert (svg.count("rail wait"), svg.count("rail talk"), svg.count("stop bad")) == (1, 1, 2)
    assert "길 &lt;b&gt;" in svg
    assert "<b>" not in svg


def test_a_long_stop_is_cut_and_ends_in_dots() -> None:
    svg = str(drawn([Stop(AT, "step", "가" * 200)], "", ""))
    assert "가…" in svg
    assert "가" * 60 not in svg
