"""Expected wait: what a watched queue foretells, and whether it holds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.office.calibration import SAID, Calibration, Prediction, Range
from ivr.office.waiting import EVIDENCE, RECENT_S, Watch
from tests.benchmarks.waiting import DAYS, Desk, judge

TALK_S = 120.0


def practised(officers: int = 2, talks: int = 20) -> tuple[Watch, float]:
    """A desk where so many conversations of two minutes have taken place, and the time after them; nobody waits."""
    watch, at = Watch(), 1000.0
    watch.staff(officers, officers, at)
    for number in range(talks):
        watch.joined(f"early{number}", at)
        watch.connected(f"early{number}", "1", at + 5)
        watch.freed("1", at + 5 + TALK_S)
        at += 5 + TALK_S
    return watch, at


def busy(watch: Watch, officers: int, waiting: int, at: float) -> None:
    """Every officer talks from now on, and so many callers wait."""
    for officer in range(officers):
        watch.connected("", str(officer + 1), at)
    watch.staff(officers, 0, at)
    for number in range(waiting):
        watch.joined(f"w{number}", at + number)


def test_more_callers_ahead_is_a_longer_wait_and_more_officers_a_shorter_one() -> None:
    means = {}
    for officers, waiting in ((2, 0), (2, 4), (4, 4)):
        watch, at = practised(officers)
        busy(watch, officers, waiting, at)
        predicted = watch.predict(at + 10)
        assert predicted is not None
        means[officers, waiting] = predicted.mean
    assert means[2, 0] < means[4, 4] < means[2, 4]
    assert 240 < means[2, 4] < 360, "five officers' turns, one a minute"


def test_nothing_is_foretold_without_officers() -> None:
    watch, at = practised()
    busy(watch, 2, 3, at)
    assert watch.expect(at + 10) is not None
    watch.staff(0, 0, at + 10)
    assert watch.predict(at + 10) is None
    assert watch.expect(at + 10) is None


def test_nothing_is_foretold_without_evidence() -> None:
    watch, at = practised(talks=EVIDENCE - 1)
    busy(watch, 2, 3, at)
    assert watch.predict(at + 10) is None
    watch.freed("1", at + 100)
    assert watch.predict(at + 110) is not None


def test_evidence_grows_old() -> None:
    watch, at = practised()
    busy(watch, 2, 3, at + RECENT_S + 1)
    assert watch.predict(at + RECENT_S + 10) is None


def test_a_free_officer_is_no_wait() -> None:
    watch, at = practised()
    predicted = watch.predict(at)
    assert predicted is not None
    assert predicted.mean < 30


def test_who_waits_is_told_his_own_place() -> None:
    watch, at = practised()
    busy(watch, 2, 6, at)
    first, last = watch.predict(at + 10, "w0"), watch.predict(at + 10, "w5")
    assert (watch.place("w0"), watch.place("w5"), watch.place("nobody")) == (1, 6, None)
    assert first is not None
    assert last is not None
    assert first.mean < last.mean / 3


def test_callers_who_give_up_shorten_the_wait_of_the_rest() -> None:
    watch, at = practised()
    patient, _ = practised()
    for number in range(40):
        watch.joined(f"tired{number}", at)
        watch.left(f"tired{number}", at + 60)
    means = []
    for one in (watch, patient):
        busy(one, 2, 10, at + 100)
        predicted = one.predict(at + 120)
        assert predicted is not None
        means.append(predicted.mean)
    assert means[0] < means[1] / 2


def test_what_is_said_learns_from_what_came_of_it() -> None:
    calibration, prediction = Calibration(), Prediction(300, 90_000)
    wide = calibration.range(prediction)
    for _ in range(200):
        calibration.learn(prediction, 420, Range(240, 480))
    narrow = calibration.range(prediction)
    assert narrow is not None
    assert narrow.holds(420)
    assert wide is None or narrow.high - narrow.low < wide.high - wide.low


def test_a_range_too_wide_to_be_of_use_is_not_said() -> None:
    assert Calibration().range(Prediction(300, 300_000)) is None


@given(
    mean=st.floats(1, 10_000),
    deviation=st.floats(0.05, 2),
    waits=st.lists(st.floats(0, 20_000), max_size=600),
)
def test_a_range_is_of_whole_minutes_and_bounded(mean: float, deviation: float, waits: list[float]) -> None:
    calibration = Calibration()
    prediction = Prediction(mean, (deviation * mean) ** 2)
    for wait in waits:
        calibration.learn(prediction, wait, calibration.range(prediction) if len(waits) < 50 else None)
    said = calibration.range(prediction)
    if said is not None:
        assert said.low < said.high
        assert said.low // 60 in SAID
        assert said.high // 60 in SAID
        assert said.high - said.low <= max(240, 0.8 * mean)


events = st.lists(
    st.tuples(st.sampled_from(["join", "connect", "left", "freed", "staff"]), st.integers(0, 6), st.floats(0, 400)),
    max_size=80,
)


@given(events)
def test_no_order_of_events_breaks_it(told: list[tuple[str, int, float]]) -> None:
    watch, at = practised(talks=EVIDENCE)
    for what, who, after in told:
        at += after
        match what:
            case "join":
                watch.joined(str(who), at)
            case "connect":
                watch.connected(str(who), str(who % 3), at)
            case "left":
                watch.left(str(who), at)
            case "freed":
                watch.freed(str(who % 3), at)
            case _:
                watch.staff(who, min(who, 1), at)
        predicted = watch.predict(at)
        assert predicted is None or (predicted.mean > 0 and predicted.variance > 0)
        watch.expect(at, str(who))


def test_ranges_hold_on_a_simulated_day() -> None:
    found = judge(Desk(DAYS["usual"], 7).run())
    assert found.held > 0.75
    assert found.allowed <= 1
    assert found.announced > 0.7
    assert found.error < found.last[0], "better than what the last caller waited"
