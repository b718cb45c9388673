"""When a case is due: vectors counted by hand, and days and minutes walked one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callback.deadlines import Supplement, deadline
from ivr.language.calendar import Calendar
from ivr.language.cases import parse_period
from ivr.office.clocks import Clocks

SEOUL = ZoneInfo("Asia/Seoul")
CALENDAR = Calendar.model_validate(
    {"zone": "Asia/Seoul", "clocks": {"petition": {"hours": {"mon-fri": "09:00-18:00"}, "lunch": "12:00-13:00"}}}
)
CLOCK = Clocks(CALENDAR)["petition"]
MINUTE = dt.timedelta(minutes=1)


def seoul(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SEOUL)


def due(period: str, received: str, extension: int = 0, supplements: Sequence[tuple[str, str]] = ()) -> dt.datetime:
    waits = [Supplement(seoul(start), seoul(end)) for start, end in supplements]
    return deadline(CLOCK, parse_period(period), seoul(received), extension, waits)


@pytest.mark.parametrize(
    ("period", "received", "end"),
    [
        ("3h", "2026-02-13T16:30", "2026-02-19T10:30"),  # 즉시, 설날 between
        ("5d", "2026-09-21T10:00", "2026-09-30T10:00"),  # 추석 between
        ("1d", "2026-09-23T15:00", "2026-09-28T15:00"),
        ("7d", "2026-10-02T10:00", "2026-10-14T18:00"),  # 개천절's substitute and 한글날 between
        ("14d", "2026-02-02T10:00", "2026-02-24T18:00"),
        ("6d", "2026-11-23T10:00", "2026-11-30T18:00"),  # the shortest that is counted in days
    ],
)
def test_golden_vectors(period: str, received: str, end: str) -> None:
    assert due(period, received) == seoul(end)


@pytest.mark.parametrize(
    ("period", "received", "extension", "end"),
    [
        ("7d", "2026-10-02T10:00", 7, "2026-10-23T18:00"),
        ("7d", "2026-11-23T10:00", 1, "2026-12-02T18:00"),
        ("3d", "2026-11-23T10:00", 3, "2026-12-01T10:00"),
        ("3h", "2026-11-23T10:00", 2, "2026-11-23T16:00"),
    ],
)
def test_extensions_are_counted_in_the_periods_own_unit(period: str, received: str, extension: int, end: str) -> None:
    assert due(period, received, extension) == seoul(end)


@pytest.mark.parametrize(
    ("period", "supplements", "end"),
    [
        ("7d", [("2026-11-24T10:00", "2026-11-26T15:00")], "2026-12-04T18:00"),  # both days are lost, too
        (
            "7d",
            [("2026-11-24T10:00", "2026-11-24T15:00"), ("2026-11-24T16:00", "2026-11-25T09:00")],
            "2026-12-03T18:00",
        ),
        ("7d", [("2026-11-28T10:00", "2026-11-29T10:00")], "2026-12-01T18:00"),  # a weekend costs nothing
        ("7d", [("2026-12-01T17:00", "2026-12-01T17:30")], "2026-12-02T18:00"),  # on the last day
        ("7d", [("2026-12-02T10:00", "2026-12-03T10:00")], "2026-12-01T18:00"),  # it was over by then
        ("1d", [("2026-11-23T11:00", "2026-11-23T14:00")], "2026-11-24T12:00"),  # two working hours
        ("1d", [("2026-11-23T18:00", "2026-11-24T09:00")], "2026-11-24T10:00"),  # a night costs nothing
        ("1d", [("2026-11-24T10:00", "2026-11-24T12:00")], "2026-11-24T10:00"),  # it was just over by then
    ],
)
def test_time_of_supplement_is_excluded(period: str, supplements: list[tuple[str, str]], end: str) -> None:
    assert due(period, "2026-11-23T10:00", 0, supplements) == seoul(end)


def test_odd_seconds_of_supplement_push_nothing_past_closing() -> None:
    """Seconds as a fraction of an hour have no exact figure; what just fits the day must end with it all the same."""
    closing = seoul("2026-11-23T18:00")
    for seconds in range(1, 3600, 7):
        received = seoul("2026-11-23T13:00") + dt.timedelta(seconds=seconds)
        start = received + 10 * MINUTE
        pause = Supplement(start, start + dt.timedelta(hours=2, seconds=-seconds))
        assert deadline(CLOCK, parse_period("3h"), received, 0, [pause]) == closing


HOLIDAYS = holidays.country_holidays("KR", years=[2026, 2027])


def works(day: dt.date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


def slow_days(days: int, received: dt.datetime, waits: Sequence[Supplement]) -> dt.datetime:
    day = received.date()
    while True:
        waiting = any(wait.start.date() <= day <= wait.end.date() for wait in waits)
        days -= works(day) and not waiting
        if not days:
            return dt.datetime.combine(day, dt.time(18), SEOUL)
        day += dt.timedelta(days=1)


def slow_hours(hours: int, received: dt.datetime, waits: Sequence[Supplement]) -> dt.datetime:
    at, left = received, hours * 60
    while left:
        opened = works(at.date()) and at.hour in (9, 10, 11, 13, 14, 15, 16, 17)
        left -= opened and not any(wait.start <= at < wait.end for wait in waits)
        at += MINUTE
    return at


@settings(deadline=None, max_examples=200)
@given(
    period=st.sampled_from(["3h", "1d", "2d", "5d", "6d", "7d", "10d", "14d"]),
    extended=st.floats(0, 1),
    minute=st.integers(0, 60 * 24 * 60),
    gaps=st.lists(st.integers(1, 5 * 24 * 60), max_size=6),
)
def test_an_independent_slow_count_agrees(period: str, extended: float, minute: int, gaps: list[int]) -> None:
    parsed = parse_period(period)
    received = seoul("2026-08-20T00:00") + minute * MINUTE
    edges = [received + sum(gaps[: i + 1]) * MINUTE for i in range(len(gaps) // 2 * 2)]
    waits = [Supplement(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    extension = int(parsed.amount * extended)
    total = parsed.amount + extension
    if parsed.unit == "d" and parsed.amount >= 6:
        expected = slow_days(total, received, waits)
    else:
        expected = slow_hours(total * (8 if parsed.unit == "d" else 1), received, waits)
    assert deadline(CLOCK, parsed, received, extension, waits) == expected
