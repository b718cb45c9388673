"""Load turns a notice on and off: by thresholds that lie apart, not for a moment, and only by what is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.language.load import Load
from ivr.office.load import DeskLoad, State, Traffic, figures, settled, told

AT = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
CROWDED = Load.model_validate({"waiting": {"on": 10, "off": 4}, "at_least": "10m"})


def load(**figures: Any) -> Load:
    return Load.model_validate(figures)


def waiting(count: int) -> Traffic:
    return Traffic({"operators": DeskLoad(waiting=count)})


def run(of: Load, series: list[Traffic], step: timedelta) -> list[tuple[int, bool]]:
    """The changes while `series` goes by: which of it, and on or off."""
    state, changes = State(), []
    for n, traffic in enumerate(series):
        at = AT + n * step
        on = settled(of, figures(of, traffic), state, at)
        if on != state.on:
            state = State(on, at)
            changes.append((n, on))
    return changes


def test_a_flood_switches_it_on_once_and_off_once() -> None:
    flood = [*range(0, 14), *(9, 11, 7, 12, 5, 10, 9, 5) * 10, *range(14, -1, -1)]
    changes = run(CROWDED, [waiting(count) for count in flood], timedelta(minutes=1))
    assert changes == [(10, True), (len(flood) - 5, False)]


def test_once_on_it_stays_so_long() -> None:
    counts = [10, 0, 0, 0, 0, 0]
    assert run(CROWDED, [waiting(count) for count in counts], timedelta(minutes=3)) == [(0, True), (4, False)]


@pytest.mark.parametrize(
    ("of", "traffic", "on"),
    [
        (load(waiting={"on": 10, "off": 4}), Traffic({}), False),
        (load(waiting={"on": 3, "off": 1}, desks=["a"]), Traffic({"b": DeskLoad(waiting=9)}), False),
        (load(waiting={"on": 3, "off": 1}), Traffic({"a": DeskLoad(waiting=2), "b": DeskLoad(waiting=1)}), True),
        (load(waiting={"on": 3, "off": 1}, desks=["a"]), Traffic({"a": DeskLoad(waiting=2), "b": DeskLoad(9)}), False),
        (load(longest_wait={"on": "2m", "off": "1m"}), Traffic({"a": DeskLoad(1, 120), "b": DeskLoad()}), True),
        (load(expected_wait={"on": "2m", "off": "1m"}), Traffic({"a": DeskLoad(9, 300)}), False),
        (load(expected_wait={"on": "2m", "off": "1m"}), Traffic({"a": DeskLoad(expected_wait=121)}), True),
        (load(free={"on": 0, "off": 2}), Traffic({"a": DeskLoad(free=0)}), True),
        (load(free={"on": 0, "off": 2}), Traffic({"a": DeskLoad(free=0), "b": DeskLoad(free=1)}), False),
        (load(free={"on": 0, "off": 2}), Traffic({}), False),
        (load(calls={"on": "1.5x", "off": "1.1x"}), Traffic({}, 30, None), False),
        (load(calls={"on": "1.5x", "off": "1.1x"}), Traffic({}, 30, 20.0), True),
        (load(calls={"on": "1.5x", "off": "1.1x"}), Traffic({}, 4, 0.5), False),
        (load(calls={"on": "1.5x", "off": "1.1x"}), Traffic({}, 30, 0.0), False),
        (load(waiting={"on": 9, "off": 4}, free={"on": 0, "off": 2}), Traffic({"a": DeskLoad(waiting=1)}), True),
    ],
)
def test_what_is_load_and_what_is_not_known_to_be(of: Load, traffic: Traffic, on: bool) -> None:
    assert settled(of, figures(of, traffic), State(), AT) == on


def test_what_becomes_unknown_ends_after_its_time() -> None:
    on = State(True, AT)
    for minutes, expected in ((9, True), (10, False)):
        assert settled(CROWDED, figures(CROWDED, Traffic({})), on, AT + timedelta(minutes=minutes)) is expected


@given(st.lists(st.integers(0, 15), max_size=80))
def test_it_never_flaps(counts: list[int]) -> None:
    changes = run(CROWDED, [waiting(count) for count in counts], timedelta(minutes=1))
    assert [on for _, on in changes] == [n % 2 == 0 for n in range(len(changes))]
    for (began, _), (ended, _) in zip(changes[::2], changes[1::2], strict=False):
        assert counts[began] >= 10
        assert counts[ended] <= 4
        assert ended - began >= 10


def test_the_reason_is_in_figures() -> None:
    of = load(waiting={"on": 10, "off": 4}, calls={"on": "1.5x", "off": "1.1x"})
    measured = figures(of, Traffic({"a": DeskLoad(waiting=12)}))
    assert told(of, measured, True) == "waiting 12 (on: 10), calls unknown (on: 1.5)"
