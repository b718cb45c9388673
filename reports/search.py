"""Calls looked for: by time, line, desk, officer, what came of them, the step they left, who rang. Newest first, a page
at a time; a page begins behind the last call of the one before, so that a million calls cost no more than a hundred."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from ivr.records.models import Call, Leg, Step
from ivr.records.notice_tables import Hearing
from ivr.records.outcome import SERVED, LegOutcome
from reports.contact import UNANSWERED, UNQUEUED, Result, Stay, of_call
from reports.contacts import CLOSED, KEYS, within
from reports.period import YEARS, Period
from reports.queries import Journey
from reports.sought import ALL, Conditions, Filter

PAGE = 50
"""Calls on a page."""
MOST = 1000
"""Calls of a search that are counted."""

_LONGEST = timedelta(hours=12)
"""A call joins a queue within it: an entry is looked for among the calls begun so long before."""

Sought = Result | Literal["gave_up"]
"""What came of a call, as it is looked for; gave_up: abandoned, after however long a wait."""

_GAVE_UP: tuple[LegOutcome, ...] = ("abandoned", "short_abandoned")
_ENTRIES: dict[Sought, tuple[LegOutcome, ...]] = {
    "answered": ("handed_over", "talking", "answered"),
    "abandoned": ("abandoned",),
    "short_abandoned": ("short_abandoned",),
    "gave_up": _GAVE_UP,
    "message_instead": ("message_instead",),
    "in_progress": ("waiting",),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What calls are looked for; None: whatever it is.

    where: with a desk or an officer in it, the period and the result are those of the entry at the desk, as figures
    count it; else of the call. step: a flow, a step of it and the exit by which it was left. notice: one it met. who:
    keyed hash of the caller's number. mine: the desks that somebody sees (a call that came to none of them is none).
    """

    period: Period
    where: Filter = ALL
    result: Sought | None = None
    step: tuple[str, str, str] | None = None
    notice: str | None = None
    who: str | None = None
    mine: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: behind the call of this beginning and id."""

    at: datetime
    call: str

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.call}"

    @classmethod
    def parse(cls, text: str) -> Place:
        """The place that `str` wrote. Raises ValueError."""
        at, _, call = text.partition("~")
        when = datetime.fromisoformat(at)
        if when.tzinfo is None or when.year not in YEARS or not call or len(call) > 100:
            raise ValueError(f"“{text[:60]}” is no place in a list of calls")
        return cls(when, call)


def found(session: Session, wanted: Wanted, after: Place | None) -> tuple[list[Journey], Place | None]:
    """A page of the calls, without their steps, and where the next one begins (None: this was the last)."""
    behind = [or_(Call.started_at < after.at, and_(Call.started_at == after.at, Call.id < after.call))] if after else []
    page = select(Call).where(*conditions(wanted), *behind)
    calls = session.scalars(page.order_by(Call.started_at.desc(), Call.id.desc()).limit(PAGE + 1)).all()
    more = len(calls) > PAGE
    calls = calls[:PAGE]
    last = Place(calls[-1].started_at, calls[-1].id) if more else None
    return journeys(session, calls), last


def journeys(session: Session, calls: Sequence[Call]) -> list[Journey]:
    """Calls with where they came to, without their steps."""
    legs: dict[str, list[Leg]] = {call.id: [] for call in calls}
    for leg in session.scalars(select(Leg).where(Leg.call.in_(legs)).order_by(Leg.n)):
        legs[leg.call].append(leg)
    return [Journey(call, [], legs[call.id]) for call in calls]


def count(session: Session, wanted: Wanted) -> int:
    """How many calls there are, up to one more than MOST: beyond it nobody reads them one by one."""
    some = select(Call.id).where(*conditions(wanted)).limit(MOST + 1)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def results(session: Session, ways: Sequence[Journey]) -> dict[str, Result]:
    """What came of calls as figures count them, by id."""
    closed = set(session.scalars(select(Call.id).where(Call.id.in_([way.call.id for way in ways]), _closed())))
    return {
        way.call.id: of_call(
            way.call.outcome,
            [Stay(leg.outcome, leg.queued_at, leg.connected_at, leg.left_at) for leg in way.legs],
            closed=way.call.id in closed,
            imported=way.call.source is not None,
        ).result
        for way in ways
    }


def sees(way: Journey, mine: Collection[str] | None) -> bool:
    """Whether a call is one that somebody with these desks sees."""
    return mine is None or any(leg.desk in mine for leg in way.legs)


def conditions(wanted: Wanted) -> Conditions:
    """What a call has to be."""
    where, found = wanted.where, [*wanted.where.about_calls()]
    if where.about_legs():
        start = wanted.period.start - _LONGEST
        entry = [*within(Leg.queued_at, wanted.period), *where.about_legs(), *_entry(wanted.result)]
        found += [Call.started_at >= start, Call.started_at < wanted.period.end, _has(*entry)]
    else:
        found += [*within(Call.started_at, wanted.period), *_call(wanted)]
    if wanted.step is not None:
        flow, step, exit_ = wanted.step
        found.append(_left(flow, step, exit_))
    if wanted.notice is not None:
        found.append(exists().where(Hearing.call == Call.id, Hearing.notice == wanted.notice))
    if wanted.who is not None:
        found.append(Call.who == wanted.who)
    if wanted.mine is not None:
        found.append(_has(Leg.desk.in_(wanted.mine)))
    return tuple(found)


def _has(*leg: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Leg.call == Call.id, *leg)


def _left(flow: str, step: str, exit_: str) -> ColumnElement[bool]:
    """That a call left a step by this exit the last time it came there."""
    later = aliased(Step)
    after = or_(later.turn > Step.turn, and_(later.turn == Step.turn, later.n > Step.n))
    again = exists().where(later.call == Step.call, later.flow == flow, later.step == step, after).correlate(Step)
    return exists().where(Step.call == Call.id, Step.flow == flow, Step.step == step, Step.exit == exit_, ~again)


def _closed() -> ColumnElement[bool]:
    """That a call was told that a clock isn't open, as `reports.contacts` finds it: of each call by itself, so that
    a page of calls asks for no more than it shows."""
    told, later = aliased(Step), aliased(Step)
    after = or_(later.turn > told.turn, and_(later.turn == told.turn, later.n > told.n))
    chose = exists().where(later.call == told.call, after, later.exit.in_(KEYS)).correlate(told)
    heard = exists().where(told.call == Call.id, told.exit.in_(CLOSED), ~chose)
    return and_(heard, Call.outcome.in_(UNQUEUED), Call.static.is_(None))


def _entry(result: Sought | None) -> Sequence[ColumnElement[bool]]:
    """That an entry at a desk came out so."""
    if result is None:
        return ()
    later = aliased(Leg)
    went_on = exists().where(later.call == Leg.call, later.n > Leg.n).correlate(Leg)
    if result == "overflowed":
        return Leg.outcome.in_(UNANSWERED), went_on
    if result == "failed":
        return (or_(Leg.outcome == "cut", and_(Leg.outcome.in_(UNANSWERED), ~went_on)),)
    return (Leg.outcome.in_(_ENTRIES.get(result, ())),)


def _call(wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    """That a call came out so (reports.contact)."""
    result = wanted.result
    if result is None:
        return ()
    picked_up = _has(or_(Leg.connected_at.is_not(None), Leg.outcome.in_(SERVED)))  # imported: not known when
    second = _has(Leg.n > 0)
    closed = _closed()
    if result == "answered":
        return (or_(picked_up, Call.outcome == "answered"),)  # imported: not known where
    if result == "overflowed":
        return ~picked_up, Call.outcome == "failed", second
    if result == "failed":
        return ~picked_up, or_(Call.outcome == "cut", and_(Call.outcome == "failed", ~second, or_(_has(), ~closed)))
    if result == "told_closed":
        return ~_has(), closed
    if result in ("left_informed", "self_service", "left_menu"):
        return ~picked_up, Call.outcome == result, or_(_has(), ~closed)
    return ~picked_up, Call.outcome.in_(_GAVE_UP if result == "gave_up" else (result,))
