"""Which notices are on the air: validity, windows, switches, load, order, and how often one caller hears one."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.language.load import Load, Threshold
from ivr.language.notices import Notice
from ivr.office.notices import NOTHING, Board, Notices, Switch, in_order, standing

SEOUL = ZoneInfo("Asia/Seoul")
BERLIN = ZoneInfo("Europe/Berlin")
"""A zone with summer time: 2026-03-29 02:00 → 03:00, 2026-10-25 03:00 → 02:00."""


def notice(**keys: Any) -> Notice:
    return Notice.model_validate({"say": "공지", "owner": "총무과", "until": "2026-12-31"} | keys)


def at(text: str, zone: ZoneInfo = SEOUL) -> datetime.datetime:
    moment = datetime.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def stands(moment: str, board: Board = NOTHING, zone: ZoneInfo = SEOUL, **keys: Any) -> str:
    return standing("n", notice(**keys), zone, at(moment, zone), board)


def on(until: str | None = None) -> Board:
    return Board({"n": Switch(True, at(until) if until else None)})


def off(until: str | None = None) -> Board:
    return Board({"n": Switch(False, at(until) if until else None)})


def test_days_count_as_a_whole_and_minutes_to_the_minute() -> None:
    days: dict[str, Any] = {"from": "2026-11-20", "until": "2026-11-22"}
    assert stands("2026-11-19T23:59:59", **days) == "early"
    assert stands("2026-11-20T00:00", **days) == "on"
    assert stands("2026-11-22T23:59:59", **days) == "on"
    assert stands("2026-11-23T00:00", **days) == "over"
    assert stands("2026-11-22T14:59:59", until="2026-11-22T15:00") == "on"
    assert stands("2026-11-22T15:00", until="2026-11-22T15:00") == "over"


def test_an_end_is_an_end_also_when_the_hour_comes_a_second_time() -> None:
    until: dict[str, Any] = {"until": "2026-10-25T02:30"}
    seen = [
        stands(f"2026-10-25T{time}", zone=BERLIN, **until) for time in ("02:29+02:00", "02:30+02:00", "02:29+01:00")
    ]
    assert seen == ["on", "over", "over"]


def test_a_day_has_the_hours_that_summer_time_leaves_it() -> None:
    assert stands("2026-03-29T23:59+02:00", zone=BERLIN, until="2026-03-29") == "on"
    assert stands("2026-03-30T00:00+02:00", zone=BERLIN, until="2026-03-29") == "over"
    assert stands("2026-10-25T23:59+01:00", zone=BERLIN, until="2026-10-25") == "on"
    assert stands("2026-10-26T00:00+01:00", zone=BERLIN, until="2026-10-25") == "over"


def test_windows_are_weekly_and_a_date_wins_over_its_weekday() -> None:
    windows: dict[str, Any] = {
        "windows": {"mon-fri": "09:00-18:00", "wed": ["09:00-10:00", "15:00-16:00"], "2026-11-24": "20:00-02:00"}
    }
    expected = {
        "2026-11-23T08:59": "window",
        "2026-11-23T09:00": "on",
        "2026-11-23T18:00": "window",
        "2026-11-24T10:00": "window",
        "2026-11-24T23:00": "on",
        "2026-11-25T01:59": "on",  # the dated window reaches into the next day
        "2026-11-25T02:00": "window",
        "2026-11-25T15:30": "on",
        "2026-11-28T10:00": "window",
    }
    assert {moment: stands(moment, **windows) for moment in expected} == expected


def test_a_switch_wins_over_all_but_the_validity() -> None:
    assert stands("2026-11-23T10:00", off()) == "off"
    assert stands("2026-11-28T10:00", on(), windows={"mon-fri": "09:00-18:00"}) == "on"
    assert stands("2026-11-23T10:00", on(), load={"waiting": {"on": 5, "off": 2}}) == "on"
    assert stands("2026-11-23T10:00", on(), until="2026-11-22") == "over"
    later: dict[str, Any] = {"from": "2026-11-24"}
    assert stands("2026-11-23T10:00", on(), **later) == "early"


def test_a_switch_ends_by_itself() -> None:
    assert stands("2026-11-23T09:59", off("2026-11-23T10:00")) == "off"
    assert stands("2026-11-23T10:00", off("2026-11-23T10:00")) == "on"
    assert stands("2026-11-23T09:59", on("2026-11-23T10:00"), emergency=True) == "on"
    assert stands("2026-11-23T10:00", on("2026-11-23T10:00"), emergency=True) == "off"


def test_what_waits_for_a_hand_or_for_load_is_off_until_then() -> None:
    load: dict[str, Any] = {"load": {"waiting": {"on": 5, "off": 2}}}
    assert stands("2026-11-23T10:00", state="off") == "off"
    assert stands("2026-11-23T10:00", on(), state="off") == "on"
    assert stands("2026-11-23T10:00", **load) == "load"
    assert stands("2026-11-23T10:00", Board(loaded={"n"}), **load) == "on"
    assert stands("2026-11-23T10:00", Board(loaded={"n"}, switches=off().switches), **load) == "off"


def test_emergencies_come_first_then_the_order_then_the_file() -> None:
    office = {
        "late": notice(order=200),
        "first": notice(),
        "second": notice(),
        "early": notice(order=1),
        "fire": notice(emergency=True),
    }
    board = Board({"fire": Switch(True)})
    found = Notices(office, SEOUL).on_air(at("2026-11-23T10:00"), board)
    assert found == ("fire", "early", "first", "second", "late")
    assert in_order(office, ["late", "fire", "gone"]) == ("fire", "late")


def test_a_caller_hears_it_so_many_times_a_day() -> None:
    notices = Notices({"often": notice(), "twice": notice(at_most=2)}, SEOUL)
    now = at("2026-11-23T10:00")
    assert notices.at_most == {"twice": 2}
    assert notices.on_air(now, NOTHING, {"twice": 1, "often": 9}) == ("often", "twice")
    assert notices.on_air(now, NOTHING, {"twice": 2, "often": 9}) == ("often",)
    assert notices.on_air(now) == ("often", "twice")


def test_a_figure_between_its_thresholds_changes_nothing() -> None:
    rising, falling = Threshold(10, 4), Threshold(0, 2)
    assert [rising.settled(value, False) for value in (9, 10, 11)] == [False, True, True]
    assert [rising.settled(value, True) for value in (9, 5, 4)] == [True, True, False]
    assert [falling.settled(value, False) for value in (1, 0)] == [False, True]
    assert [falling.settled(value, True) for value in (1, 2)] == [True, False]


def test_waits_are_measured_in_seconds() -> None:
    load = Load.model_validate({"longest_wait": {"on": "3m", "off": "1m"}, "calls": {"on": "1.5x", "off": "1.2x"}})
    assert load.thresholds() == {"longest_wait": Threshold(180, 60), "calls": Threshold(1.5, 1.2)}
    assert load.at_least == 600_000


SPANS = st.sampled_from(["00:00-24:00", "09:00-18:00", "22:00-03:00", "02:00-02:30", "01:30-03:30"])
DATES = st.dates(datetime.date(2026, 3, 25), datetime.date(2026, 4, 2))
MOMENTS = st.one_of(
    DATES.map(str), st.builds("{}T{:02}:{:02}".format, DATES, st.integers(0, 23), st.sampled_from([0, 15, 30]))
)
KEYS = st.fixed_dictionaries(
    {"until": MOMENTS},
    optional={
        "from": MOMENTS,
        "windows": st.dictionaries(
            st.one_of(st.sampled_from(["mon-fri", "sat,sun", "sun"]), DATES.map(str)), SPANS, min_size=1, max_size=4
        ),
        "state": st.sampled_from(["on", "off"]),
        "order": st.integers(0, 3),
    },
)
INSTANTS = st.integers(1_774_400_000, 1_775_200_000)  # 2026-03-25 to 2026-04-03: summer time begins between
BOARDS = st.dictionaries(
    st.sampled_from(["n0", "n1", "n2"]),
    st.builds(
        Switch,
        st.booleans(),
        st.none() | INSTANTS.map(lambda t: datetime.datetime.fromtimestamp(t, datetime.UTC)),
    ),
).map(Board)


@settings(max_examples=200)
@given(st.lists(KEYS, min_size=1, max_size=5), BOARDS, st.lists(INSTANTS, min_size=1, max_size=20))
def test_what_is_kept_for_a_stretch_of_time_is_what_each_notice_says(
    forms: list[dict[str, Any]], board: Board, instants: list[int]
) -> None:
    office = {f"n{i}": notice(**form) for i, form in enumerate(forms)}
    notices = Notices(office, BERLIN)
    for instant in [*sorted(instants), *instants]:
        now = datetime.datetime.fromtimestamp(instant, datetime.UTC)
        said = [name for name in office if standing(name, office[name], BERLIN, now, board) == "on"]
        assert notices.on_air(now, board) == in_order(office, said)


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"until": "2026-13-01"}, "no date or time"),
        ({"until": "2026-12-01T10:00+09:00"}, "no date or time"),
        ({"windows": {"someday": "09:00-10:00"}}, "no weekday"),
        ({"windows": {"2026-02-30": "09:00-10:00"}}, "no date"),
        ({"offers": {"0": "leave"}}, "the key 0 always means the operators"),
        ({"offers": {"9": "leave"}}, "the key 9 always means slow speech"),
        ({"offers": {"8": "leave"}}, "the key 8 always means an extension"),
        ({"offers": {"1": "sing"}}, "no offer"),
        ({"load": {"waiting": {"on": 5, "off": 5}}}, "`off` has to be below `on`"),
        ({"load": {"free": {"on": 1, "off": 1}}}, "`off` has to be above `on`"),
        ({"load": {"calls": {"on": "1.5", "off": "1x"}}}, "no multiple of the forecast"),
        ({"load": {"at_least": "5m"}}, "measures nothing"),
        ({"load": {"waiting": {"on": 5, "off": 1}}, "state": "off"}, "leave `state` out"),
        ({"emergency": True, "state": "on"}, "switched on by hand"),
    ],
)
def test_a_form_that_can_not_be_meant(keys: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        notice(**keys)


@pytest.mark.parametrize("until", ["9999-12-31", "9999-12-31T23:59", "0001-01-01", "1999-12-31"])
def test_for_ever_is_no_end(until: str) -> None:
    with pytest.raises(ValueError, match="is no date"):
        notice(until=until)


@pytest.mark.parametrize("day", ["20261124", "2026-W48-2"])
def test_a_window_on_a_day_that_would_never_be_found_is_refused(day: str) -> None:
    with pytest.raises(ValueError, match="is no date: write"):
        notice(windows={day: "09:00-10:00"})
