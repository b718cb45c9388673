"""What pages, reports and exports ask the database: the tallies of a period, how steps were left, single calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.records.answer_tables import Answer
from ivr.records.models import Call, Leg, Step
from ivr.records.notice_tables import Hearing
from reports import counting, kept
from reports.contact import RESULTS
from reports.contacts import contacts, within
from reports.period import Period
from reports.sought import ALL, By, Filter, of_entries
from reports.tally import Tally

__all__ = ["By", "Filter", "Journey", "exits", "journey", "newest", "results", "tallies"]


def tallies(session: Session, period: Period, by: By | None, where: Filter = ALL) -> dict[str, Tally]:
    """What the figures of a period are made of, by group, groups in order; without `by` one group, "".

    Times are the office's: hour "09", day "2026-11-21", week "2026-W47", month "2026-11", weekday_hour "6-09" (Monday
    is 1). Topics: reports.topics. What isn't known is "?".
    """
    return _tallies(session, period, by, where, kept.NUMBERS)


def results(session: Session, period: Period, by: By, where: Filter = ALL) -> dict[str, Tally]:
    """The same with what came of the contacts alone, all else 0: a year's hours are read in a fraction of the time."""
    found = _tallies(session, period, by, where, RESULTS)
    return {name: Tally(**{result: getattr(tally, result) for result in RESULTS}) for name, tally in found.items()}


def _tallies(session: Session, period: Period, by: By | None, where: Filter, names: Sequence[str]) -> dict[str, Tally]:
    of: kept.Of = "entry" if of_entries(by, where) else "call"
    known = kept.kept(session, period, by, of, where)
    found = kept.tallies(session, of, known, period, by, where, names)
    for start, end in known.spans.live:
        for group, those in contacts(session, Period(start, end, period.zone), by, where).items():
            found[group] = found.get(group, Tally()) + Tally.of(those)
    return dict(sorted(found.items())) if by else {"": found.get("", Tally())}


def exits(session: Session, period: Period, where: Filter = ALL) -> Mapping[tuple[str, str, str], int]:
    """How calls left the steps they came to: (flow, step, exit) to the number of calls.

    A call counts once for each step, by the exit it left it by last. `hangup`: the caller hung up there; a queue or
    a conversation is no step, and whoever hangs up there has left the step before.
    """
    known = kept.kept(session, period, None)
    found = kept.exits(session, known.spans, where)
    for start, end in known.spans.live:
        span = within(Call.started_at, Period(start, end, period.zone))
        for row in counting.exits(session, (*span, *where.about_calls()), {}):
            key = row["flow"], row["step"], row["exit"]
            found[key] = found.get(key, 0) + row["calls"]
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Journey:
    """One call with everything it met, in order."""

    call: Call
    steps: Sequence[Step]
    legs: Sequence[Leg]
    hearings: Sequence[Hearing] = ()
    answers: Sequence[Answer] = ()


def newest(session: Session, limit: int) -> list[Journey]:
    """The last `limit` calls, newest first, without their steps."""
    calls = session.scalars(select(Call).order_by(Call.started_at.desc(), Call.id.desc()).limit(limit)).all()
    legs = _legs(session.scalars(select(Leg).where(Leg.call.in_([call.id for call in calls])).order_by(Leg.n)))
    return [Journey(call, [], legs[call.id]) for call in calls]


def journey(session: Session, call_id: str) -> Journey | None:
    """One call; None when there is none of that id."""
    call = session.get(Call, call_id)
    if call is None:
        return None
    steps = session.scalars(select(Step).where(Step.call == call_id).order_by(Step.turn, Step.n)).all()
    legs = session.scalars(select(Leg).where(Leg.call == call_id).order_by(Leg.n)).all()
    hearings = session.scalars(select(Hearing).where(Hearing.call == call_id).order_by(Hearing.at)).all()
    answers = session.scalars(select(Answer).where(Answer.call == call_id).order_by(Answer.at)).all()
    return Journey(call, steps, legs, hearings, answers)


def _legs(legs: Iterable[Leg]) -> dict[str, list[Leg]]:
    by_call: dict[str, list[Leg]] = defaultdict(list)
    for leg in legs:
        by_call[leg.call].append(leg)
    return by_call
