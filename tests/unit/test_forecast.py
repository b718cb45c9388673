"""The forecast of the next day: on series whose law is known, on hard ones, and on the shared one."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ivr.errors import OnestopError
from ivr.office.forecast import MOST_TIMES, DayAhead, mean_of_weeks, median, next_day
from ivr.office.weeks import Array, places, unmissed
from tests.benchmarks import forecast as bench

SHARED = Path("/work/shared/data/bank_calls_days_001_100.csv")
WEEK = np.array([1.3, 1.0, 0.9, 0.85, 0.95])


def series(weekdays: list[int], scale: float = 5000, seed: int = 1) -> Array:
    """Poisson counts with a level by weekday, a peak that wanders with it, and a level that drifts."""
    random = np.random.default_rng(seed)
    slots = np.arange(20)
    level = np.exp(random.normal(0, 0.01, len(weekdays)).cumsum())
    shapes = np.array([np.exp(-(((slots - 7 - day) / 5) ** 2)) + 0.1 for day in range(len(WEEK))])
    shapes /= shapes.sum(1, keepdims=True)
    means = scale * (level * WEEK[weekdays])[:, None] * shapes[weekdays]
    return np.asarray(random.poisson(means), float)


def with_closures(days: int, *missing: int) -> list[int]:
    """Weekdays of the days that were worked: `missing` are left out."""
    return [day % 5 for day in range(days) if day not in missing]


def test_the_place_in_the_week_is_found_again_after_closures() -> None:
    weekdays = with_closures(75, 22, 23, 48)
    found = places(series(weekdays), 5)
    assert len(found) == len(weekdays) + 1
    assert np.allclose(found.sum(1), 1)
    shift = (found.argmax(1)[:-1] - weekdays) % 5
    assert (shift == shift[0]).mean() > 0.95
    assert (found[-1].argmax() - shift[0]) % 5 == 0  # 75 days later it is a Monday again


def test_a_short_history_shows_no_shift() -> None:
    assert (places(np.ones((9, 4)), 5) == unmissed(9, 5)).all()
    assert (places(np.ones((9, 4)), 1) == 1).all()


def test_a_shifted_week_is_forecast_better_than_by_lags() -> None:
    calls, first = series(with_closures(90, 30, 55, 70, 78)), 60
    ours, _, _ = bench.rolled_ours(calls, first, 5)
    lags = bench.rolled(lambda history: mean_of_weeks(history, 5), calls, first)
    assert bench.wape(ours, calls[first:]) < 0.8 * bench.wape(lags, calls[first:])


def test_without_a_weekly_law_it_is_no_worse_than_a_mean() -> None:
    calls = np.random.default_rng(3).poisson(200, (80, 12)).astype(float)
    ours, _, _ = bench.rolled_ours(calls, 60, 5)
    mean = bench.rolled(lambda history: mean_of_weeks(history, 5), calls, 60)
    assert bench.wape(ours, calls[60:]) < bench.wape(mean, calls[60:])


@given(st.floats(0, 60))
def test_the_median_of_few_calls(mean: float) -> None:
    counts = np.arange(200)
    chances = np.exp(counts * np.log(max(mean, 1e-300)) - mean - np.array([math.lgamma(n + 1) for n in counts]))
    below = chances.cumsum()
    found = int(median(np.array([mean]))[0])
    assert below[found] > 0.5 - 2e-3
    assert found == 0 or below[found - 1] < 0.5 + 2e-3


def test_few_calls_are_less_wrong_by_their_median() -> None:
    calls = np.random.default_rng(5).poisson(0.4, (80, 20)).astype(float)
    ours, _, _ = bench.rolled_ours(calls, 60, 5)
    mean = bench.rolled(lambda history: mean_of_weeks(history, 5), calls, 60)
    assert bench.wape(ours, calls[60:]) < 0.92 * bench.wape(mean, calls[60:])


def test_a_season_of_seven_with_silent_sundays() -> None:
    calls = series([day % 5 for day in range(70)])
    calls[6::7] = 0
    forecast = DayAhead(7)
    for day in range(49, 69):
        forecast.forecast(calls[:day])
        forecast.learn(calls[day])
    assert forecast.forecast(calls[:69]).sum() < 0.05 * calls.sum(1).mean()  # day 70 is a Sunday
    assert np.isclose(forecast.weights.sum(), 1)


def test_a_day_without_calls_and_a_flood_do_not_bend_the_next_days() -> None:
    calls = series(with_closures(60))
    hurt = calls.copy()
    hurt[52], hurt[55] = 0, 8 * hurt[55]
    plain, bent = (next_day(history, unmissed(60, 5)).sum() for history in (calls, hurt))
    assert bent == pytest.approx(plain, rel=0.12)


def test_it_learns_whom_to_trust() -> None:
    calls, forecast = series(with_closures(80, 41, 57)), DayAhead(5)
    assert forecast.weights.tolist() == pytest.approx([1 / 4] * 4)
    for day in range(50, 78):
        forecast.forecast(calls[:day])
        forecast.learn(calls[day])
    assert forecast.weights[:2].sum() > 0.9  # those that found the shifts


@given(
    arrays.arrays(float, st.tuples(st.integers(1, 24), st.integers(1, 5)), elements=st.integers(0, 500)),
    st.integers(1, 8),
)
def test_whatever_came_the_next_day_is_finite_and_never_negative(calls: Array, season: int) -> None:
    forecast = DayAhead(season).forecast(calls)
    assert forecast.shape == calls.shape[1:]
    assert np.isfinite(forecast).all()
    assert (forecast >= 0).all()
    assert forecast.sum() <= MOST_TIMES * calls.sum(1).max() + 1e-6


def written(path: Path, days: int, slots: int = 13) -> Path:
    rows = [
        f"{day},{7 + slot // 12:02}:{slot % 12 * 5:02},{day % 5 + slot}"
        for day in range(1, days + 1)
        for slot in range(slots)
    ]
    path.write_text("\n".join(["day_index,interval_start,calls", *rows, ""]))
    return path


def test_the_bench_reads_six_to_an_interval_and_drops_the_odd_one(tmp_path: Path) -> None:
    calls = bench.read(written(tmp_path / "a.csv", 3))
    assert calls.tolist() == [[15 + 6 * (d % 5), 51 + 6 * (d % 5)] for d in (1, 2, 3)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("day,calls\n1,2\n", ":1: these columns"),
        ("day_index,interval_start,calls\n1,07:00,5\n1,seven,5\n", ":3: expected"),
        ("day_index,interval_start,calls\n1,07:00,5\n1,07:00,6\n", ":3: twice"),
        ("day_index,interval_start,calls\n1,27:00,5\n", ":2: expected"),
        ("day_index,interval_start,calls\n1,07:00,5.5\n", ":2: expected"),
        ("day_index,interval_start,calls\n1,07:00,inf\n", ":2: expected"),
        ("day_index,interval_start,calls\n1,07:00,1e300\n", ":2: expected"),
        ("day_index,interval_start,calls\n1,07:00,5\n", "no intervals"),
        ("day_index,interval_start,calls\n1,07:00,5\n1,07:07,5\n", "intervals of 7 minutes"),
    ],
)
def test_the_bench_says_what_is_wrong_with_a_file(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(OnestopError, match=said):
        bench.read(path)


def test_no_forecast_of_the_bench_knows_its_day_or_a_later_one() -> None:
    calls = series(with_closures(60, 31))[:56]
    other = calls.copy()
    other[54:] = 3 * other[54:, ::-1] + 7
    for forecasts in (
        [bench.rolled_ours(known, 52, 5)[0] for known in (calls, other)],
        [bench.rolled(bench.holt_winters(5), known, 52) for known in (calls, other)],
    ):
        one, two = forecasts
        assert (one[:3] == two[:3]).all()
        assert not (one[3:] == two[3:]).all()


def test_the_bench_prints_ours_the_simple_ones_and_the_library(tmp_path: Path) -> None:
    ran = CliRunner().invoke(bench.main, [str(written(tmp_path / "a.csv", 30)), "--test-days", "3"])
    assert ran.exit_code == 0, ran.output
    for name in (
        "ours",
        "mean of last 4 lags of 5 days",
        "lag 5",
        "statsmodels Holt-Winters",
        "weights learned on days",
    ):
        assert name in ran.output


def test_ours_has_a_tenth_less_error_than_the_simple_ones_on_the_shared_days() -> None:
    if not SHARED.exists():
        pytest.skip(f"{SHARED} is not on this machine")
    calls = bench.read(SHARED)
    first = len(calls) - 30
    ours, _, _ = bench.rolled_ours(calls, first, 5)
    lags = [bench.rolled(partial(mean_of_weeks, season=5, weeks=weeks), calls, first) for weeks in (1, 4)]
    simple = [bench.wape(lag, calls[first:]) for lag in lags]
    assert [round(error, 1) for error in simple] == [9.3, 8.0]
    assert bench.wape(ours, calls[first:]) < 0.88 * min(simple)
