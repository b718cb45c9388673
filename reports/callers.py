"""Who calls again: first call resolution, one-stop rate. Callers are known by the keyed hash of their number; calls
without a number count nowhere here.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ScalarSelect, Select, case, func, or_, select
from sqlalchemy.orm import Session

from ivr.records.models import Call, Leg
from ivr.records.outcome import SERVED
from reports import kept, repeats, topics
from reports.contacts import group, group_name, within
from reports.figure import Figure, figure, ratio
from reports.period import Period
from reports.report import CALLS, Report, made, named
from reports.sought import ALL, By, Filter
from reports.wording import CALLERS

RESOLVED = timedelta(days=7)
"""Who calls on the same topic again within this was not helped by the call before."""
ONE_STOP = timedelta(hours=24)
"""Who calls on the same topic again within this didn't reach the right desk in one call."""
_PICKED_UP = or_(Leg.connected_at.is_not(None), Leg.outcome.in_(SERVED))
"""An officer did, though it may not be known when (imported)."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A call of a known caller, and whether he was answered and handed over."""

    who: str
    topic: str
    at: datetime
    answered: bool
    handed_over: bool
    group: str | None
    """None: it began after the period, and only shows who called again."""


@dataclass(frozen=True, slots=True)
class Returns:
    """Answered calls added up: those whose 7 days (24 hours) are over, and how many of them were the last on their
    topic within that; in one stop: without a hand-over besides."""

    week: int = 0
    resolved: int = 0
    day: int = 0
    one_stop: int = 0

    def __add__(self, other: Returns) -> Returns:
        """Both together."""
        return Returns(
            self.week + other.week,
            self.resolved + other.resolved,
            self.day + other.day,
            self.one_stop + other.one_stop,
        )


def figures() -> list[Figure[Returns]]:
    """The figures of calls that were, or weren't, the last on their topic."""
    return [
        figure(
            "fcr",
            "share",
            ("FCR", "1회 해결률"),
            (
                "no further call of the same caller on the same topic within 7 days ÷ answered",
                "같은 사람이 같은 주제로 7일 안에 다시 걸지 않음 ÷ 응대",
            ),
            ("answered calls of known callers whose 7 days are over", "7일이 지난, 발신자를 아는 응대"),
            CALLERS,
            lambda returns: ratio(returns.resolved, returns.week),
        ),
        figure(
            "one_stop",
            "share",
            ("One stop", "원스톱률"),
            (
                "no hand-over, and no second call on the topic within 24 h ÷ answered",
                "이관 없이, 같은 주제로 24시간 안에 다시 걸지 않음 ÷ 응대",
            ),
            ("answered calls of known callers whose 24 h are over", "24시간이 지난, 발신자를 아는 응대"),
            CALLERS,
            lambda returns: ratio(returns.one_stop, returns.day),
        ),
    ]


def report(
    session: Session, period: Period, by: By | None, names: Mapping[str, str], now: datetime, where: Filter = ALL
) -> Report:
    """Who called again in a period. Repeat callers are told of calls as a whole only: a caller can be one of many
    groups, and has no desk."""
    found = returns(session, period, by, now, where)
    whole = sum(found.values(), Returns())
    if by or where.about_legs():
        groups = {named(name, names): of for name, of in found.items()} if by else {}
        return made(period, by, CALLS, figures(), groups, whole)
    again = sum(repeats.by_month(session, period, where).values(), repeats.Repeats())
    values = [*(one.value(whole) for one in figures()), *(one.value(again) for one in repeats.figures())]
    return Report(period, None, CALLS, [*figures(), *repeats.figures()], {}, values)


def returns(session: Session, period: Period, by: By | None, now: datetime, where: Filter = ALL) -> dict[str, Returns]:
    """What FCR and one-stop rate of a period's calls are made of, by group as reports.queries.tallies calls them.

    now: calls whose time isn't over by then are left out. A call's desk and agent are those that picked up last.
    """
    known = kept.kept_returns(session, period, by, now)
    found = kept.returns(session, known, period, by, where)
    sums = {name: Returns(*numbers) for name, numbers in found.items()}
    for start, end in known.live:
        span = Period(start, end, period.zone)
        for name, more in judged(_visits(session, span, _groups(session, span, by, where)), now).items():
            sums[name] = sums.get(name, Returns()) + more
    return dict(sorted(sums.items()))


