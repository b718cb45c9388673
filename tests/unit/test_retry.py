"""What follows from a provider's answer: never a second sending of what is unclear, never a storm, never for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callback import retry
from callback.retry import Again, Dead, Decision, Done, Look
from callback.sender import Accepted, Outcome, Refused, Unclear

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


TABLE: dict[str, tuple[Outcome, int, float, Decision]] = {
    "accepted": (Accepted("SM1"), 1, 0, Done("accepted", "SM1")),
    "delivered at once": (Accepted("SM1", "delivered"), 1, 0, Done("delivered", "SM1")),
    "unclear": (Unclear("time-out"), 1, 0, Look(after(1), "time-out")),
    "unclear, however often": (Unclear("time-out"), 99, 0, Look(after(1), "time-out")),
    "refused for good": (Refused("21614", "landline", again=False), 1, 0, Dead("21614", "landline")),
    "first failure": (Refused("500", "broken", again=True), 1, 0, Again(after(1), "500", "broken")),
    "fourth failure": (Refused("500", "broken", again=True), 4, 0, Again(after(8), "500", "broken")),
    "the cap": (Refused("500", "broken", again=True), 39, 0, Again(after(900), "500", "broken")),
    "jitter": (Refused("500", "broken", again=True), 4, 0.5, Again(after(10), "500", "broken")),
    "they said when": (Refused("429", "busy", again=True, after_s=30), 1, 0, Again(after(30), "429", "busy")),
    "the last": (Refused("500", "broken", again=True), 40, 0, Dead("500", "given up after 40 tries: broken")),
}


@pytest.mark.parametrize(("outcome", "attempts", "random", "decision"), TABLE.values(), ids=TABLE)
def test_decisions(outcome: Outcome, attempts: int, random: float, decision: Decision) -> None:
    assert retry.decide(outcome, attempts, NOW, random) == decision


@given(st.integers(1, 39), st.floats(0, 1))
def test_pauses_grow_within_their_bounds(attempts: int, random: float) -> None:
    decision = retry.decide(Refused("500", "", again=True), attempts, NOW, random)
    assert isinstance(decision, Again)
    assert retry.pause(attempts) <= decision.at - NOW <= retry.pause(attempts) * 1.5
    assert retry.FIRST <= retry.pause(attempts) <= retry.pause(attempts + 1) <= retry.LONGEST


def test_a_message_of_unknown_fate_is_looked_for_several_times_and_then_left_to_a_person() -> None:
    looks, now = [], after(1)
    while (following := retry.look_again(NOW, now, timedelta(minutes=10))) is not None:
        looks.append((following - NOW).total_seconds())
        now = following
    assert looks[:6] == [2, 4, 8, 16, 32, 64]
    assert len(looks) > 10
    assert 600 <= looks[-1] <= 660


def test_a_provider_is_asked_ever_less_often_and_not_for_ever() -> None:
    asked, now = 0, NOW
    while (following := retry.ask_again(NOW, now, timedelta(seconds=2))) is not None:
        assert timedelta(seconds=2) <= following - now <= timedelta(hours=1)
        asked, now = asked + 1, following
    assert 70 < asked < 100
