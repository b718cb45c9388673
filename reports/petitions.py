"""Cases by desk or by school: what came, complaints (고충) and praise (칭찬) among it, and deadlines kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from callback.status import FINAL
from ivr.language.cases import CaseType
from ivr.records.case_tables import Case, CaseEvent
from reports.figure import Figure, figure, ratio
from reports.period import Period
from reports.report import Report, made, named
from reports.topics import UNKNOWN
from reports.wording import CASES, Text

COUNTED = "cases, by their receipt; deadlines, by the time they fell; desk: the one in charge now"
COMPLAINT, PRAISE = "고충", "칭찬"
"""What the name of a type of cases.yaml has in it that is of that kind."""
WITHDRAWN = "취하"


@dataclass(frozen=True, slots=True)
class Petitions:
    """Cases added up. due: deadlines that fell, not of withdrawn cases; kept: of those, final by then."""

    received: int = 0
    complaints: int = 0
    praise: int = 0
    due: int = 0
    kept: int = 0

    def __add__(self, other: Petitions) -> Petitions:
        """Both together."""
        return Petitions(
            self.received + other.received,
            self.complaints + other.complaints,
            self.praise + other.praise,
            self.due + other.due,
            self.kept + other.kept,
        )


def figures() -> list[Figure[Petitions]]:
    """The figures of cases."""
    return [
        _count("received", ("Cases", "민원"), ("cases received", "접수된 민원"), "received"),
        _count(
            "complaints",
            ("Complaints", "고충"),
            ("cases received of a type named 고충", "이름에 고충이 든 종류의 접수 민원"),
            "complaints",
        ),
        _count(
            "praise",
            ("Praise", "칭찬"),
            ("cases received of a type named 칭찬", "이름에 칭찬이 든 종류의 접수 민원"),
            "praise",
        ),
        _count(
            "due",
            ("Due", "기한 도래"),
            (
                "cases whose deadline (extensions and supplements reckoned in) fell in the period, withdrawn ones left "
                "out",
                "기한(연장·보완 반영)이 기간 안에 온 민원 (취하는 빼고)",
            ),
            "due",
        ),
        _count(
            "late",
            ("Late", "기한 넘김"),
            ("of these, not final by their deadline", "그 가운데 기한까지 끝나지 않은 것"),
            "",
        ),
        figure(
            "deadlines_kept",
            "share",
            ("Kept", "기한 준수율"),
            ("final by the deadline ÷ due", "기한까지 끝남 ÷ 기한 도래"),
            ("due", "기한 도래"),
            CASES,
            lambda petitions: ratio(petitions.kept, petitions.due),
        ),
    ]


def report(
    session: Session,
    period: Period,
    by: Literal["desk", "school"],
    types: Mapping[str, CaseType],
    names: Mapping[str, str],
    now: datetime,
) -> Report:
    """The cases of a period. types: of cases.yaml. names: of desks, by id. now: later deadlines haven't fallen yet."""
    found = petitions(session, period, by, types, now)
    groups = {named(group, names) if by == "desk" else group: of for group, of in found.items()}
    return made(period, by, COUNTED, figures(), groups, sum(found.values(), Petitions()))


def petitions(
    session: Session, period: Period, by: Literal["desk", "school"], types: Mapping[str, CaseType], now: datetime
) -> dict[str, Petitions]:
    """What the figures are made of, by desk in charge or by school ("?": none was told), in order."""
    group = Case.desk if by == "desk" else Case.school
    found: dict[str, Petitions] = defaultdict(Petitions)
    came = Case.received_at >= period.start, Case.received_at < period.end
    counts = select(group, Case.type, func.count()).where(*came).group_by(group, Case.type)
    for name, kind, count in session.execute(counts):
        said = types[kind].name if kind in types else ""
        found[name or UNKNOWN] += Petitions(count, count * (COMPLAINT in said), count * (PRAISE in said))
    fell = Case.deadline >= period.start, Case.deadline < min(period.end, now), Case.status != WITHDRAWN
    those = CaseEvent.receipt.in_(select(Case.receipt).where(*fell))
    ended = select(CaseEvent.receipt, func.min(CaseEvent.at).label("at")).where(CaseEvent.to_status.in_(FINAL), those)
    ends = ended.group_by(CaseEvent.receipt).subquery()
    kept = func.count(case((ends.c.at <= Case.deadline, 1)))
    cases = select(group, func.count(), kept).outerjoin(ends, ends.c.receipt == Case.receipt).where(*fell)
    for name, due, done in session.execute(cases.group_by(group)):
        found[name or UNKNOWN] += Petitions(due=due, kept=done)
    return dict(sorted(found.items()))


def _count(key: str, title: Text, formula: Text, name: str) -> Figure[Petitions]:
    def value(of: Petitions) -> float:
        return float(getattr(of, name) if name else of.due - of.kept)

    return figure(key, "count", title, formula, ("", ""), CASES, value)
