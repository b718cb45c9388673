"""Who calls again, against a slow way of counting that looks at every pair of calls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from ivr.records.models import Call
from ivr.records.store import Store
from reports.callers import ONE_STOP, RESOLVED, Returns, Visit, judged
from reports.period import Period
from reports.repeats import OFTEN, Repeats, by_month

START = datetime(2026, 11, 1, tzinfo=UTC)
VISITS = st.lists(
    st.builds(
        Visit,
        st.sampled_from("ABC"),
        st.sampled_from(["desk/a", "flow/b"]),
        st.integers(0, 20 * 24).map(lambda hours: START + timedelta(hours=hours)),
        st.booleans(),
        st.booleans(),
        st.sampled_from(["x", "y", None]),
    ),
    max_size=25,
    unique_by=lambda visit: (visit.who, visit.topic, visit.at),
)


@given(VISITS, st.integers(0, 30))
def test_every_pair_looked_at(visits: list[Visit], days: int) -> None:
    now = START + timedelta(days=days)
    slow: dict[object, Returns] = {}
    for one in visits:
        if one.group is None or not one.answered:
            continue
        later = [two.at - one.at for two in visits if (two.who, two.topic) == (one.who, one.topic) and two.at > one.at]
        week, day = one.at + RESOLVED <= now, one.at + ONE_STOP <= now
        resolved = week and all(gap > RESOLVED for gap in later)
        one_stop = day and not one.handed_over and all(gap > ONE_STOP for gap in later)
        slow[one.group] = slow.get(one.group, Returns()) + Returns(week, resolved, day, one_stop)
    assert judged(visits, now) == dict(sorted(slow.items()))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('callers') / 'one.db'}")
    store.migrate()
    return store


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(["A", "B", "C", "D", None]), st.integers(0, 3))))
def test_repeat_callers_counted_one_by_one(store: Store, callers: list[tuple[str | None, int]]) -> None:
    days = {day: START + timedelta(days=29, hours=12 + 6 * day) for day in range(4)}  # November ends between 1 and 2
    period = Period(days[0], days[3], ZoneInfo("UTC"))
    expected = {}
    for month, within in (("2026-11", (0, 1)), ("2026-12", (2,))):
        known = [who for who, day in callers if who and day in within]
        often = {who for who in known if known.count(who) >= OFTEN}
        expected[month] = Repeats(len(set(known)), len(often), len(known), sum(who in often for who in known))
    with store.transaction() as session:
        session.execute(delete(Call))
        for n, (who, day) in enumerate(callers):
            session.add(Call(id=f"n-{n}", node="n", who=who, started_at=days[day], outcome="answered"))
        session.flush()
        assert by_month(session, period) == expected


def test_seven_days_to_the_second_are_within_seven_days() -> None:
    first = Visit("A", "desk/a", START, answered=True, handed_over=False, group="x")
    for gap, resolved in ((RESOLVED, 0), (RESOLVED + timedelta(seconds=1), 1)):
        again = Visit("A", "desk/a", START + gap, answered=False, handed_over=False, group=None)
        assert judged([first, again], START + timedelta(days=30))["x"].resolved == resolved
