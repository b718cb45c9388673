"""Ten days whose figures were counted by hand, to the last call and the last second."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import NamedTuple, get_args
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from ivr.records.store import Store
from reports import callers, repeats, search
from reports.contact import RESULTS
from reports.figures import figures
from reports.queries import By, Filter, exits, tallies
from reports.repeats import Repeats
from reports.search import Wanted
from reports.tally import Tally
from tests import days
from tests.postgres import running_postgres

SEOUL, BERLIN = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/Berlin")
Counts = dict[str, int]


class Day(NamedTuple):
    """A day, what happened in it, and what is true of it. groups: results of calls by line, entries by desk, all by
    hour; whatever isn't named is 0 (a figure: anything)."""

    about: str
    date: str
    zone: ZoneInfo
    script: str
    parts: Counts
    figures: dict[str, float | None]
    groups: dict[By, dict[str, Counts]]


DAYS = [
    Day(
        "an ordinary day",
        "2026-11-23",
        SEOUL,
        """
        1 09:00 1000 A | 2 step main/purpose 1 | 5 queue c | 15 connect c 111 | 75 leave c CONTINUE | 76 end
        2 09:10 1000 B | 4 queue c | 24 connect c 111 | 144 leave c CONTINUE | 144 end
        3 09:20 1000 C | 4 queue c | 34 end
        4 09:30 1000 D | 4 queue c | 9 end
        5 10:00 1001 E | 3 queue o | 63 leave o TIMEOUT | 64 finish failed | 64 end
        6 10:30 1000 F | 9 finish done | 9 end
        7 10:40 1000 G | 6 step main/purpose hangup | 6 finish hangup | 6 end
        """,
        {"answered": 2, "abandoned": 1, "short_abandoned": 1, "failed": 1, "self_service": 1, "left_menu": 1},
        {
            "received": 7,
            "offered": 5,
            "queued": 5,
            "answer_rate": 2 / 5,
            "service_level": 2 / 5,
            "abandonment": 1 / 4,
            "direct_handling": 1,
            "transfer_rate": 0,
            "asa_s": 15,
            "longest_wait_s": 60,
            "talk_s": 90,
        },
        {
            "line": {
                "1000": {"answered": 2, "abandoned": 1, "short_abandoned": 1, "self_service": 1, "left_menu": 1},
                "1001": {"failed": 1},
            },
            "desk": {"c": {"answered": 2, "abandoned": 1, "short_abandoned": 1}, "o": {"failed": 1}},
            "hour": {
                "09": {"answered": 2, "abandoned": 1, "short_abandoned": 1},
                "10": {"failed": 1, "self_service": 1, "left_menu": 1},
            },
            "topic": {
                "desk/c": {"answered": 2, "abandoned": 1, "short_abandoned": 1},
                "desk/o": {"failed": 1},
                "flow/main": {"left_menu": 1},
                "?": {"self_service": 1},
            },
        },
    ),
    Day(
        "transfers and overflows",
        "2026-11-24",
        SEOUL,
        """
        1 09:00 1000 A | 2 queue c | 12 leave c JOINEMPTY | 13 queue o | 23 connect o 101 | 83 leave o CONTINUE | 83 end
        2 09:05 1000 B | 2 queue c | 32 leave c TIMEOUT | 33 queue o | 63 leave o FULL | 64 finish failed | 64 end
        3 09:10 1000 C | 2 queue t | 8 connect t 121 | 38 handover t c | 38 queue c | 50 connect c 111 | 110 end
        4 09:20 1000 D | 2 queue t | 8 connect t 121 | 68 leave t CONTINUE | 68 end
        5 09:30 1000 E | 2 queue t | 12 leave t TIMEOUT | 12 queue o | 16 end
        """,
        {"answered": 3, "overflowed": 1, "abandoned": 1},
        {
            "offered": 5,
            "answer_rate": 3 / 5,
            "service_level": 2 / 5,
            "abandonment": 1 / 5,
            "direct_handling": 1 / 3,
            "transfer_rate": 1 / 3,
            "asa_s": (21 + 6 + 6) / 3,
            "longest_wait_s": 60,
            "talk_s": (60 + 90 + 60) / 3,
        },
        {
            "desk": {
                "c": {"overflowed": 2, "answered": 1},
                "o": {"answered": 1, "failed": 1, "short_abandoned": 1},
                "t": {"answered": 2, "overflowed": 1},
            },
            "agent": {
                "101": {"answered": 1},
                "111": {"answered": 1},
                "121": {"answered": 2},
                "?": {"overflowed": 3, "failed": 1, "short_abandoned": 1},
            },
        },
    ),
    Day(
        "closed, lunch, and who chose something all the same",
        "2026-11-25",
        SEOUL,
        """
        1 20:00 1000 A | 3 step main/opening closed | 20 step main/leave next | 20 finish done | 20 end
        2 20:10 1000 B | 3 step main/opening closed | 9 step main/leave hangup | 9 finish hangup | 9 end
        3 20:20 1000 C | 3 step main/opening closed | 30 message voicemail o | 31 finish done | 31 end
        4 20:30 1000 D | 3 step main/opening closed | 8 step night/choice 2 | 20 finish done | 20 end
        5 12:10 1000 E | 3 step main/opening lunch | 15 finish done | 15 end
        6 12:20 1000 F | 2 notice exam finished | 3 step main/opening lunch | 5 finish hangup | 5 end
        7 12:30 1000 G | 2 notice exam finished | 4 finish hangup | 4 end
        8 09:00 1000 H | 4 step main/purpose 3 | 5 step main/counter closed | 6 finish failed | 6 end
        9 09:10 1000 I | 4 finish error | 4 end
        """,
        {"told_closed": 5, "message_instead": 1, "self_service": 1, "left_informed": 1, "failed": 1},
        {"received": 9, "offered": 1, "queued": 0, "answer_rate": 0, "abandonment": None, "longest_wait_s": None},
        {
            "hour": {
                "09": {"told_closed": 1, "failed": 1},
                "12": {"told_closed": 2, "left_informed": 1},
                "20": {"told_closed": 2, "message_instead": 1, "self_service": 1},
            }
        },
    ),
    Day(
        "a peak with a notice",
        "2026-11-26",
        SEOUL,
        """
        1 10:00 1000 A | 2 notice exam finished | 8 finish hangup | 8 end
        2 10:01 1000 B | 2 notice exam played | 2 notice exam leave | 3 finish done | 3 end
        3 10:02 1000 C | 2 notice exam finished | 10 queue c | 100 connect c 111 | 160 leave c CONTINUE | 160 end
        4 10:03 1000 D | 2 notice exam played | 3 finish hangup | 3 end
        5 10:04 1000 E | 2 notice exam details | 10 queue c | 250 end
        6 10:05 1000 F | 2 notice exam message | 9 finish done | 9 end
        7 10:06 1000 G | 5 queue c | 65 leave c KEY | 90 message voicemail c | 91 finish done | 91 end
        """,
        {
            "left_informed": 2,
            "answered": 1,
            "left_menu": 1,
            "abandoned": 1,
            "self_service": 1,
            "message_instead": 1,
        },
        {"offered": 3, "abandonment": 1 / 3, "service_level": 0, "asa_s": 90, "longest_wait_s": 240, "talk_s": 60},
        {"desk": {"c": {"answered": 1, "abandoned": 1, "message_instead": 1}}},
    ),
    Day(
        "still going on, and an exchange that was killed",
        "2026-11-27",
        SEOUL,
        """
        1 09:00 1000 A | 2 queue c
        2 09:05 1000 B | 2 queue c | 12 connect c 111
        3 09:10 1000 C | 2 step main/purpose 1
        4 09:15 1000 D | 2 queue c | 30 cut
        5 09:20 1000 E | 2 queue c | 8 connect c 111 | 40 cut
        6 09:25 1000 F | 2 queue c | 9 connect c 112 | 69 leave c CONTINUE | 69 end
        """,
        {"in_progress": 2, "answered": 3, "failed": 1},
        {"received": 6, "offered": 4, "queued": 4, "asa_s": 23 / 3, "longest_wait_s": 10, "talk_s": 60},
        {"desk": {"c": {"in_progress": 1, "answered": 3, "failed": 1}}},
    ),
    Day(
        "imported, some without the time of the pick-up",
        "2025-11-27",
        SEOUL,
        """
        1 09:00 1000 - | imported pbx | 0 queue c | 10 connect c 111 | 70 leave c CONTINUE | 70 end
        2 09:10 1000 - | imported pbx | unknown | 0 queue c | 10 connect c 111 | 100 leave c CONTINUE | 100 end
        3 09:20 1000 A | 2 queue c | 27 connect c 111 | 87 leave c CONTINUE | 87 end
        4 09:30 1000 - | imported pbx | 0 queue c | 40 end
        """,
        {"answered": 3, "abandoned": 1},
        {"service_level": 1 / 3, "asa_s": 35 / 2, "talk_s": 60, "longest_wait_s": 40, "direct_handling": 1},
        {"desk": {"c": {"answered": 3, "abandoned": 1}}},
    ),
    Day(
        "over midnight: a call is one of the day it began, an entry of the day it joined the queue",
        "2026-12-01",
        SEOUL,
        """
        1 23:59:30 1000 A | 40 queue c | 50 connect c 111 | 110 leave c CONTINUE | 110 end
        2 23:59:50 1000 B | 5 queue c | 30 end
        3 00:00+1 1000 C | 5 queue c | 6 connect c 111 | 60 end
        4 00:00 1000 D | 5 finish done | 5 end
        """,
        {"answered": 1, "abandoned": 1, "self_service": 1},
        {"received": 3, "asa_s": 10, "longest_wait_s": 25},
        {
            "hour": {"00": {"self_service": 1}, "23": {"answered": 1, "abandoned": 1}},
            "desk": {"c": {"abandoned": 1}},
            "month": {"2026-12": {"answered": 1, "abandoned": 1, "self_service": 1}},
        },
    ),
    Day(
        "a day of 25 hours: the hour from two to three comes twice, and is one",
        "2026-10-25",
        BERLIN,
        """
        0 00:00 1000 A | 5 finish done | 5 end
        1 02:30 1000 A | 5 queue c | 15 connect c 111 | 75 leave c CONTINUE | 75 end
        2 02:30b 1000 B | 5 queue c | 35 connect c 111 | 95 leave c CONTINUE | 95 end
        3 02:59:55 1000 C | 4 queue c | 64 end
        4 23:59:59 1000 D | 9 finish done | 9 end
        5 00:00+1 1000 E | 9 finish done | 9 end
        """,
        {"self_service": 2, "answered": 2, "abandoned": 1},
        {"asa_s": 20, "longest_wait_s": 60, "service_level": 1 / 3},
        {
            "hour": {"00": {"self_service": 1}, "02": {"answered": 2, "abandoned": 1}, "23": {"self_service": 1}},
            "day": {"2026-10-25": {"self_service": 2, "answered": 2, "abandoned": 1}},
            "week": {"2026-W43": {"self_service": 2, "answered": 2, "abandoned": 1}},
        },
    ),
    Day(
        "a day of 23 hours: a wait over the leap is as long as it was",
        "2026-03-29",
        BERLIN,
        """
        1 01:59:45 1000 A | 5 queue c | 25 connect c 111 | 85 leave c CONTINUE | 85 end
        2 03:00 1000 B | 5 queue c | 8 end
        3 03:30 1000 C | 5 finish done | 5 end
        """,
        {"answered": 1, "short_abandoned": 1, "self_service": 1},
        {"asa_s": 20, "service_level": 1 / 2, "abandonment": 0, "talk_s": 60},
        {
            "hour": {"01": {"answered": 1}, "03": {"short_abandoned": 1, "self_service": 1}},
            "weekday_hour": {"7-01": {"answered": 1}, "7-03": {"short_abandoned": 1, "self_service": 1}},
        },
    ),
    Day(
        "nothing",
        "2026-11-29",
        SEOUL,
        "",
        {},
        {"received": 0, "offered": 0, "answer_rate": None, "service_level": None, "asa_s": None, "talk_s": None},
        {"line": {}, "desk": {}, "hour": {}},
    ),
]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(f"sqlite:///{tmp_path / 'onestop.db'}")
    store.migrate()
    return store


