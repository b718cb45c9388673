"""The petition clock: the golden vectors of the statute, and minutes counted one by one."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.language.calendar import Calendar
from ivr.office.clocks import Clocks
from ivr.office.schedule import Schedule
from ivr.office.worktime import HOURS_A_DAY, IMMEDIATE_HOURS, deadline, deadline_days

PETITION = {"hours": {"mon-fri": "09:00-18:00"}, "lunch": "12:00-13:00"}


def schedule(zone: str = "Asia/Seoul", **clock: object) -> Schedule:
    return Clocks(Calendar.model_validate({"zone": zone, "clocks": {"petition": clock or PETITION}}))["petition"]


def seoul(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Seoul"))


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-02-13T16:30", IMMEDIATE_HOURS, "2026-02-19T10:30"),  # 설날 between
        ("2026-09-21T10:00", 5 * HOURS_A_DAY, "2026-09-30T10:00"),  # 추석 between
        ("2026-09-23T15:00", 1 * HOURS_A_DAY, "2026-09-28T15:00"),
        ("2026-11-23T09:00", 3, "2026-11-23T12:00"),  # ends with the morning, not after lunch
        ("2026-11-23T09:00", 8, "2026-11-23T18:00"),  # ends with the day, not next morning
        ("2026-11-23T12:20", 1, "2026-11-23T14:00"),  # received at lunch
        ("2026-11-23T19:00", 1, "2026-11-24T10:00"),  # received in the evening
        ("2026-11-21T10:00", 1, "2026-11-23T10:00"),  # received on a Saturday
    ],
)
def test_hours(start: str, hours: float, end: str) -> None:
    assert deadline(schedule(), seoul(start), hours) == seoul(end)


@pytest.mark.parametrize(
    ("first", "days", "last"),
    [
        ("2026-10-02", 7, "2026-10-14"),  # 개천절's substitute and 한글날 between
        ("2026-02-02", 14, "2026-02-24"),  # 설날 between
        ("2026-11-23", 1, "2026-11-23"),
        ("2026-11-21", 1, "2026-11-23"),  # received on a Saturday: Monday is the first day
    ],
)
def test_days(first: str, days: int, last: str) -> None:
    assert deadline_days(schedule(), dt.date.fromisoformat(first), days) == dt.date.fromisoformat(last)


def test_the_answer_is_in_the_offices_zone() -> None:
    end = deadline(schedule(), seoul("2026-11-23T09:00").astimezone(dt.UTC), 1)
    assert end.isoformat() == "2026-11-23T10:00:00+09:00"


def test_nonsense_is_refused() -> None:
    never = schedule(hours={})
    with pytest.raises(ValueError, match="never opens"):
        deadline(never, seoul("2026-11-23T09:00"), 1)
    with pytest.raises(ValueError, match="never opens"):
        deadline_days(never, dt.date(2026, 11, 23), 1)
    with pytest.raises(ValueError, match="positive"):
        deadline(schedule(), seoul("2026-11-23T09:00"), 0)
    with pytest.raises(ValueError, match="aware"):
        deadline(schedule(), dt.datetime(2026, 11, 23), 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="positive"):
        deadline_days(schedule(), dt.date(2026, 11, 23), 0)


@settings(deadline=None)  # the first example loads the holidays of a country
@given(
    zone=st.sampled_from(["Asia/Seoul", "Europe/Berlin", "America/New_York"]),
    clock=st.sampled_from(
        [
            PETITION,
            {"hours": {"mon-sun": "21:00-08:00"}},  # an hour longer or shorter when daylight saving changes
            {
                "hours": {"mon-sat": "20:00-19:00", "sun": "06:00-23:00"},
                "lunch": "05:00-07:30",
            },  # overlapping
        ]
    ),
    day=st.sampled_from(["2026-03-06", "2026-03-27", "2026-09-23", "2026-10-23", "2026-10-30"]),
    minute=st.integers(0, 3 * 24 * 60),
    hours=st.integers(1, 45),
)
def test_deadline_counts_every_open_minute_once(
    zone: str, clock: dict[str, object], day: str, minute: int, hours: int
) -> None:
    """Walk from minute to minute: every one at which the office is open is a minute worked."""
    clocks = Clocks(Calendar.model_validate({"zone": zone, "clocks": {"c": clock}}))
    start = dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC) + dt.timedelta(minutes=minute)
    at, left = start, hours * 60
    while left:
        left -= clocks.state("c", at) == "open"
        at += dt.timedelta(minutes=1)
    # as instants: an ambiguous wall-clock time equals nothing in another zone (PEP 495)
    assert deadline(clocks["c"], start, hours).timestamp() == at.timestamp()
