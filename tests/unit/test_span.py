"""Which days a page speaks of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reports import wallboard
from reports.period import Period
from reports.web.span import LONGEST, chosen

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 27, 6, 20, tzinfo=UTC)  # Friday, 15:20 in Seoul


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ({}, "2026-11-27", "2026-11-27"),
        ({"period": "yesterday"}, "2026-11-26", "2026-11-26"),
        ({"period": "week"}, "2026-11-23", "2026-11-29"),
        ({"period": "last_week"}, "2026-11-16", "2026-11-22"),
        ({"period": "month"}, "2026-11-01", "2026-11-30"),
        ({"period": "last_month"}, "2026-10-01", "2026-10-31"),
        ({"period": "quarter"}, "2026-10-01", "2026-12-31"),
        ({"period": "nonsense"}, "2026-11-27", "2026-11-27"),
        ({"from": "2026-11-02", "to": "2026-11-05"}, "2026-11-02", "2026-11-05"),
        ({"from": "2026-11-02"}, "2026-11-02", "2026-11-02"),
        ({"to": "2026-11-05"}, "2026-11-05", "2026-11-05"),
        ({"period": "today", "was": "own", "from": "2026-11-02"}, "2026-11-27", "2026-11-27"),  # the word was changed
        ({"period": "today", "was": "today", "from": "2026-11-02"}, "2026-11-02", "2026-11-02"),  # a day was
    ],
)
def test_days(query: dict[str, str], first: str, last: str) -> None:
    span = chosen(query, SEOUL, NOW)
    assert (span.first, span.last, span.slip) == (date.fromisoformat(first), date.fromisoformat(last), "")


@pytest.mark.parametrize(
    ("query", "slip"),
    [
        ({"from": "27.11."}, "day"),
        ({"from": "0001-01-01"}, "day"),
        ({"to": "9999-12-31"}, "day"),
        ({"from": "2026-11-05", "to": "2026-11-02"}, "order"),
        ({"from": "2020-01-01", "to": "2026-01-01"}, "long"),
        ({"period": "week", "hour": "10"}, "hour"),
        ({"hour": "25"}, "hour"),
    ],
)
def test_slips(query: dict[str, str], slip: str) -> None:
    span = chosen(query, SEOUL, NOW)
    assert (span.slip, span.hour) == (slip, "")
    assert span.days <= LONGEST


def test_an_hour_of_a_day_on_the_wall_clock() -> None:
    span = chosen({"period": "yesterday", "hour": "10"}, SEOUL, NOW)
    assert str(span.period) == "2026-11-26 10:00 ≤ t < 2026-11-26 11:00 (Asia/Seoul)"
    assert str(span) == "2026-11-26 10:00–11:00"
    assert span.period.dates == "2026-11-26 10:00 – 11:00"
    assert str(span.before) == "2026-11-19 10:00 ≤ t < 2026-11-19 11:00 (Asia/Seoul)"
    assert chosen(span.query, SEOUL, NOW).period == span.period


def test_what_is_yet_to_come_is_compared_with_nothing() -> None:
    today = chosen({}, SEOUL, NOW)
    assert str(today.before) == "2026-11-20 00:00 ≤ t < 2026-11-20 15:20 (Asia/Seoul)"
    assert str(today.year_ago) == "2025-11-28 00:00 ≤ t < 2025-11-28 15:20 (Asia/Seoul)"  # Friday as well


def test_a_month_is_compared_with_the_same_weekdays() -> None:
    month = chosen({"period": "last_month"}, SEOUL, NOW)
    assert str(month.before) == "2026-08-27 00:00 ≤ t < 2026-09-27 00:00 (Asia/Seoul)"
    assert month.first.weekday() == month.before.start.astimezone(SEOUL).weekday()


def test_days_of_a_time_change_have_their_own_length() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    period = chosen({"from": "2026-10-25"}, berlin, NOW).period
    assert (period.end - period.start).total_seconds() == 25 * 3600


def test_whole_days_are_told_as_days() -> None:
    week, day = (chosen({"period": word}, SEOUL, NOW).period.dates for word in ("last_week", "today"))
    assert (week, day) == ("2026-11-16 – 2026-11-22", "2026-11-27")


def test_the_day_so_far_ends_now_also_when_the_hour_comes_twice() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    again = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 02:30, the second time
    today, before = (wallboard.so_far(again, berlin, ago) for ago in (timedelta(), wallboard.WEEK))
    assert today == Period(datetime(2026, 10, 24, 22, tzinfo=UTC), again, berlin)
    assert str(before) == "2026-10-18 00:00 ≤ t < 2026-10-18 02:30 (Europe/Berlin)"