def parts(tally: Tally) -> Counts:
    """The results that there are any of."""
    return {name: count for name in RESULTS if (count := getattr(tally, name))}


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.about)
def test_the_day_counted_by_hand(store: Store, day: Day) -> None:
    days.put(store, day.date, day.zone, day.script)
    period = days.whole(day.date, day.zone)
    with store.reading() as session:
        tally = tallies(session, period, None)[""]
        groups = {by: tallies(session, period, by) for by in day.groups}
    assert parts(tally) == day.parts
    values = {figure.key: figure.value(tally) for figure in figures()}
    for key, value in day.figures.items():
        assert values[key] == pytest.approx(value), key
    for by, wanted in day.groups.items():
        assert {name: parts(of) for name, of in groups[by].items()} == wanted, by


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.about)
def test_the_calls_behind_each_count_are_found(store: Store, day: Day) -> None:
    days.put(store, day.date, day.zone, day.script)
    period = days.whole(day.date, day.zone)

    def found(where: Filter) -> Counts:
        with store.reading() as session:
            counts = {name: len(search.found(session, Wanted(period, where, name), None)[0]) for name in RESULTS}
        return {name: count for name, count in counts.items() if count}

    assert found(Filter()) == day.parts
    for desk, parts_ in day.groups.get("desk", {}).items():
        assert found(Filter(desk=desk)) == parts_


