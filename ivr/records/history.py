"""What came in the past, by topic: the counts that a forecast is made from.

A **topic** is what calls can be told apart by:

    ""            all calls, by their start
    line/NUMBER   calls to a line, by their start
    desk/NAME     entries at a desk, by the time they joined its queue
    flow/NAME     calls that came into a flow other than the one they began in, by their start
    case/TYPE     petitions of a type of cases.yaml, by their receipt
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, distinct, extract, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ivr.records.case_tables import Case
from ivr.records.models import Call, Leg, Step

ALL = ""
QUARTER_S = 900
"""Counts are by quarters of an hour: every zone's half-hours are made of whole ones."""

SHORT_TALK_S = 60
"""A conversation so short told one fact."""

SETTLED = ("self_service", "left_informed")
"""Outcomes of calls that needed nobody."""

Count = tuple[str, int, int]
"""Topic, beginning of the quarter of an hour (seconds since the epoch), how many."""


@dataclass(frozen=True, slots=True)
class Answerable:
    """Calls of a topic that have ended, and those among them that one fact settled: without a desk, or within a
    conversation of SHORT_TALK_S at most."""

    ended: int
    settled: int


def counts(session: Session, since: datetime, until: datetime) -> Iterator[Count]:
    """How many came from `since` until `until`, by topic and quarter of an hour. Raises StoreUnavailable."""
    started = quarter_of(session, Call.started_at)
    within = (Call.started_at >= since, Call.started_at < until)
    rows = session.execute(select(started, Call.line, func.count()).where(*within).group_by(started, Call.line))
    everything: Counter[int] = Counter()
    for quarter, line, count in rows:
        everything[int(quarter)] += count
        if line:
            yield f"line/{line}", int(quarter), count
    yield from ((ALL, quarter, count) for quarter, count in sorted(everything.items()))
    queued = quarter_of(session, Leg.queued_at)
    entries = select(Leg.desk, queued, func.count()).where(Leg.queued_at >= since, Leg.queued_at < until)
    yield from _told("desk", session, entries.group_by(Leg.desk, queued))
    flows = select(Step.flow, started, func.count(distinct(Step.call))).join(Call, Call.id == Step.call)
    yield from _told("flow", session, flows.where(*within, Step.flow != Call.flow).group_by(Step.flow, started))
    received = quarter_of(session, Case.received_at)
    cases = select(Case.type, received, func.count()).where(Case.received_at >= since, Case.received_at < until)
    yield from _told("case", session, cases.group_by(Case.type, received))


def answerable(session: Session, since: datetime, until: datetime) -> dict[str, Answerable]:
    """How many calls one fact settled, by topic (all, flows, desks), of those begun from `since` to `until`.

    Raises StoreUnavailable.
    """
    talked = extract("epoch", Leg.left_at) - extract("epoch", Leg.connected_at)
    legs = (
        select(Leg.call, func.max(case((Leg.connected_at.is_not(None), talked))).label("talk"), func.count().label("n"))
        .join(Call, Call.id == Leg.call)
        .where(Call.started_at >= since, Call.started_at < until)
        .group_by(Leg.call)
        .subquery()
    )
    short = (Call.outcome == "answered") & (legs.c.n == 1) & (legs.c.talk <= SHORT_TALK_S)
    settled = func.sum(case((Call.outcome.in_(SETTLED) | short, 1), else_=0))
    calls = select(func.count(), settled).outerjoin(legs, legs.c.call == Call.id)
    ended = (Call.started_at >= since, Call.started_at < until, Call.outcome != "in_progress")
    found = {ALL: Answerable(*(int(n or 0) for n in session.execute(calls.select_from(Call).where(*ended)).one()))}
    ways = {
        "flow": select(Step.flow.label("name"), Step.call.label("call")).distinct().subquery(),
        "desk": select(Leg.desk.label("name"), Leg.call.label("call")).distinct().subquery(),
    }
    for kind, way in ways.items():
        rows = session.execute(
            select(way.c.name, func.count(), settled)
            .select_from(way)
            .join(Call, Call.id == way.c.call)
            .outerjoin(legs, legs.c.call == Call.id)
            .where(*ended)
            .group_by(way.c.name)
        )
        found |= {f"{kind}/{name}": Answerable(int(count), int(done or 0)) for name, count, done in rows}
    return found


def _told(kind: str, session: Session, statement: Any) -> Iterator[Count]:
    yield from ((f"{kind}/{name}", int(quarter), count) for name, quarter, count in session.execute(statement))


def quarter_of(session: Session, time: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """Beginning of a time's quarter of an hour, in seconds since the epoch. SQLite may lack floor(); its seconds are
    whole, and its division of them is too."""
    seconds = extract("epoch", time)
    if session.get_bind().dialect.name == "sqlite":
        return (seconds - seconds % QUARTER_S).label("quarter")
    return (func.floor(seconds / float(QUARTER_S)) * QUARTER_S).label("quarter")
