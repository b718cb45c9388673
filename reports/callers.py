"""Who calls again: first call resolution, one-stop rate. Callers are known by the keyed hash of their number; calls
without a number count nowhere here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Select, case, func, or_, select
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
    group: Hashable | None
    """None: it isn't counted, and only shows who called again."""


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
    sums = defaultdict(Returns, {name: Returns(*numbers) for name, numbers in found.items()})
    for start, end in known.live:
        counted = of_calls(session, Period(start, end, period.zone), [by] if by else [], now, where)
        for values, more in counted.items():
            sums[group_name(by, values[0], period) if by else ""] += more
    return dict(sorted(sums.items()))


def of_calls(
    session: Session, period: Period, bys: Sequence[By], now: datetime, where: Filter = ALL
) -> dict[tuple[Any, ...], Returns]:
    """The same counted of the calls, by the values of some groups at once."""
    # how often each called is joined: behind NOT IN, PostgreSQL's plan for any parameters counts it anew for each call
    soon = (Call.started_at >= period.start, Call.started_at < period.end + RESOLVED, Call.who.is_not(None))
    each = select(Call.who, func.count().label("calls")).where(*soon).group_by(Call.who).subquery()
    wanted = _answered(period, bys, where).join(each, each.c.who == Call.who)
    found: dict[tuple[Any, ...], Returns] = defaultdict(Returns)
    # of most callers there is one call: those are counted where they are
    week, day = (case((Call.started_at <= now - span, 1), else_=0) for span in (RESOLVED, ONE_STOP))
    alone = wanted.add_columns(week, day).where(each.c.calls == 1).subquery()
    _, *kinds = alone.c
    for *values, handed, over, day_over, calls in session.execute(select(*kinds, func.count()).group_by(*kinds)):
        one_stop = calls if day_over and not handed else 0
        found[tuple(values)] += Returns(calls * over, calls * over, calls * day_over, one_stop)
    often = session.execute(wanted.where(each.c.calls > 1))
    answered = {call: (tuple(values), handed) for call, *values, handed in often}
    again = select(Call.id, Call.who, Call.started_at, topics.topic()).join(each, each.c.who == Call.who)
    again = again.where(*soon, each.c.calls > 1)
    for values, more in judged(_visits(session, again, answered), now).items():
        found[values] += more
    return found


def judged(visits: Iterable[Visit], now: datetime) -> dict[Any, Returns]:
    """Which of these were the last on their topic, by group."""
    ways: dict[tuple[str, str], list[Visit]] = defaultdict(list)
    for visit in sorted(visits, key=lambda visit: visit.at):
        ways[visit.who, visit.topic].append(visit)
    found: dict[Hashable, Counter[tuple[bool, ...]]] = defaultdict(Counter)
    for way in ways.values():
        for visit, following in [*pairwise(way), (way[-1], None)]:
            if visit.group is None or not visit.answered:
                continue
            after = following.at - visit.at if following else timedelta.max
            week, day = now - visit.at >= RESOLVED, now - visit.at >= ONE_STOP
            alone = day and after > ONE_STOP and not visit.handed_over
            found[visit.group][week, week and after > RESOLVED, day, alone] += 1
    return {
        group: Returns(*(sum(n * of[place] for of, n in kinds.items()) for place in range(4)))
        for group, kinds in found.items()
    }


def _visits(
    session: Session, calls: Select[Any, Any, Any, Any], answered: Mapping[str, tuple[Any, bool]]
) -> Iterator[Visit]:
    """These calls (id, caller, beginning, topic); answered: group, and whether it was handed over, by id."""
    for call, who, at, topic in session.execute(calls):
        group, handed_over = answered.get(call, (None, False))
        yield Visit(who, topic, at, call in answered, bool(handed_over), group)


def _answered(period: Period, bys: Sequence[By], where: Filter) -> Select[Any]:
    """The answered calls of the period that are wanted: id, the values of their groups, whether one was handed over.

    Of each call the legs are looked for on their own: PostgreSQL makes of EXISTS a walk through the legs of all years.
    """
    legs = select(Leg.n).where(Leg.call == Call.id, _PICKED_UP).correlate(Call)
    handed = legs.with_only_columns(func.max(case((Leg.outcome == "handed_over", 1), else_=0))).scalar_subquery()
    groups = [group(by, Call.started_at) for by in bys]
    wanted = (*within(Call.started_at, period), *where.all(), Call.who.is_not(None))
    calls = select(Call.id, *groups, handed).where(*wanted)
    if not where.about_legs() and not {"desk", "agent"} & set(bys):
        return calls.where(handed.is_not(None))
    last = legs.order_by(Leg.n.desc()).limit(1).scalar_subquery()
    return calls.join(Leg, (Leg.call == Call.id) & (Leg.n == last))