def test_all_days_are_the_sum_of_the_ten(store: Store) -> None:
    for day in DAYS:
        days.put(store, day.date, day.zone, day.script)
    together = Tally()
    with store.reading() as session:
        for year, last in ((2025, 365), (2026, 365)):
            together += tallies(session, days.whole(f"{year}-01-01", SEOUL, last), None)[""]
    outside = {"answered": 1, "self_service": 1}  # the two at 00:00 of the days after
    counted = {name: sum(day.parts.get(name, 0) for day in DAYS) + outside.get(name, 0) for name in RESULTS}
    assert parts(together) == {name: count for name, count in counted.items() if count}


def test_filters_take_what_they_name(store: Store) -> None:
    for day in DAYS[:2]:
        days.put(store, day.date, day.zone, day.script)
    both = days.whole("2026-11-23", SEOUL, 2)
    with store.reading() as session:
        found = {where: parts(tallies(session, both, None, where)[""]) for where in (
            Filter(line="1001"), Filter(desk="o"), Filter(topic="desk/t"), Filter(agent="121"),
            Filter(line="1000", desk="o"), Filter(topic="desk/c", desk="o"), Filter(line="'; DROP TABLE calls; --"),
        )}  # fmt: skip
    assert list(found.values()) == [
        {"failed": 1},
        {"answered": 1, "failed": 2, "short_abandoned": 1},
        {"answered": 2, "abandoned": 1},
        {"answered": 2},
        {"answered": 1, "failed": 1, "short_abandoned": 1},
        {"answered": 1, "failed": 1},
        {},
    ]