def returns_apart(session: Session, period: Period, now: datetime) -> dict[str, Returns]:
    """The same, by everything it is ever asked by at once: JSON of when the call began, and of kept.DIMENSIONS."""
    bys: Sequence[By] = ("line", "topic", "desk", "agent", "language")
    groups = [group(by, Call.started_at) for by in bys]
    calls = select(Call.id, Call.started_at, *groups).where(*within(Call.started_at, period), Call.who.is_not(None))
    calls = calls.join(Leg, (Leg.call == Call.id) & (Leg.n == _last_leg()))
    names = {call: json.dumps([at.isoformat(), *values]) for call, at, *values in session.execute(calls)}
    return judged(_visits(session, period, names), now)


def judged(visits: Iterable[Visit], now: datetime) -> dict[str, Returns]:
    """Which of these were the last on their topic, groups in order."""
    ways: dict[tuple[str, str], list[Visit]] = defaultdict(list)
    for visit in sorted(visits, key=lambda visit: visit.at):
        ways[visit.who, visit.topic].append(visit)
    found: dict[str, Counter[tuple[bool, ...]]] = defaultdict(Counter)
    for way in ways.values():
        for visit, following in [*pairwise(way), (way[-1], None)]:
            if visit.group is None or not visit.answered:
                continue
            after = following.at - visit.at if following else timedelta.max
            week, day = now - visit.at >= RESOLVED, now - visit.at >= ONE_STOP
            alone = day and after > ONE_STOP and not visit.handed_over
            found[visit.group][week, week and after > RESOLVED, day, alone] += 1
    return {
        name: Returns(*(sum(n * of[place] for of, n in kinds.items()) for place in range(4)))
        for name, kinds in sorted(found.items())
    }


def _visits(session: Session, period: Period, names: Mapping[str, str]) -> Iterable[Visit]:
    """The answered calls of the period, and all others of callers who called twice, also soon after. What a call was
    about takes longest to find out: of a caller's only call it doesn't matter. names: the group of each that is wanted.
    """
    soon = (Call.started_at >= period.start, Call.started_at < period.end + RESOLVED, Call.who.is_not(None))
    twice = select(Call.who).where(*soon).group_by(Call.who).having(func.count() > 1)
    handed = func.max(case((Leg.outcome == "handed_over", 1), else_=0))
    own = (Call.id, Call.who, Call.started_at)
    legs = select(*own, handed).join(Leg, Leg.call == Call.id).where(*within(Call.started_at, period), _PICKED_UP)
    answered = {row[0]: row for row in session.execute(legs.where(Call.who.is_not(None)).group_by(*own))}
    for call, who, at, topic in session.execute(select(*own, topics.topic()).where(*soon, Call.who.in_(twice))):
        picked_up = answered.pop(call, None)
        handed_over = bool(picked_up and picked_up[3])
        yield Visit(who or "", topic, at, picked_up is not None, handed_over, names.get(call))
    for call, who, at, handed_over in answered.values():
        yield Visit(who or "", "", at, True, bool(handed_over), names.get(call))


def _groups(session: Session, period: Period, by: By | None, where: Filter) -> dict[str, str]:
    """The group of each call of the period that is wanted."""
    calls = select(Call.id, group(by, Call.started_at)).where(*within(Call.started_at, period), *where.all())
    if by in ("desk", "agent") or where.about_legs():
        calls = calls.outerjoin(Leg, (Leg.call == Call.id) & (Leg.n == _last_leg()))
    return {call: group_name(by, value, period) for call, value in _pairs(session, calls)}


def _last_leg() -> ScalarSelect[int]:
    """The leg of `Call` that an officer picked up last."""
    last = select(Leg.n).where(Leg.call == Call.id, _PICKED_UP).order_by(Leg.n.desc()).limit(1)
    return last.correlate(Call).scalar_subquery()


def _pairs(session: Session, statement: Select[Any, Any]) -> Iterator[tuple[Any, Any]]:
    return ((one, two) for one, two in session.execute(statement))
