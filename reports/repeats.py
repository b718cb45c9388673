"""Who calls often: known callers of a calendar month, and those who called three times or more in it.

A month, whatever period is asked for: three calls in a year say nothing, and figures of different lengths could not be
compared. A period is the sum of its months, so a caller of two months counts in both; of a month that lies in it in
part only that part counts. Callers are known by the keyed hash of their number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from ivr.records.models import Call
from ivr.records.tally_tables import CONTACT_TALLIES, TallyBook
from reports.contacts import group_name, within
from reports.figure import Figure, figure, ratio
from reports.kept import counted
from reports.period import Period
from reports.sought import ALL, Filter
from reports.spans import following, months
from reports.wording import CALLERS, Text

OFTEN = 3
"""Calls in a month that make a repeat caller."""

NUMBERS = ("callers", "repeated", "calls", "repeated_calls")
"""The numbers that are kept of a month, in the order of their columns."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """Known callers, those among them who called OFTEN times or more, and the calls of both; of some months."""

    callers: int = 0
    repeated: int = 0
    calls: int = 0
    repeated_calls: int = 0

    def __add__(self, other: Repeats) -> Repeats:
        """Of the months of both."""
        return Repeats(
            self.callers + other.callers,
            self.repeated + other.repeated,
            self.calls + other.calls,
            self.repeated_calls + other.repeated_calls,
        )


def figures() -> list[Figure[Repeats]]:
    """The figures of callers."""
    known: Text = ("callers who sent a number", "발신번호가 있는 발신자")
    return [
        figure(
            "callers",
            "count",
            ("Callers", "발신자"),
            (
                "different callers of a calendar month who sent a number; of a period the sum of its months",
                "한 달 동안의 서로 다른 발신자(발신번호가 있는 경우), 기간은 달마다 센 것의 합",
            ),
            ("", ""),
            CALLERS,
            lambda repeats: float(repeats.callers),
        ),
        figure(
            "repeat_callers",
            "count",
            ("Repeat callers", "반복 발신자"),
            (f"callers with {OFTEN} calls or more in a calendar month", f"한 달 안에 {OFTEN}번 이상 건 발신자"),
            ("", ""),
            CALLERS,
            lambda repeats: float(repeats.repeated),
        ),
        figure(
            "repeat_share",
            "share",
            ("Repeat share", "반복 발신자 비율"),
            ("repeat callers ÷ callers", "반복 발신자 ÷ 발신자"),
            known,
            CALLERS,
            lambda repeats: ratio(repeats.repeated, repeats.callers),
        ),
        figure(
            "repeat_calls",
            "share",
            ("Their calls", "반복 발신 통화 비율"),
            ("calls of repeat callers ÷ calls of known callers", "반복 발신자의 통화 ÷ 발신자를 아는 통화"),
            ("calls whose caller sent a number", "발신번호가 있는 통화"),
            CALLERS,
            lambda repeats: ratio(repeats.repeated_calls, repeats.calls),
        ),
    ]


def by_month(session: Session, period: Period, where: Filter = ALL) -> dict[str, Repeats]:
    """The known callers of each calendar month of a period, "2026-11", as far as it lies in it.

    where: line and topic count, desk and agent don't.
    """
    known = {} if where.about_calls() else _kept(session, period)
    found = {}
    for start, end in months(period):
        of = known[start] if start in known else of_calls(session, Period(start, end, period.zone), where)
        found[group_name("month", start, period)] = of
    return found


def of_calls(session: Session, period: Period, where: Filter = ALL) -> Repeats:
    """The known callers of a period within one month, counted of its calls."""
    wanted = (*within(Call.started_at, period), *where.about_calls(), Call.who.is_not(None))
    each = select(func.count().label("calls")).where(*wanted).group_by(Call.who).select_from(Call).subquery()
    often = case((each.c.calls >= OFTEN, each.c.calls))
    counts = select(func.count(), func.count(often), func.sum(each.c.calls), func.sum(often))
    return Repeats(*(int(count or 0) for count in session.execute(counts).one()))


def _kept(session: Session, period: Period) -> dict[datetime, Repeats]:
    """The whole months of a period that are kept (reports.returned), by their beginning.

    One that begins before what is closed stays as it was: its calls may be gone.
    """
    book = session.get(TallyBook, 1, populate_existing=True)
    if book is None or book.zone != period.zone.key:
        return {}
    known = counted(session, book, period, "repeats")
    ends = {month: following("month", month, period.zone) for month in known.rolled["month"]}
    whole = [(month, end) for month, end in ends.items() if end <= period.end]
    fresh = [month for month, end in whole if month < (book.closed or month) or known.is_fresh(month, end)]
    of = CONTACT_TALLIES.c
    rows = select(of.starts_at, *(of[f"n{place}"] for place in range(len(NUMBERS))))
    rows = rows.where(of.grain == "month", of.of == "repeat", of.starts_at.in_(fresh))
    return {month: Repeats(*map(int, numbers)) for month, *numbers in session.execute(rows)}
