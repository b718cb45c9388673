"""Whatever happens to calls, the results of a report share them out: each call, and each entry at a desk, has one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.orm import Session

from ivr.records import calls, models
from ivr.records.facts import FINISH, Fact, Kind
from ivr.records.store import Store
from reports.contact import RESULTS, Contact
from reports.contacts import contacts
from reports.figures import figures
from reports.period import Period
from reports.queries import Filter, tallies
from reports.tally import Tally

T = 1_795_292_000_000
PERIOD = Period(
    datetime.fromtimestamp(T / 1000, UTC),
    datetime.fromtimestamp(T / 1000, UTC) + timedelta(days=1),
    ZoneInfo("Asia/Seoul"),
)
LOST = ("abandoned", "short_abandoned", "overflowed", "failed")

DESK = st.sampled_from(["a", "b"])
STATUS = st.sampled_from(["", "KEY", "TIMEOUT", "JOINEMPTY", "FULL", "CONTINUE"])
WHAT = st.sampled_from(["played", "finished", "skipped", "details", "message", "next", "leave", "desk/a"])
HAPPENS = st.one_of(
    st.tuples(st.sampled_from(["desk", "queue"]), DESK, st.just("")),
    st.tuples(st.just("connect"), DESK, st.just("101")),
    st.tuples(st.just("leave"), DESK, STATUS),
    st.tuples(st.just("handover"), DESK, DESK),
    st.tuples(st.just("notice"), st.just("exam"), WHAT),
    st.tuples(st.just("message"), st.just("voicemail"), DESK),
    st.tuples(st.just("message"), st.just("sms"), st.sampled_from(["desk/a", "notice/exam"])),
    st.tuples(st.just("finish"), st.sampled_from(FINISH), st.just("")),
    st.tuples(st.sampled_from(["end", "cut"]), st.just(""), st.just("")),
    st.tuples(st.just("static"), st.just("died"), st.just("")),
)
CALLS = st.lists(st.lists(st.tuples(st.integers(0, 60_000), HAPPENS), max_size=8), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(f"sqlite:///{Path(tmp_path_factory.mktemp('partition')) / 'one.db'}")
    store.migrate()
    return store


@settings(deadline=None, max_examples=40)
@given(CALLS)
def test_the_results_are_a_full_partition(store: Store, told: list[list[tuple[int, tuple[Kind, str, str]]]]) -> None:
    known = [
        fact
        for n, call in enumerate(told)
        for fact in (
            Fact(f"n1-{n}", T, "enter", f"100{n % 2}"),
            *(Fact(f"n1-{n}", T + at, kind, a, b) for at, (kind, a, b) in call),
        )
    ]
    with store.transaction() as session:
        for table in (models.Leg, models.Call, models.Fact):
            session.execute(delete(table))
        calls.record(session, known)
        of_calls = [one for group in contacts(session, PERIOD, None).values() for one in group]
        of_desks = [one for group in contacts(session, PERIOD, "desk").values() for one in group]
        legs = session.query(models.Leg).count()
        _check_sums(session)
    assert (len(of_calls), len(of_desks)) == (len(told), legs)
    for group in (of_calls, of_desks):
        _check(group)


def _check_sums(session: Session) -> None:
    """Whatever calls (entries) are grouped by, and wherever a period is cut, together they are the whole."""
    for entries in (False, True):
        where = Filter(desk="a") if entries else Filter()
        (whole,) = tallies(session, PERIOD, None, where).values()
        for by in ("line", "topic", "hour", "day", "weekday_hour", "language"):
            assert sum(tallies(session, PERIOD, by, where).values(), Tally()) == whole
        middle = PERIOD.start + timedelta(seconds=20)
        parts = (Period(PERIOD.start, middle, PERIOD.zone), Period(middle, PERIOD.end, PERIOD.zone))
        assert sum((tallies(session, part, None, where)[""] for part in parts), Tally()) == whole
    every = tallies(session, PERIOD, "desk")
    assert sum(tallies(session, PERIOD, "agent").values(), Tally()) == sum(every.values(), Tally())


def _check(group: list[Contact]) -> None:
    counted = {figure.key: figure.value(Tally.of(group)) or 0 for figure in figures() if figure.unit == "count"}
    assert sum(counted[result] for result in RESULTS) == len(group) == counted["received"]
    instead = sum(contact.result == "message_instead" and contact.queued for contact in group)
    assert counted["offered"] == counted["answered"] + sum(counted[key] for key in LOST) + instead
    assert not any(contact.queued for contact in group if contact.result in ("left_informed", "told_closed"))