def test_each_call_leaves_a_step_once_by_its_last_exit(store: Store) -> None:
    script = """
    1 09:00 1000 A | 2 step main/purpose replay | 5 step main/purpose replay | 9 step main/purpose 1 | 20 end
    2 09:01 1000 B | 2 step main/purpose replay | 5 step main/purpose hangup | 5 finish hangup | 5 end
    3 09:02 1001 C | 2 step main/purpose hangup | 2 finish hangup | 2 end
    """
    days.put(store, "2026-11-23", SEOUL, script)
    period = days.whole("2026-11-23", SEOUL)
    with store.reading() as session:
        assert exits(session, period) == {("main", "purpose", "1"): 1, ("main", "purpose", "hangup"): 2}
        assert exits(session, period, Filter(line="1001")) == {("main", "purpose", "hangup"): 1}
        assert exits(session, days.whole("2026-11-24", SEOUL)) == {}


AGAIN = {
    "2026-11-02": """
    1 09:00 1000 A | 5 queue c | 15 connect c 111 | 75 end
    2 15:00 1000 A | 5 queue c | 15 connect c 111 | 75 end
    3 10:00 1000 B | 5 queue c | 15 connect c 112 | 75 end
    4 10:00 1000 C | 5 queue t | 15 connect t 121 | 45 handover t c | 45 queue c | 50 connect c 111 | 99 end
    5 10:00 1000 E | 5 queue c | 55 end
    6 11:00 1000 E | 5 queue c | 15 connect c 111 | 75 end
    7 11:00 1000 - | 5 queue c | 15 connect c 111 | 75 end
    """,
    "2026-11-04": "1 09:00 1000 B | 5 queue o | 15 connect o 101 | 75 end",
    "2026-11-05": "1 09:00 1000 A | 5 queue c | 15 connect c 111 | 75 end",
    "2026-11-13": "1 09:00 1000 A | 5 queue c | 15 connect c 111 | 75 end",
}


