"""The forecast of a month as people read it: a table, bars, peaks, petitions, and how each figure is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from ivr.office.outlook import SLOT_MIN, Outlook
from ivr.office.peaks import LEAST, PEAK, Peak
from ivr.records.history import ALL, SHORT_TALK_S, Answerable
from reports.calendar import KNOWN_PEAK
from reports.table import aligned, width

CASE = "case/"
BARS = 40
"""Cells of the longest bar."""

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

FORMULAS = f"""\
Expected    calls of the same weeks of last year (52 weeks before, neighbouring working days weighed in, freed from
            what their weekdays are worth) × trend; without last year: the mean of the last eight weeks
Trend       (calls of the last eight weeks + 100) ÷ (the same weeks of last year + 100), at a like number of working
            days; at most 3 times
Usual day   median of the working days of the last 52 weeks × trend
Peak        a working day with {PEAK:g} times the usual, {LEAST:g} calls above it and more than chance brings (3√usual)
Answerable  of the calls that ended in the same weeks of last year (else in the last eight weeks): those settled without
            a desk (self-service, left informed), or by one desk within {SHORT_TALK_S} s of talk, ÷ all of the topic.
            An upper bound: not every one of them would have been content with a notice."""


@dataclass(frozen=True, slots=True)
class Naming:
    """What people call things: `topic` gives a topic's title, `day_off` the name of a day off (None: there is none),
    `known_peaks` the peaks that the calendar names on a day."""

    topic: Callable[[str], str]
    day_off: Callable[[date], str | None]
    known_peaks: Callable[[date], Sequence[str]]


def told(
    outlooks: Sequence[Outlook],
    shown: Outlook,
    found: Sequence[Peak],
    answerable: Mapping[str, Answerable],
    naming: Naming,
) -> str:
    """The whole report; `shown`: the one whose days are drawn; `found`: peaks of all."""
    parts = [
        _calls([one for one in outlooks if not one.topic.startswith(CASE)], answerable, naming),
        f"{naming.topic(shown.topic)}, day by day\n{bars(shown, found, naming)}",
        "Peaks\n" + ("\n".join(_peak(peak, naming) for peak in found) or "none expected"),
        _petitions([one for one in outlooks if one.topic.startswith(CASE)], naming),
        FORMULAS,
    ]
    return "\n\n".join(part for part in parts if part)


def bars(outlook: Outlook, found: Sequence[Peak], naming: Naming) -> str:
    """A bar for each day, peaks marked, days off named."""
    totals = outlook.expected.sum(1)
    most = max(float(totals.max()), 1.0)
    high = {day for day in outlook.days for p in found if p.topic == outlook.topic and p.first <= day <= p.last}
    lines = []
    for day, calls in zip(outlook.days, totals, strict=True):
        bar = "█" * round(BARS * calls / most)
        words = [f"{calls:,.0f}"] if calls >= 0.5 else []
        if day in high:
            words.append("▲ peak")
        words += [f"{KNOWN_PEAK} {told}" for told in naming.known_peaks(day)]
        off = naming.day_off(day)
        lines.append(" ".join([str(day), _WEEKDAYS[day.weekday()], bar, *words, *([off] if off else [])]).rstrip())
    return "\n".join(lines)


def svg(outlook: Outlook, title: str) -> str:
    """The days of an outlook as a drawing of its own (SVG 1.1), needing nothing from anywhere."""
    totals = [float(n) for n in outlook.expected.sum(1)]
    most, step, height = max([*totals, 1.0]), 26, 200
    drawn = []
    for n, (day, calls) in enumerate(zip(outlook.days, totals, strict=True)):
        x, tall = 20 + n * step, height * calls / most
        drawn.append(
            f'<rect x="{x}" y="{40 + height - tall:.1f}" width="{step - 6}" height="{tall:.1f}" fill="#2f6f9f">'
            f"<title>{day}: {calls:.0f}</title></rect>"
            f'<text x="{x + 10}" y="{36 + height - tall:.1f}">{calls:.0f}</text>'
            f'<text x="{x + 10}" y="{56 + height}">{day.day}</text>'
        )
    wide = 40 + step * len(totals)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{height + 70}" font-family="sans-serif"'
        f' font-size="9" text-anchor="middle"><rect width="100%" height="100%" fill="#ffffff"/>'
        f'<text x="20" y="18" font-size="13" text-anchor="start">{escape(title)}</text>{"".join(drawn)}</svg>\n'
    )


def busiest(peak: Peak) -> str:
    """The busiest half-hour of a peak's worst day, by the wall clock: 15:00–15:30."""
    start, end = peak.slot * SLOT_MIN, (peak.slot + 1) * SLOT_MIN
    return f"{start // 60:02}:{start % 60:02}–{end // 60:02}:{end % 60:02}"


def _calls(outlooks: Sequence[Outlook], answerable: Mapping[str, Answerable], naming: Naming) -> str:
    titles = ["Topic", "Expected", "Last year", "Trend", "Usual day", "Busiest day", "Answerable"]
    rows = []
    for one in outlooks:
        totals = one.expected.sum(1)
        top = one.days[int(totals.argmax())]
        share = answerable.get(one.topic)
        rows.append(
            [
                naming.topic(one.topic),
                f"{totals.sum():,.0f}",
                "–" if one.before is None else f"{one.before:,.0f}",
                _trend(one),
                f"{one.usual:,.0f}",
                f"{totals.max():,.0f} on {top} {_WEEKDAYS[top.weekday()]}",
                f"{share.settled / share.ended:.0%}" if share and share.ended else "–",
            ]
        )
    return aligned(titles, rows, numbers=True)


def _petitions(outlooks: Sequence[Outlook], naming: Naming) -> str:
    """Early warning (민원조기경보): the petitions of the month."""
    rows = [
        [
            naming.topic(one.topic),
            f"{one.expected.sum():,.0f}",
            "–" if one.before is None else f"{one.before:,.0f}",
            _trend(one),
        ]
        for one in outlooks
    ]
    return aligned(["Petitions (조기경보)", "Expected", "Last year", "Trend"], rows, numbers=True) if rows else ""


def _trend(one: Outlook) -> str:
    return f"{100 * (one.growth - 1):+.0f} %" if one.basis == "year" else "8 weeks"


def _peak(peak: Peak, naming: Naming) -> str:
    days = str(peak.first) if peak.first == peak.last else f"{peak.first} to {peak.last}"
    title = naming.topic(peak.topic)
    return (
        f"▲ {days:24} {title}{' ' * max(0, 30 - width(title))} {peak.calls:,.0f} calls on {peak.worst}, usual "
        f"{peak.usual:,.0f}; most at {busiest(peak)}"
    )


def names(topic: str, titles: Mapping[str, str]) -> str:
    """A topic's title with its id: `전입학 (flow/transfers)`; `titles` by topic."""
    if topic == ALL:
        return "All calls"
    return f"{titles[topic]} ({topic})" if topic in titles else topic
