"""Erlang C against textbook values, against pyworkforce, and where that can't follow."""

from __future__ import annotations

import math
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyworkforce.queuing import ErlangC

from reports import erlang
from reports.erlang import Load, Service
from reports.staffing import Staffing, Wanted, hours
from reports.tally import NONE, Tally
from tests import days

LOADS = st.builds(Load, st.floats(0.1, 3000), st.sampled_from([900.0, 1800.0, 3600.0]), st.floats(10, 900))


def test_a_table_of_a_textbook() -> None:
    """100 calls in half an hour, 3 minutes each: 10 erlangs. C(10, 14) = 0.1741."""
    load = Load(100, 1800, 180)
    assert load.erlangs == 10
    assert erlang.waiting(load, 14) == pytest.approx(0.1741, abs=5e-5)
    found = erlang.service(load, 14, 20)
    assert found.within == pytest.approx(0.8884, abs=5e-5)
    assert found.occupancy == pytest.approx(10 / 14)
    assert found.asa_s == pytest.approx(7.84, abs=5e-3)
    assert [row.officers for row in erlang.table(load, range(13, 16), 20)] == [13, 14, 15]
    assert erlang.fewest(load, 0.8, 20) == 14


def test_too_few_officers_answer_nobody_in_time() -> None:
    assert erlang.service(Load(100, 1800, 180), 10, 20) == Service(10, 0.0, 1.0, None)
    assert erlang.service(Load(0, 1800, 180), 1, 20) == Service(1, 1.0, 0.0, 0.0)


@given(LOADS, st.integers(1, 200), st.floats(1, 300))
def test_as_pyworkforce_has_it(load: Load, more: int, target_s: float) -> None:
    officers = math.floor(load.erlangs) + more
    theirs = ErlangC(load.calls, load.aht_s / 60, target_s / 60, load.interval_s / 60)
    ours = erlang.service(load, officers, target_s)
    assert erlang.waiting(load, officers) == pytest.approx(theirs.waiting_probability(officers), abs=1e-9)
    assert ours.within == pytest.approx(theirs.service_level(officers), abs=1e-9)
    assert ours.occupancy == pytest.approx(theirs.achieved_occupancy(officers))


@given(LOADS, st.floats(0.01, 0.99), st.floats(1, 120))
def test_the_fewest_are_enough_and_one_less_is_not(load: Load, share: float, target_s: float) -> None:
    officers = erlang.fewest(load, share, target_s)
    assert erlang.service(load, officers, target_s).within >= share
    assert officers == 1 or erlang.service(load, officers - 1, target_s).within < share


@given(st.floats(0.5, 5000), st.integers(1, 100))
def test_more_officers_never_answer_less(erlangs: float, more: int) -> None:
    load, officers = Load(erlangs, 3600, 3600), math.floor(erlangs) + more
    one, two = (erlang.service(load, n, 20) for n in (officers, officers + 1))
    assert 0 <= one.within <= two.within <= 1
    assert (one.asa_s or 0) >= (two.asa_s or 0) >= 0


def test_a_load_no_factorial_could_hold() -> None:
    found = erlang.service(Load(9000, 3600, 3600), 9100, 20)
    assert 0 < found.within < 1
    assert erlang.fewest(Load(9000, 3600, 3600), 0.8, 20) > 9000


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Load(-1, 1, 1),
        lambda: Load(1, 0, 1),
        lambda: Load(1, 1, 0),
        lambda: erlang.waiting(Load(1, 1, 1), 0),
        lambda: erlang.fewest(Load(1, 1, 1), 1.0, 20),
        lambda: erlang.fewest(Load(20_000, 1, 1), 0.8, 20),
    ],
)
def test_what_is_none_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"load is of|officers|share wanted"):
        wrong()  # type: ignore[operator]


def test_staffing_from_what_was_measured() -> None:
    """40 calls between 9 and 10 on two days, 3 minutes each: 20 calls an hour, one erlang."""
    busy = Tally(answered=40, talks=40, talk_ms=40 * 180_000, waits=40, answered_after=(30, *NONE[1:-1], 10))
    calm = Tally(answered=2, talks=2, talk_ms=360_000, waits=2, answered_after=(2, *NONE[1:]))
    found = hours({"09": busy, "10": calm, "23": Tally(self_service=3)}, 2, Wanted(officers=2))
    assert [(hour.hour, hour.load.erlangs, hour.measured) for hour in found] == [("09", 1, 0.75), ("10", 0.05, 1)]
    assert found[0].service == erlang.service(Load(20, 3600, 180), 2, 20)
    assert found[0].needed == erlang.fewest(Load(20, 3600, 180), 0.8, 20) == 3
    told = Staffing(days.whole("2026-11-23", ZoneInfo("Asia/Seoul")), Wanted(officers=2), 2, found)
    assert told.sentence() == (
        "With 2 officers 70% within 20 s in the busiest hour, 09:00 (20.0 calls of 3:00 each); 80% takes 3."
    )
    assert hours({"09": Tally(failed=1)}, 1, Wanted()) == []
    assert "nobody has talked" in Staffing(told.period, Wanted(), 0, []).text("table")


def test_wrap_up_is_handling() -> None:
    tally = Tally(answered=20, talks=20, talk_ms=20 * 180_000)
    (hour,) = hours({"09": tally}, 1, Wanted(wrap_up_s=60))
    assert hour.load == Load(20, 3600, 240)
    assert hour.service.officers == hour.needed
