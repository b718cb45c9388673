"""What the coming weeks bring, from last year's: peaks, days off, trends, changes of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.office.outlook import SLOTS, YEAR, History, histories, instants, look_out
from ivr.office.peaks import peaks
from ivr.office.twins import twins

SEOUL = ZoneInfo("Asia/Seoul")
DAY = timedelta(days=1)
FIRST, TODAY = date(2025, 9, 1), date(2026, 11, 27)
MONTH = [date(2027, 1, 1) + n * DAY for n in range(31)]
OFF = {date(2026, 1, 1), date(2027, 1, 1), date(2026, 9, 24), date(2026, 9, 25)}
NINE = 18  # half-hour from 09:00


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in OFF


def known(calls: float = 200.0, days: int = (TODAY - FIRST).days, **peaks_: float) -> History:
    """`calls` on each working day, in the half-hours from 09:00 and 10:00; more on Mondays; `peaks_`: d2026_01_07=4."""
    first = TODAY - days * DAY
    table = np.zeros((days, SLOTS))
    for n in range(days):
        day = first + n * DAY
        if works(day):
            worth = (1.25 if day.weekday() == 0 else 1.0) * peaks_.get(f"d{day:%Y_%m_%d}", 1.0)
            table[n, [NINE, NINE + 2]] = calls * worth * 0.5
    return History(first, table)


def expected(history: History) -> dict[date, float]:
    outlook = look_out("", history, MONTH, works)
    return dict(zip(outlook.days, outlook.expected.sum(1), strict=True))


def test_a_steady_year_goes_on_with_its_weekdays_and_days_off() -> None:
    found = expected(known())
    assert found[date(2027, 1, 1)] == 0  # a holiday
    assert found[date(2027, 1, 2)] == 0  # a Saturday
    assert found[date(2027, 1, 5)] == pytest.approx(200, rel=0.02)
    assert found[date(2027, 1, 4)] == pytest.approx(250, rel=0.03)  # a Monday


def test_the_half_hours_are_those_of_last_year() -> None:
    outlook = look_out("", known(), MONTH, works)
    assert set(np.flatnonzero(outlook.expected.sum(0) > 1)) == {NINE, NINE + 2}


def test_last_years_peak_comes_again_and_is_found() -> None:
    history = known(d2026_01_07=5)
    outlook = look_out("flow/transfers", history, MONTH, works)
    (peak,) = peaks(outlook, works)
    assert peak.worst == date(2027, 1, 6)  # the Wednesday of the same week
    assert peak.calls > 2 * peak.usual
    assert peak.usual == pytest.approx(200, rel=0.05)
    assert peak.first <= peak.worst <= peak.last
    assert peak.slot == NINE


def test_a_known_peak_moves_to_its_day_of_this_year() -> None:
    history = known(d2026_01_07=5, d2026_01_08=2)
    named = [("합격자 발표", date(2026, 1, 7), date(2026, 1, 8)), ("합격자 발표", date(2027, 1, 14), date(2027, 1, 14))]
    named += [
        ("합격자 발표", date(2025, 1, 9), date(2025, 1, 9)),
        ("성적 통지", date(2026, 12, 10), date(2026, 12, 10)),
    ]
    twin = twins(named)
    assert twin.of == {date(2027, 1, 14): date(2026, 1, 7), date(2026, 1, 7): date(2025, 1, 9)}
    outlook = look_out("", history, MONTH, works, twin)
    (peak,) = peaks(outlook, works)
    assert (peak.first, peak.last) == (date(2027, 1, 14), date(2027, 1, 14))
    assert peak.calls == pytest.approx(1000, rel=0.05)


def test_a_peak_goes_on_over_a_weekend() -> None:
    history = known(d2026_01_09=5, d2026_01_12=5)  # a Friday and a Monday
    (peak,) = peaks(look_out("", history, MONTH, works), works)
    assert peak.first <= date(2027, 1, 8) < date(2027, 1, 11) <= peak.last


def test_little_is_no_peak() -> None:
    assert peaks(look_out("", known(2.0, d2026_01_07=4), MONTH, works), works) == []


def test_a_growing_line_grows_on_but_not_without_bounds() -> None:
    history = known()
    for n, day in enumerate(history.days):
        if day >= TODAY - 56 * DAY:
            history.calls[n] *= 1.5
    assert look_out("", history, MONTH, works).growth == pytest.approx(1.5, rel=0.02)
    history.calls[-56:] *= 100
    assert look_out("", history, MONTH, works).growth == 3


def test_without_last_year_the_last_weeks_count() -> None:
    outlook = look_out("", known(days=30), MONTH, works)
    assert (outlook.basis, outlook.before, outlook.growth) == ("weeks", None, 1)
    assert outlook.expected.sum(1)[4] == pytest.approx(200, rel=0.1)


def test_a_day_off_of_last_year_is_no_model_for_a_working_day() -> None:
    days = [date(2027, 9, 23)]  # last year a holiday
    history = known(days=500)
    history = History(date(2026, 6, 1), history.calls)
    assert look_out("", history, days, works).expected.sum() == pytest.approx(200, rel=0.05)


@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, SLOTS - 1), st.integers(1, 10_000)), min_size=1, max_size=60
    ),
    st.integers(1, 420),
)
def test_whatever_came_the_outlook_is_finite_and_never_negative(cells: list[tuple[int, int, int]], days: int) -> None:
    table = np.zeros((days, SLOTS))
    for day, slot, count in cells:
        table[day % days, slot] += count
    outlook = look_out("", History(TODAY - days * DAY, table), MONTH, works)
    assert np.isfinite(outlook.expected).all()
    assert (outlook.expected >= 0).all()
    peaks(outlook, works)


def second(text: str, zone: ZoneInfo) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


def test_counts_fall_on_the_offices_days_and_half_hours() -> None:
    counts = [("", second("2026-11-20T09:45", SEOUL), 3), ("", second("2026-11-21T00:00", SEOUL), 1)]
    counts += [("desk/a", second("2026-11-22T23:59", SEOUL), 2), ("", second("2026-11-27T08:00", SEOUL), 9)]
    made = histories(counts, SEOUL, TODAY)
    assert {topic: one.first for topic, one in made.items()} == dict.fromkeys(("", "desk/a"), date(2026, 11, 20))
    assert made[""].calls[0, 19] == 3
    assert made[""].calls[1, 0] == 1
    assert made[""].calls.sum() == 4  # today isn't over
    assert made["desk/a"].calls[2, 47] == 2


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 6, 1)])
def test_a_day_is_whole_whatever_the_clocks_do(day: date) -> None:
    zone = ZoneInfo("Europe/Berlin")
    found = instants(day, np.ones(SLOTS), zone)
    length = {date(2026, 3, 29): 46, date(2026, 10, 25): 50}.get(day, 48)
    assert len(found) == length
    assert found[0][0] == datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    assert all(after - before == timedelta(minutes=30) for (before, _), (after, _) in pairwise(found))
    assert sum(calls for _, calls in found) == min(length, 48)


def test_last_year_keeps_the_weekday() -> None:
    assert (MONTH[0] - YEAR).weekday() == MONTH[0].weekday()
