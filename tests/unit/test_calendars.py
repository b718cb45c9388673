"""Random calendars against a clerk who looks at the wall clock every minute, and Korea's holidays against the rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.language.calendar import WEEKDAYS, Calendar
from ivr.office.clocks import Clocks
from ivr.office.schedule import public_holidays, substitutes

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)

ZONES = {
    "Asia/Seoul": ["2026-05-24", "2026-08-16", "2026-12-31", "2027-02-08"],
    "Europe/Berlin": ["2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25", "2026-12-25"],
    "America/New_York": ["2026-03-08", "2026-11-01", "2027-07-04"],
    "Australia/Lord_Howe": ["2026-04-05", "2026-10-04"],  # half an hour of summer time
    "Africa/Cairo": ["2026-04-24", "2026-10-29"],  # summer time begins and ends at midnight
    "Antarctica/Troll": ["2026-03-29", "2026-10-25"],  # two hours of it
}
"""Zones with days on which something happens."""
COUNTRIES = ["KR", "DE", "US", "GB"]


def clerk(written: dict[str, Any], name: str, at: dt.datetime) -> str:
    """State of a clock at an instant, by the files' words alone.

    For the shifts of today and of the two days before, the clerk counts minute by minute from that day's midnight on
    what the wall clock has shown at most: an hour that comes twice counts once, one that is leapt over is over.
    """
    zone, clock = ZoneInfo(written["zone"]), written["clocks"][name]
    today = at.astimezone(zone).date()
    found = "closed"
    for begin in (today - 2 * DAY, today - DAY, today):
        hours = next((span for key, span in reversed(clock["hours"].items()) if begin.weekday() in named(key)), None)
        dated = clock["extended"].get(begin.isoformat())
        if dated is not None:
            hours = dated if isinstance(dated, str) else dated["hours"]
        if hours is None:
            continue
        shown = most_shown(zone, begin, at)
        opens, closes = minutes(hours)
        if dated is None and is_off(written, clock, begin):
            if begin == today or shown < closes:
                found = better(found, "holiday")
        elif opens <= shown < closes:
            found = better(found, "lunch" if at_lunch(clock["lunch"], opens, shown) else "open")
    return found


def at_lunch(lunch: str | None, opens: int, shown: int) -> bool:
    if lunch is None:
        return False
    start, end = minutes(lunch)
    if end <= opens:  # the break of a night shift
        start, end = start + 24 * 60, end + 24 * 60
    return start <= shown < end


def better(one: str, other: str) -> str:
    return max(one, other, key=["closed", "holiday", "lunch", "open"].index)


def is_off(written: dict[str, Any], clock: dict[str, Any], day: dt.date) -> bool:
    if day.isoformat() in clock["days_off"]:
        return True
    return clock["holidays"] and (day.isoformat() in written["days_off"] or day in known(written["country"]))


@cache
def known(country: str) -> dict[dt.date, str]:
    if country == "KR":
        return korean_holidays(2026) | korean_holidays(2027)
    return dict(holidays.country_holidays(country, years=[2026, 2027]))


def named(key: str) -> Iterator[int]:
    for part in key.split(","):
        first, _, last = part.partition("-")
        yield from range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1)


def minutes(span: str) -> tuple[int, int]:
    (h1, m1), (h2, m2) = (edge.split(":") for edge in span.split("-"))
    start, end = int(h1) * 60 + int(m1), int(h2) * 60 + int(m2)
    return start, end if end > start else end + 24 * 60


def most_shown(zone: ZoneInfo, begin: dt.date, at: dt.datetime) -> int:
    """The latest time, in minutes after midnight of `begin`, that the wall clock has shown until `at`."""
    place = (at - dt.datetime.combine(begin, dt.time(), dt.UTC)) // MINUTE + 24 * 60
    watched = watch(zone, begin)
    return watched[min(place, len(watched) - 1)] if place >= 0 else -(24 * 60)


@cache
def watch(zone: ZoneInfo, begin: dt.date) -> list[int]:
    """The same for every minute of some days, from a day before `begin` on."""
    start, midnight = dt.datetime.combine(begin, dt.time(), dt.UTC) - DAY, dt.datetime.combine(begin, dt.time())
    walls = [(start + n * MINUTE).astimezone(zone).replace(tzinfo=None) for n in range(5 * 24 * 60)]
    return list(accumulate(((wall - midnight) // MINUTE for wall in walls), max))


def season(written: dict[str, Any], at: dt.datetime) -> dict[str, str]:
    """Term and peak at an instant, by the wall clock."""
    zone = ZoneInfo(written["zone"])
    today = at.astimezone(zone).date()
    terms = [t["name"] for t in written["terms"] if t["from"] <= today.isoformat() <= t["until"]]
    peaks = []
    for place, peak in enumerate(written["peaks"]):
        begin = dt.datetime.fromisoformat(peak["from"])
        until = peak.get("until", peak["from"][:10])
        end = dt.datetime.fromisoformat(until)
        start = begin.hour * 60 + begin.minute
        stop = 24 * 60 if len(until) == len("2027-01-22") else end.hour * 60 + end.minute
        if most_shown(zone, begin.date(), at) >= start and most_shown(zone, end.date(), at) < stop:
            peaks.append((begin, place, peak["name"]))
    return {"term": (terms or ["none"])[0], "peak": max(peaks)[2] if peaks else "none"}


def span() -> st.SearchStrategy[str]:
    """Spans whose edges are often where summer time begins and ends; some cross midnight."""
    changing = st.sampled_from([0, 15, 30, 45, 60, 75, 90, 105, 120, 125, 135, 150, 165, 180])
    edge = changing | st.sampled_from([0, 480, 720, 780, 1080, 1320]) | st.integers(0, 24 * 60 - 1)
    return st.tuples(edge, edge).map(lambda e: f"{e[0] // 60:02}:{e[0] % 60:02}-{e[1] // 60:02}:{e[1] % 60:02}")


SPANS = span()
KEYS = st.sampled_from([*WEEKDAYS, "mon-fri", "sat,sun", "tue,thu", "mon-sun", "fri-sat,mon"])


@st.composite
def calendars(draw: st.DrawFn) -> tuple[dict[str, Any], dt.date]:
    zone = draw(st.sampled_from(sorted(ZONES)))
    middle = dt.date.fromisoformat(draw(st.sampled_from(ZONES[zone])))
    near = st.integers(-3, 3).map(lambda n: (middle + n * DAY).isoformat())
    reasons = st.dictionaries(near, st.just("쉬는 날"), max_size=2)

    def clock() -> dict[str, Any]:
        off = draw(reasons)
        extended = draw(st.dictionaries(near, SPANS | SPANS.map(lambda s: {"hours": s, "reason": "연장"}), max_size=2))
        return {
            "hours": draw(st.dictionaries(KEYS, SPANS, max_size=3)),
            "lunch": draw(st.none() | SPANS),
            "holidays": draw(st.booleans()),
            "days_off": off,
            "extended": {day: hours for day, hours in extended.items() if day not in off},
        }

    minute = st.tuples(near, st.integers(0, 23), st.integers(0, 59))
    moments = near | minute.map(lambda m: f"{m[0]}T{m[1]:02}:{m[2]:02}")
    peaks = [
        {"name": name, "from": begin} | ({"until": until} if until and until[:10] > begin[:10] else {})
        for name in draw(st.lists(st.sampled_from(["배정", "합격자 발표", "원서접수"]), max_size=3))
        for begin, until in [(draw(moments), draw(st.none() | moments))]
    ]
    edges = sorted(draw(st.sets(near, min_size=4, max_size=4)))
    terms = [{"name": f"{n}학기", "from": edges[2 * n - 2], "until": edges[2 * n - 1]} for n in (1, 2)]
    written = {
        "zone": zone,
        "country": draw(st.sampled_from(COUNTRIES)),
        "days_off": draw(reasons),
        "clocks": {"one": clock(), "other": clock()},
        "terms": terms,
        "peaks": peaks,
    }
    return written, middle


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=calendars(), start=st.integers(0, 11))
def test_random_calendars_agree_with_the_clerk(drawn: tuple[dict[str, Any], dt.date], start: int) -> None:
    """Three days of each calendar, every twelfth minute."""
    written, middle = drawn
    clocks = Clocks(Calendar.model_validate(written))
    begin = dt.datetime.combine(middle - DAY, dt.time(), dt.UTC) + start * MINUTE
    for at in (begin + n * 12 * MINUTE for n in range(3 * 24 * 5)):
        assert clocks.states(at) == {name: clerk(written, name, at) for name in written["clocks"]}, at
        assert clocks.season(at) == season(written, at), at


LUNAR = {
    "설날": ["2026-02-17", "2027-02-07"],
    "추석": ["2026-09-25", "2027-09-15"],
    "부처님오신날": ["2026-05-24", "2027-05-13"],
}
"""As the almanac has them."""
NATIONAL = {"삼일절": (3, 1), "제헌절": (7, 17), "광복절": (8, 15), "개천절": (10, 3), "한글날": (10, 9)}
OTHERS = {"노동절": (5, 1), "어린이날": (5, 5), "기독탄신일": (12, 25)}
NEVER_MOVED = {"신정연휴": (1, 1), "현충일": (6, 6)}
ELECTIONS = {"2026-06-03": "지방선거일"}


@cache
def korean_holidays(year: int) -> dict[dt.date, str]:
    """Public holidays by the decree: a substitute for 국경일, 노동절, 어린이날, 부처님오신날 and 성탄절 that fall on a
    Saturday, a Sunday or another holiday, for 설날 and 추석 on a Sunday or another holiday; never for 1/1 and 현충일.
    """
    days: list[tuple[dt.date, str, set[int] | None]] = []
    days += [(dt.date(year, *day), name, {5, 6}) for name, day in (NATIONAL | OTHERS).items()]
    days += [(dt.date(year, *day), name, None) for name, day in NEVER_MOVED.items()]
    days += [(dt.date.fromisoformat(day), name, None) for day, name in ELECTIONS.items()]
    for name, dates in LUNAR.items():
        for day in map(dt.date.fromisoformat, dates):
            if name == "부처님오신날":
                days += [(day, name, {5, 6})]
            else:
                days += [(day - DAY, f"{name} 전날", {6}), (day, name, {6}), (day + DAY, f"{name} 다음날", {6})]
    days = sorted(entry for entry in days if entry[0].year == year)
    found = {day: name for day, name, _ in days}
    for day, name, moved in days:
        doubled = sum(other == day for other, _, _ in days) > 1
        if moved is not None and (day.weekday() in moved or doubled):
            free = next(d for n in range(1, 9) if (d := day + n * DAY) not in found and d.weekday() < 5)
            found[free] = f"{name.partition(' ')[0]} 대체 휴일"
    return found


@pytest.mark.parametrize("year", [2026, 2027])
def test_korean_holidays_follow_the_rules(year: int) -> None:
    assert public_holidays("KR", year) == korean_holidays(year)
    assert {day for day, name in korean_holidays(year).items() if name.endswith("대체 휴일")} == substitutes("KR", year)


@pytest.mark.parametrize(
    "day",
    ["2026-05-01", "2026-05-25", "2026-06-03", "2026-07-17", "2026-08-17", "2027-05-03", "2027-12-27"],
)
def test_korean_holidays_that_others_miss(day: str) -> None:
    date = dt.date.fromisoformat(day)
    assert date in korean_holidays(date.year)
    assert date in public_holidays("KR", date.year)