def test_who_calls_again_counted_by_hand(store: Store) -> None:
    for date, script in AGAIN.items():
        days.put(store, date, SEOUL, script)
    month, later = days.whole("2026-11-01", SEOUL, 30), days.at("2026-12-24", "00:00", SEOUL)
    with store.reading() as session:
        assert callers.returns(session, month, None, later) == {"": callers.Returns(8, 6, 8, 6)}
        assert callers.returns(session, month, "agent", later) == {
            "101": callers.Returns(1, 1, 1, 1),
            "111": callers.Returns(6, 4, 6, 4),
            "112": callers.Returns(1, 1, 1, 1),
        }
        assert callers.returns(session, month, None, later, Filter(topic="desk/t")) == {"": callers.Returns(1, 1, 1, 0)}
        assert repeats.by_month(session, month) == {"2026-11": Repeats(4, 1, 9, 4)}
        first = days.whole("2026-11-02", SEOUL)  # what comes after the period tells of it, too
        assert callers.returns(session, first, None, later) == {"": callers.Returns(5, 3, 5, 3)}
        soon = first.start + timedelta(days=2)
        assert callers.returns(session, first, None, soon) == {"": callers.Returns(0, 0, 5, 3)}


def test_postgresql_counts_the_same(store: Store) -> None:
    with running_postgres() as url:
        theirs = Store(url)
        theirs.migrate()
        told = [_all_counted(one) for one in (store, theirs)]
    assert told[0] == told[1]


def _all_counted(store: Store) -> list[object]:
    """Whatever can be asked of all days."""
    for day in DAYS:
        days.put(store, day.date, day.zone, day.script)
    for date, script in AGAIN.items():
        days.put(store, date, SEOUL, script)
    found: list[object] = []
    wheres = Filter(), Filter(desk="c"), Filter(topic="desk/t"), Filter(line="1000", agent="111")
    for year in (days.whole("2026-01-01", zone, 365) for zone in (SEOUL, BERLIN)):
        with store.reading() as session:
            found += [tallies(session, year, by, where) for by in get_args(By) for where in wheres]
            found += [callers.returns(session, year, by, year.end) for by in get_args(By)]
            found += [repeats.by_month(session, year), *(exits(session, year, where) for where in wheres)]
            found += [_ids(session, Wanted(year, where, name)) for name in RESULTS for where in wheres]
    return found


def _ids(session: Session, wanted: Wanted) -> list[str]:
    return [way.call.id for way in search.found(session, wanted, None)[0]]
