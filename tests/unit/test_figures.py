"""Figures and periods, counted by hand."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reports import callers, courtesy, drop_off, effect, giving_up, petitions, promised, repeats, waits
from reports.contact import RESULTS, Contact
from reports.figure import Figure
from reports.figures import figures
from reports.period import between
from reports.table import aligned, spreadsheet, width
from reports.tally import EDGES_S, NAMES, Tally

DAY = [
    Contact("answered", 5.0, 60.0, direct=True, queued=True),
    Contact("answered", 20.0, 120.0, direct=True, queued=True),
    Contact("answered", 20.001, None, handed_over=True, queued=True),
    Contact("answered", 35.0, 30.0, queued=True),
    Contact("abandoned", 90.001, queued=True),
    Contact("short_abandoned", 5.0, queued=True),
    Contact("overflowed", 70.0, queued=True),
    Contact("failed", 40.0, queued=True),
    Contact("failed"),
    Contact("message_instead", 50.0, queued=True),
    Contact("message_instead"),
    Contact("left_informed"),
    Contact("self_service"),
    Contact("told_closed"),
    Contact("told_closed"),
    Contact("told_closed"),
    Contact("left_menu"),
    Contact("left_menu"),
    Contact("in_progress"),
    Contact("in_progress", queued=True),
]


def test_figures_of_a_day_counted_by_hand() -> None:
    values = {figure.key: figure.value(Tally.of(DAY)) for figure in figures()}
    assert values.pop("asa_s") == pytest.approx((5 + 20 + 20.001 + 35) / 4)
    assert values == {
        "received": 20,
        "offered": 10,
        "answered": 4,
        "abandoned": 1,
        "short_abandoned": 1,
        "overflowed": 1,
        "failed": 2,
        "message_instead": 2,
        "left_informed": 1,
        "self_service": 1,
        "told_closed": 3,
        "left_menu": 2,
        "in_progress": 2,
        "queued": 9,
        "answer_rate": 4 / 10,
        "service_level": 2 / 10,
        "abandonment": 1 / 8,
        "longest_wait_s": 90.001,
        "direct_handling": 2 / 4,
        "transfer_rate": 1 / 4,
        "talk_s": (60 + 120 + 30) / 3,
    }


def test_the_threshold_of_the_service_level_is_in_its_words_and_its_sum() -> None:
    (level,) = [figure for figure in figures(10) if figure.key == "service_level"]
    assert level.value(Tally.of(DAY)) == 1 / 10
    assert "10 s" in level.title
    assert "10 s" in level.formula


def test_nothing_out_of_nothing_is_no_figure() -> None:
    values = {figure.key: figure.value(Tally()) for figure in figures()}
    assert [values[k] for k in ("answer_rate", "service_level", "asa_s", "talk_s")] == [None] * 4
    assert values["offered"] == 0


def test_a_threshold_that_no_band_ends_at_is_refused() -> None:
    with pytest.raises(ValueError, match="25 s is no edge"):
        figures(25)


def test_waits_are_shared_out_to_bands() -> None:
    tally = Tally.of(DAY)
    assert EDGES_S[:5] == (5, 10, 15, 20, 30)
    assert tally.answered_after == (1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0)
    assert tally.gave_up_after == (1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0)
    assert tally.unanswered_after == (0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("cut", range(len(DAY) + 1))
def test_a_tally_is_the_sum_of_its_parts(cut: int) -> None:
    assert Tally.of(DAY[:cut]) + Tally.of(DAY[cut:]) == Tally.of(DAY)
    assert NAMES[:11] == RESULTS


def test_every_ratio_names_its_denominator_and_every_figure_its_source() -> None:
    for figure in figures():
        assert figure.formula
        assert figure.source
        assert bool(figure.denominator) == (figure.unit != "count")
        assert all([figure.ko.title, figure.ko.formula, figure.ko.source])
        assert bool(figure.ko.denominator) == (figure.unit != "count")


SEOUL, BERLIN = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)  # 21 November, 01:30 in Seoul


@pytest.mark.parametrize(
    ("first", "last", "zone", "start", "end"),
    [
        (None, None, SEOUL, "2026-11-20T15:00", "2026-11-21T15:00"),
        ("2026-11-01", "2026-11-01", SEOUL, "2026-10-31T15:00", "2026-11-01T15:00"),
        (None, "2026-11-01", SEOUL, "2026-10-31T15:00", "2026-11-01T15:00"),
        ("2026-11-19", None, SEOUL, "2026-11-18T15:00", "2026-11-21T15:00"),
        ("2026-11-01T09:00", "2026-11-01T09:30", SEOUL, "2026-11-01T00:00", "2026-11-01T00:30"),
        (None, "2026-11-01T09:30", SEOUL, "2026-10-31T15:00", "2026-11-01T00:30"),
        ("2026-03-29", "2026-03-29", BERLIN, "2026-03-28T23:00", "2026-03-29T22:00"),
        ("2026-10-25", "2026-10-25", BERLIN, "2026-10-24T22:00", "2026-10-25T23:00"),
    ],
)
def test_periods_follow_the_wall_clock(
    first: str | None, last: str | None, zone: ZoneInfo, start: str, end: str
) -> None:
    period = between(first, last, zone, NOW)
    assert [f"{t:%Y-%m-%dT%H:%M}" for t in (period.start, period.end)] == [start, end]
    assert period.start.tzinfo is UTC


@pytest.mark.parametrize(
    ("first", "last"),
    [("yesterday", None), ("2026-13-01", None), ("2026-11-02", "2026-11-01"), ("2026-11-21T09:00Z", None)],
)
def test_a_period_that_is_none_says_why(first: str | None, last: str | None) -> None:
    with pytest.raises(ValueError, match=r"neither a day|is empty|carries a zone"):
        between(first, last, SEOUL, NOW)


def test_every_figure_says_the_same_in_both_languages() -> None:
    every: list[Figure[Any]] = [*figures(), *giving_up.figures(), *drop_off.figures()]
    every += [*callers.figures(), *repeats.figures()]
    every += [*petitions.figures(), *promised.figures(), *courtesy.figures(), *effect.figures(), *waits.row_figures()]
    for figure in every:
        assert re.search("[가-힣]", figure.ko.title + figure.ko.formula + figure.ko.source), figure.key
        assert not re.search("[가-힣]", figure.en.title), figure.key
        assert bool(figure.ko.denominator) == bool(figure.en.denominator) == (figure.unit != "count"), figure.key
        for text in (figure.en.formula, figure.ko.formula):
            assert ("÷" in text) <= (figure.unit != "count"), figure.key


def test_hangul_takes_two_cells_and_columns_still_meet() -> None:
    assert [width(text) for text in ("abc", "상담실", "é", "e\u0301")] == [3, 6, 1, 1]
    lines = aligned(["desk", "n"], [["상담실", "1"], ["ab", "100"]], numbers=True).split("\n")
    assert lines == ["desk      n", "상담실    1", "ab      100"]
    assert len({width(line) for line in lines}) == 1


def test_a_spreadsheet_is_given_no_formulas() -> None:
    cells = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "a=1", "상담실", 'say "a", b']
    out = spreadsheet(["t"], [[cell] for cell in cells])
    assert out.startswith("t\r\n'=1+1\r\n'+1\r\n'-1\r\n'@x\r\n'\tx\r\n")
    assert out.endswith('a=1\r\n상담실\r\n"say ""a"", b"\r\n')
