"""What wants a hand on the wallboard: each alert at its threshold, and not below it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from reports.alerts import LONG_S, MANY, TOO_LONG_S, Alert, DeskNow, Half, State, alerts

NOW = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
CALM = State(seen_at=NOW, fresh=True, desks=[DeskNow("exams", waiting=1, longest_wait_s=5, logged_in=1)])


def kinds(**changed: object) -> list[tuple[str, str]]:
    """Level and kind of what a state with something else in it gives."""
    state = State(**{**{name: getattr(CALM, name) for name in CALM.__slots__}, **changed})
    return [(alert.level, alert.kind) for alert in alerts(state, NOW)]


def test_a_calm_line_wants_nothing() -> None:
    assert kinds() == []


def test_an_engine_that_shows_nothing() -> None:
    assert kinds(seen_at=None, fresh=False) == [("bad", "no_engine")]
    old = NOW - timedelta(minutes=5)
    assert alerts(State(seen_at=old), NOW) == [Alert("bad", "stale", at=old)]


def test_callers_waiting_where_nobody_is_logged_in() -> None:
    assert kinds(desks=[DeskNow("exams", waiting=2, longest_wait_s=400)]) == [("bad", "nobody")]
    assert kinds(desks=[DeskNow("exams")]) == []


def test_a_long_wait_is_called_out_and_a_longer_one_comes_first() -> None:
    def waits(*seconds: int) -> list[tuple[str, str]]:
        return kinds(desks=[DeskNow(f"d{s}", waiting=1, longest_wait_s=s, logged_in=1) for s in seconds])

    assert waits(LONG_S - 1) == []
    assert waits(LONG_S) == [("warn", "long_wait")]
    assert waits(LONG_S, TOO_LONG_S) == [("bad", "long_wait"), ("warn", "long_wait")]


def test_many_that_give_up() -> None:
    assert kinds(half=Half(offered=MANY * 5, abandoned=MANY)) == [("warn", "giving_up")]
    assert kinds(half=Half(offered=MANY * 5 + 1, abandoned=MANY)) == []
    assert kinds(half=Half(offered=MANY - 1, abandoned=MANY - 1)) == []


def test_what_is_left_to_do_with_its_count_the_worst_first() -> None:
    state = State(NOW, True, unknown=1, dead=2, overdue=3, due_today=4, unheard=5)
    assert [(alert.kind, alert.count) for alert in alerts(state, NOW)] == [
        ("overdue", 3),
        ("unknown_messages", 1),
        ("dead_messages", 2),
        ("due_today", 4),
        ("voicemails", 5),
    ]


def test_a_notice_that_ends_within_a_day() -> None:
    soon, later = NOW + timedelta(hours=23), NOW + timedelta(hours=24)
    assert alerts(State(NOW, True, ending={"far": later, "near": soon}), NOW) == [
        Alert("info", "notice_ends", "near", at=soon)
    ]
