"""Satisfaction beside courtesy: what callers answered, and what a firm from outside gave for test calls, by officer or
by quarter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from ivr.records import courtesy
from ivr.records.answer_tables import Answer
from reports.figure import Figure, figure, ratio
from reports.period import Period, midnight
from reports.report import Report, made, named
from reports.topics import UNKNOWN
from reports.wording import ENGINE, Text

COUNTED = "answers to surveys, by the time they were given, and test calls, by their day"
_OUTSIDE: Text = ("entered or imported from outside (ivr courtesy)", "외부 기관의 점수 (ivr courtesy로 입력)")


@dataclass(frozen=True, slots=True)
class Regard:
    """Answers and scores added up. satisfied: very and rather. points: in hundredths, of all items."""

    answers: int = 0
    satisfied: int = 0
    tests: int = 0
    points: int = 0

    def __add__(self, other: Regard) -> Regard:
        """Both together."""
        return Regard(
            self.answers + other.answers,
            self.satisfied + other.satisfied,
            self.tests + other.tests,
            self.points + other.points,
        )


def figures() -> list[Figure[Regard]]:
    """The figures of both."""
    return [
        figure(
            "answers",
            "count",
            ("Answers", "만족도 응답"),
            ("answers to surveys, one a call, desk and question", "설문 응답 (통화·부서·질문마다 하나)"),
            ("", ""),
            ENGINE,
            lambda regard: float(regard.answers),
        ),
        figure(
            "satisfaction",
            "share",
            ("Satisfaction", "만족도"),
            ("very satisfied + rather satisfied ÷ answers", "매우 만족 + 만족 ÷ 응답"),
            ("answers", "응답"),
            ENGINE,
            lambda regard: ratio(regard.satisfied, regard.answers),
        ),
        figure(
            "tests",
            "count",
            ("Test calls", "점검 통화"),
            ("test calls that were scored", "친절도를 매긴 점검 통화"),
            ("", ""),
            _OUTSIDE,
            lambda regard: float(regard.tests),
        ),
        figure(
            "courtesy",
            "points",
            ("Courtesy", "전화친절도"),
            ("points of the eight items ÷ test calls (100 at most)", "여덟 항목 점수의 합 ÷ 점검 통화 (100점 만점)"),
            ("test calls", "점검 통화"),
            _OUTSIDE,
            lambda regard: ratio(regard.points / 100, regard.tests),
        ),
    ]


def report(session: Session, period: Period, by: Literal["agent", "quarter"], names: Mapping[str, str]) -> Report:
    """Both in a period. names: of officers, by extension."""
    found = regards(session, period, by)
    groups = {named(group, names): regard for group, regard in found.items()}
    return made(period, by, COUNTED, figures(), groups, sum(found.values(), Regard()))


def regards(session: Session, period: Period, by: Literal["agent", "quarter"]) -> dict[str, Regard]:
    """What the figures are made of, by officer (extension; "?" is not known) or by quarter ("2026-Q4")."""
    found: dict[str, Regard] = defaultdict(Regard)
    spans = quarters(period) if by == "quarter" else [("", period.start, period.end)]
    counts = select(Answer.agent, func.count(), func.count(case((Answer.answer <= 2, 1)))).group_by(Answer.agent)
    for name, start, end in spans:
        for agent, answers, satisfied in session.execute(counts.where(Answer.at >= start, Answer.at < end)):
            found[name or agent or UNKNOWN] += Regard(answers, satisfied)
    for score in courtesy.listed(session, *days(period)):
        points = sum(getattr(score, f"item{n}") for n in range(1, courtesy.ITEMS + 1))
        found[score.agent if by == "agent" else quarter(score.on)] += Regard(0, 0, 1, points)
    return dict(sorted(found.items()))


def quarter(day: date) -> str:
    """The quarter that a day is in."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def quarters(period: Period) -> Iterator[tuple[str, datetime, datetime]]:
    """The quarters of a period, on the office's clock, as far as they lie in it: name, start, end."""
    start = period.start
    while start < period.end:
        day = start.astimezone(period.zone).date()
        month = day.month + 3 - (day.month - 1) % 3  # in which the next one begins
        after = midnight(date(day.year + month // 13, (month - 1) % 12 + 1, 1), period.zone)
        yield quarter(day), start, min(after, period.end)
        start = after


def days(period: Period) -> tuple[date, date]:
    """The first and the last day of a period, on the office's clock."""
    last: datetime = period.end - timedelta(microseconds=1)
    return period.start.astimezone(period.zone).date(), last.astimezone(period.zone).date()
