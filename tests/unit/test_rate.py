"""The token bucket: never more than the rate and its burst, and nothing is lost to polling."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from callback.rate import BURST_S, refill

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@given(st.lists(st.floats(0.001, 5), min_size=1, max_size=200), st.sampled_from([0.5, 1, 10, 100]))
def test_in_any_pattern_of_polls_no_more_goes_than_the_rate_allows(pauses: list[float], per_second: float) -> None:
    tokens, at, sent = 0.0, NOW, 0
    for pause in pauses:
        tokens = refill(tokens, at, at + timedelta(seconds=pause), per_second)
        at += timedelta(seconds=pause)
        sent += int(tokens)
        tokens -= int(tokens)
    assert sent <= (at - NOW).total_seconds() * per_second + 1e-6


def test_polled_often_enough_it_yields_the_whole_rate() -> None:
    tokens, at, sent = 0.0, NOW, 0
    for _ in range(1000):
        tokens = refill(tokens, at, at + timedelta(seconds=0.1), 100)
        at += timedelta(seconds=0.1)
        sent += int(tokens)
        tokens -= int(tokens)
    assert 9_990 <= sent <= 10_000


def test_a_rest_saves_up_a_burst_and_a_clock_that_goes_back_nothing() -> None:
    assert refill(0, NOW, NOW + timedelta(hours=1), 100) == 100 * BURST_S
    assert refill(0, NOW, NOW + timedelta(hours=1), 0.5) == 1
    assert refill(3, NOW, NOW - timedelta(hours=1), 100) == 3
