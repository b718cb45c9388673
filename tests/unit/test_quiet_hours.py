"""Quiet hours: 21:00 to 08:00 of the office's own clock, whatever daylight saving does to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callback.rules import quiet_until
from ivr.language import loader
from ivr.language.calendar import Calendar
from ivr.office.schedule import Schedule
from tests.offices import SAMPLE

SEOUL, NEW_YORK = "Asia/Seoul", "America/New_York"
NIGHT = {"hours": {"mon-sun": "21:00-08:00"}, "holidays": "false"}


def clock(zone: str = SEOUL, country: str = "KR", **quiet: Any) -> Schedule:
    calendar = Calendar.model_validate({"zone": zone, "country": country, "clocks": {"quiet": quiet or NIGHT}})
    return Schedule(calendar, calendar.clocks["quiet"])


CASES = {
    "by day": (SEOUL, "2026-11-23T12:00", None),
    "last minute of the day": (SEOUL, "2026-11-23T20:59:59", None),
    "from nine on": (SEOUL, "2026-11-23T21:00", "2026-11-24T08:00"),
    "after midnight": (SEOUL, "2026-11-24T00:30", "2026-11-24T08:00"),
    "until eight": (SEOUL, "2026-11-24T08:00", None),
    "a holiday by day": (SEOUL, "2026-09-25T12:00", None),
    "an hour lost that night": (NEW_YORK, "2026-03-07T23:00", "2026-03-08T08:00"),
    "an hour won that night": (NEW_YORK, "2026-10-31T23:00", "2026-11-01T08:00"),
}


@pytest.mark.parametrize(("zone", "now", "until"), CASES.values(), ids=CASES)
def test_when_a_message_may_go(zone: str, now: str, until: str | None) -> None:
    def local(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))

    assert quiet_until(clock(zone), local(now)) == (local(until) if until else None)


def test_a_clock_that_keeps_holidays_is_quiet_all_through_them() -> None:
    now = datetime(2026, 9, 24, 22, 0, tzinfo=ZoneInfo(SEOUL))  # 추석: Thursday to Saturday
    found = quiet_until(clock(hours={"mon-sun": "21:00-08:00"}), now)
    assert found == datetime(2026, 9, 27, 8, 0, tzinfo=ZoneInfo(SEOUL))


def test_the_sample_office_has_the_clock() -> None:
    calendar = loader.load(SAMPLE).calendar
    now = datetime(2026, 11, 23, 23, 0, tzinfo=calendar.tz)
    assert quiet_until(Schedule(calendar, calendar.clocks["quiet"]), now) == now + timedelta(hours=9)


def test_hours_that_never_end_are_an_error() -> None:
    with pytest.raises(ValueError, match="never end"):
        quiet_until(clock(hours={"mon-sun": "00:00-24:00"}), datetime(2026, 11, 23, tzinfo=ZoneInfo(SEOUL)))


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(ZoneInfo(NEW_YORK))))  # noqa: DTZ001
def test_what_comes_out_is_never_quiet(now: datetime) -> None:
    schedule = clock(NEW_YORK, "US")
    until = quiet_until(schedule, now)
    assert (until is None) == (8 <= now.hour < 21)
    assert until is None or (quiet_until(schedule, until) is None and until.astimezone(schedule.zone).hour == 8)
