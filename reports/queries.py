"""From the database to contacts: the calls of a period, or the entries at desks, in groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from ivr.records.answer_tables import Answer
from ivr.records.models import Call, Leg, Step
from ivr.records.notice_tables import Hearing
from ivr.records.outcome import CallOutcome, LegOutcome
from reports.figures import Contact, Result
from reports.period import Period

By = Literal["line", "desk", "hour"]

_OF_CALL: dict[CallOutcome, Result] = {
    "in_progress": "in_progress",
    "answered": "answered",
    "abandoned": "abandoned",
    "short_abandoned": "short_abandoned",
    "failed": "failed",
    "cut": "failed",
    "message_instead": "message_instead",
    "left_informed": "left_informed",
    "self_service": "self_service",
    "left_menu": "left_menu",
}
_OF_LEG: dict[LegOutcome, Result] = {
    "handed_over": "answered",
    "talking": "answered",
    "answered": "answered",
    "abandoned": "abandoned",
    "short_abandoned": "short_abandoned",
    "message_instead": "message_instead",
    "no_answer": "failed",
    "empty": "failed",
    "full": "failed",
    "failed": "failed",
    "cut": "failed",
    "waiting": "in_progress",
}


def contacts(session: Session, period: Period, by: By | None) -> dict[str, list[Contact]]:
    """The contacts of a period by group, groups in order.

    by "line" or "hour" (of the day, in the office's zone: "09"), or None (one group, ""): calls, by their start.
    by "desk": entries at desks, by the time they joined the queue; a call that went on to a second desk is an
    entry at each.
    """
    groups: dict[str, list[Contact]] = defaultdict(list)
    if by == "desk":
        later = aliased(Leg)
        went_on = select(later.n).where(later.call == Leg.call, later.n > 0).exists()
        within = Leg.queued_at >= period.start, Leg.queued_at < period.end
        legs = select(Leg, went_on, Call.source).join(Call, Call.id == Leg.call).where(*within)
        for leg, more, source in session.execute(legs):
            groups[leg.desk].append(_entry(leg, alone=not more, imported=source is not None))
    else:
        for call, of_call in _calls(session, period):
            groups[_group(call, period, by)].append(_contact(call, of_call))
    return dict(sorted(groups.items()))


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


def _calls(session: Session, period: Period) -> Iterable[tuple[Call, list[Leg]]]:
    within = (Call.started_at >= period.start, Call.started_at < period.end)
    legs = _legs(session.scalars(select(Leg).join(Call, Call.id == Leg.call).where(*within).order_by(Leg.n)))
    for call in session.scalars(select(Call).where(*within)):
        yield call, legs[call.id]


def _legs(legs: Iterable[Leg]) -> dict[str, list[Leg]]:
    by_call: dict[str, list[Leg]] = defaultdict(list)
    for leg in legs:
        by_call[leg.call].append(leg)
    return by_call


def _group(call: Call, period: Period, by: By | None) -> str:
    if by == "hour":  # taken from the wall clock, so the hour that a time change repeats is one hour
        return f"{call.started_at.astimezone(period.zone):%H}"
    return (call.line or "?") if by == "line" else ""


def _contact(call: Call, legs: list[Leg]) -> Contact:
    """A call counts as answered once anybody picked up, also when it was cut afterwards or still goes on."""
    imported = call.source is not None
    picked_up = [leg for leg in legs if leg.connected_at]
    if not picked_up:
        return Contact(_OF_CALL[call.outcome], queued=bool(legs), imported=imported)
    talks = [_seconds(leg.connected_at, leg.left_at) for leg in picked_up]
    known = [talk for talk in talks if talk is not None]
    return Contact(
        "answered",
        wait_s=_seconds(legs[0].queued_at, picked_up[0].connected_at),
        talk_s=sum(known) if len(known) == len(talks) else None,
        handed_over=any(leg.outcome == "handed_over" for leg in legs),
        direct=len(legs) == 1 and legs[0].outcome != "handed_over",
        queued=True,
        imported=imported,
    )


def _entry(leg: Leg, alone: bool, imported: bool) -> Contact:
    """`alone`: the call came to no other desk."""
    result = _OF_LEG[leg.outcome]
    return Contact(
        result,
        wait_s=_seconds(leg.queued_at, leg.connected_at),
        talk_s=_seconds(leg.connected_at, leg.left_at),
        handed_over=leg.outcome == "handed_over",
        direct=alone and result == "answered" and leg.outcome != "handed_over",
        queued=True,
        imported=imported,
    )


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return None if start is None or end is None else (end - start).total_seconds()
