"""The office's clocks against the calendar of 2026 and 2027, and against a slow reading of the same rules."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.errors import BadInput
from ivr.language.calendar import WEEKDAYS, Calendar
from ivr.office.clocks import Clocks

SEOUL = ZoneInfo("Asia/Seoul")
OFFICE = {
    "zone": "Asia/Seoul",
    "days_off": {"2027-05-04": "재량휴무일"},
    "clocks": {
        "phone": {"hours": {"mon-fri": "08:00-18:00"}, "lunch": "12:00-13:00"},
        "counter": {
            "hours": {"mon-fri": "09:00-18:00", "tue,thu": "08:00-19:00"},
            "days_off": {"2026-11-23": "창구 공사"},
        },
        "quiet": {"hours": {"mon-sun": "21:00-08:00"}, "holidays": False},
        "night": {"hours": {"mon-fri": "20:00-05:00"}, "lunch": "01:00-02:00"},
    },
}


def seoul(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SEOUL)


@pytest.fixture(scope="module")
def clocks() -> Clocks:
    return Clocks(Calendar.model_validate(OFFICE))


@pytest.mark.parametrize(
    ("name", "at", "state"),
    [
        ("phone", "2026-11-23T07:59:59.999", "closed"),
        ("phone", "2026-11-23T08:00", "open"),
        ("phone", "2026-11-23T11:59:59.999", "open"),
        ("phone", "2026-11-23T12:00", "lunch"),
        ("phone", "2026-11-23T13:00", "open"),
        ("phone", "2026-11-23T18:00", "closed"),
        ("phone", "2026-11-21T10:00", "closed"),  # Saturday
        ("phone", "2026-10-03T10:00", "closed"),  # a holiday on a Saturday keeps nobody away
        ("phone", "2026-10-05T10:00", "holiday"),  # its substitute does
        ("phone", "2026-10-05T03:00", "holiday"),  # all day long
        ("phone", "2026-10-05T23:59", "holiday"),
        ("phone", "2026-10-06T00:00", "closed"),
        ("phone", "2027-05-04T10:00", "holiday"),  # the office's own day off
        ("counter", "2026-11-24T18:30", "open"),  # Tuesday: the later entry overrides
        ("counter", "2026-11-25T18:30", "closed"),
        ("counter", "2026-11-23T10:00", "holiday"),  # the clock's own day off
        ("quiet", "2026-11-23T20:59", "closed"),
        ("quiet", "2026-11-23T21:00", "open"),
        ("quiet", "2026-11-24T00:00", "open"),
        ("quiet", "2026-11-24T07:59", "open"),
        ("quiet", "2026-11-24T08:00", "closed"),
        ("quiet", "2027-05-04T22:00", "open"),  # keeps no days off
        ("night", "2026-11-24T01:30", "lunch"),  # the break of Monday's shift
        ("night", "2026-11-28T04:00", "open"),  # Friday's shift ends on Saturday
        ("night", "2026-11-28T05:00", "closed"),
        ("night", "2026-10-05T01:30", "holiday"),
        ("night", "2026-10-06T04:59", "holiday"),  # what would have been the holiday's shift
        ("night", "2026-10-06T05:00", "closed"),
        ("night", "2026-10-09T04:00", "open"),  # Thursday's shift reaches into 한글날
    ],
)
def test_state(clocks: Clocks, name: str, at: str, state: str) -> None:
    assert clocks.state(name, seoul(at)) == state


@pytest.mark.parametrize(
    "day",
    [
        "2026-02-16",
        "2026-02-17",
        "2026-02-18",
        "2026-05-01",
        "2026-05-25",
        "2026-07-17",
        "2026-08-17",
        "2026-09-24",
        "2026-09-25",
        "2026-10-05",
        "2026-10-09",
        "2026-06-03",
        "2027-02-09",
        "2027-05-03",
        "2027-12-27",
    ],
)
def test_korean_holidays(clocks: Clocks, day: str) -> None:
    assert clocks.state("phone", seoul(f"{day}T10:00")) == "holiday"


@pytest.mark.parametrize("day", ["2027-01-04", "2027-06-07"])
def test_no_substitute_for_new_year_and_memorial_day(clocks: Clocks, day: str) -> None:
    assert clocks.state("phone", seoul(f"{day}T10:00")) == "open"


def test_why_names_the_nearest_reason(clocks: Clocks) -> None:
    assert clocks.why("phone", dt.date(2026, 9, 25)) == "추석"
    assert clocks.why("phone", dt.date(2027, 5, 4)) == "재량휴무일"
    assert clocks.why("counter", dt.date(2026, 11, 23)) == "창구 공사"
    assert clocks.why("phone", dt.date(2026, 11, 23)) is None
    assert clocks.why("quiet", dt.date(2026, 9, 25)) is None


def test_all_states_at_once_in_any_zone(clocks: Clocks) -> None:
    at = seoul("2026-11-24T12:30").astimezone(ZoneInfo("America/New_York"))
    assert clocks.states(at) == {"phone": "lunch", "counter": "open", "quiet": "closed", "night": "closed"}


def test_a_caller_of_states_may_change_its_answer(clocks: Clocks) -> None:
    clocks.states(seoul("2026-11-24T12:30")).clear()
    assert clocks.state("phone", seoul("2026-11-24T12:30")) == "lunch"


def test_no_clocks() -> None:
    assert Clocks(Calendar.model_validate({"zone": "Asia/Seoul", "clocks": {}})).states(seoul("2026-01-01")) == {}


def test_an_edge_in_the_hour_that_is_leapt_over_comes_with_the_leap() -> None:
    clocks = one("Europe/Berlin", {"hours": {"mon-sun": "02:30-22:00"}, "holidays": False})
    leap = dt.datetime.fromisoformat("2026-03-29T01:00:00+00:00")
    assert [clocks.state("c", leap + n * dt.timedelta(seconds=1)) for n in (-1, 0)] == ["closed", "open"]


def test_naive_times_are_refused(clocks: Clocks) -> None:
    with pytest.raises(ValueError, match="aware"):
        clocks.states(dt.datetime(2026, 11, 24, 12))  # noqa: DTZ001


def test_unknown_country_is_bad_input() -> None:
    with pytest.raises(BadInput, match="QQ"):
        Clocks(Calendar.model_validate(OFFICE | {"country": "QQ"}))


def one(zone: str, clock: dict[str, object]) -> Clocks:
    return Clocks(Calendar.model_validate({"zone": zone, "country": "DE", "clocks": {"c": clock}}))


@pytest.mark.parametrize(
    ("at", "state"),
    [
        ("2026-03-28T20:59:59+00:00", "open"),  # 21:59:59, winter time
        ("2026-03-29T00:59:59+00:00", "closed"),  # 01:59:59
        ("2026-03-29T01:00:00+00:00", "open"),  # 02:00 is 03:00
        ("2026-10-25T00:59:59+00:00", "open"),  # 02:59:59 the first time: an instant ends a span once
        ("2026-10-25T01:00:00+00:00", "open"),  # 02:00 the second time
        ("2026-10-25T21:00:00+00:00", "closed"),
    ],
)
def test_daylight_saving(at: str, state: str) -> None:
    clocks = one("Europe/Berlin", {"hours": {"mon-sun": "02:00-22:00"}, "holidays": False})
    assert clocks.state("c", dt.datetime.fromisoformat(at)) == state


@settings(deadline=None)  # the first example loads the holidays of a country
@given(
    zone=st.sampled_from(["Asia/Seoul", "Europe/Berlin", "America/New_York"]),
    hours=st.dictionaries(
        st.sampled_from(WEEKDAYS),
        # edges between 01:00 and 03:00 may exist twice or not at all on two days of the year
        st.tuples(st.integers(3 * 60, 24 * 60 - 1), st.integers(3 * 60, 25 * 60)).map(
            lambda s: s if s[0] < s[1] else (s[0], s[1] + 24 * 60)
        ),
    ),
    lunch=st.none() | st.tuples(st.integers(3 * 60, 12 * 60), st.integers(13 * 60, 20 * 60)),
    day=st.sampled_from(["2026-03-07", "2026-03-28", "2026-05-24", "2026-10-24", "2026-10-31", "2026-12-24"]),
    minute=st.integers(0, 3 * 24 * 60),
)
def test_states_agree_with_a_wall_clock(
    zone: str, hours: dict[str, tuple[int, int]], lunch: tuple[int, int] | None, day: str, minute: int
) -> None:
    """Read the wall clock of the office and look the minute up, as a clerk would."""
    at = dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC) + dt.timedelta(minutes=minute)
    wall = at.astimezone(ZoneInfo(zone))
    off = {
        dt.date(2026, 5, 25),
        dt.date(2026, 12, 25),
        dt.date(2026, 12, 26),
        dt.date(2026, 10, 3),
    }  # in Germany
    expected = "closed"
    for back in (1, 0):
        begin = wall.date() - dt.timedelta(days=back)
        span = hours.get(WEEKDAYS[begin.weekday()])
        now = wall.hour * 60 + wall.minute + back * 24 * 60
        if span is None or expected == "open":
            continue
        if begin in off:
            if expected == "closed" and (back == 0 or now < span[1]):
                expected = "holiday"
        elif span[0] <= now < span[1]:
            shift = 24 * 60 if lunch and lunch[1] <= span[0] else 0
            resting = lunch is not None and lunch[0] + shift <= now < lunch[1] + shift
            expected = "lunch" if resting else "open"
    assert one(zone, {"hours": hours, "lunch": lunch}).state("c", at) == expected


@pytest.mark.parametrize(
    ("at", "state"),
    [
        ("2027-01-22T19:59", "open"),  # longer
        ("2027-01-22T12:30", "lunch"),
        ("2026-12-31T11:59", "open"),  # shorter
        ("2026-12-31T12:00", "closed"),
        ("2026-06-03T10:00", "open"),  # election day: a day of the clock's own wins over a public holiday …
        ("2027-05-04T10:00", "open"),  # … and over the office's day off
        ("2027-01-23T10:00", "open"),  # a Saturday
    ],
)
def test_extended_days(at: str, state: str) -> None:
    extended = {"2027-01-22": "08:00-20:00", "2026-12-31": {"hours": "09:00-12:00", "reason": "종무식"}}
    extended |= dict.fromkeys(("2026-06-03", "2027-05-04", "2027-01-23"), "09:00-12:00")
    phone = {"hours": {"mon-fri": "08:00-18:00"}, "lunch": "12:00-13:00", "extended": extended}
    clocks = Clocks(Calendar.model_validate(OFFICE | {"clocks": {"phone": phone}}))
    assert clocks.state("phone", seoul(at)) == state
    assert clocks.why("phone", seoul(at).date()) is None
    assert clocks["phone"].works(seoul(at).date())


def test_an_hour_may_have_one_digit() -> None:
    early = Calendar.model_validate({"zone": "Asia/Seoul", "clocks": {"a": {"hours": {"mon": "9:00-18:00"}}}})
    assert early.clocks["a"].hours == {"mon": (9 * 60, 18 * 60)}
