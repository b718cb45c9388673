"""The calls of the database: made from what is known of them, whatever of it comes when and however often."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ivr.records import facts, models
from ivr.records.journey import Journey, Leg, trace
from ivr.records.store import upsert
from ivr.records.tally_marks import Touched

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def record(session: Session, known: Iterable[facts.Known]) -> None:
    """Add what is known: facts to their set, then all that follows from the set anew. Twice is as good as once."""
    told: set[facts.Fact] = set()
    openings: dict[str, facts.Opening] = {}
    tongues: dict[str, str] = {}
    steps: dict[tuple[str, int, int], facts.Step] = {}
    for piece in known:
        match piece:
            case facts.Fact():
                told.add(piece)
            case facts.Opening():
                openings[piece.call] = piece
            case facts.Tongue(call, language):
                tongues[call] = language
            case facts.Step():
                steps[piece.call, piece.turn, piece.n] = piece
    touched = Touched(session)
    changed = {fact.call for fact in told} | {call for call, _, _ in steps} | openings.keys() | tongues.keys()
    touched.see(changed)
    upsert(session, models.Fact, [_row(fact) for fact in told])
    journeys = dict(_journeys(session, {fact.call for fact in told}))
    upsert(session, models.Call, [call_row(call, journey) for call, journey in journeys.items()])
    upsert(session, models.Step, [{**_row(step), "at": _time(step.at)} for step in steps.values()])
    session.execute(delete(models.Leg).where(models.Leg.call.in_(journeys)))  # a late fact can show two to be one
    upsert(
        session,
        models.Leg,
        [leg_row(call, n, leg) for call, journey in journeys.items() for n, leg in enumerate(journey.legs)],
    )
    if openings:
        session.execute(update(models.Call), [_opening(opening) for opening in openings.values()])
    if tongues:
        session.execute(update(models.Call), [{"id": call, "language": language} for call, language in tongues.items()])
    touched.see(changed)
    touched.mark()


def unfinished(session: Session, node: str, after: datetime, before: datetime) -> list[str]:
    """Ids of the calls of a node, begun between the two times, whose end the exchange has not told.

    After the exchange was killed, those whose channels are gone were cut: the engine journals that. What the engine
    itself saw (its connection broke, as at a hang-up) doesn't count: it can't tell the two apart.
    """
    calls, told = models.Call, models.Fact
    ended = select(told.call).where(told.call == calls.id, told.kind.in_(("end", "cut"))).exists()
    begun = calls.started_at.between(after, before)
    return list(session.scalars(select(calls.id).where(calls.node == node, begun, ~ended)))


def versions_in_use(session: Session, node: str, since: datetime) -> set[str]:
    """Versions of the office that calls of a node are on which began after `since` and have not ended."""
    calls, told = models.Call, models.Fact
    ended = select(told.call).where(told.call == calls.id, told.kind.in_(("end", "cut"))).exists()
    going = calls.node == node, calls.started_at >= since, calls.office.is_not(None), ~ended
    return {version for version in session.scalars(select(calls.office).where(*going).distinct()) if version}


def _journeys(session: Session, calls: Iterable[str]) -> Iterator[tuple[str, Journey]]:
    """The journeys of `calls`, from all facts there are of them."""
    table = models.Fact
    rows = session.execute(
        select(table.call, table.at, table.kind, table.a, table.b).where(table.call.in_(calls)).order_by(table.call)
    )
    for call, group in groupby(rows, key=lambda row: row.call):
        yield call, trace(facts.Fact(*row) for row in group)


def _row(piece: facts.Known) -> dict[str, Any]:
    """Field by field; dataclasses.asdict copies deeply and took half of the recorder's time."""
    return {name: getattr(piece, name) for name in piece.__slots__}


def call_row(call: str, journey: Journey) -> dict[str, Any]:
    """A row of the table of calls."""
    return {
        "id": call,
        "node": call.partition("-")[0],
        "line": journey.line,
        "started_at": _time(journey.started_at),
        "ended_at": _time(journey.ended_at),
        "outcome": journey.outcome,
        "static": journey.static,
    }


def _opening(opening: facts.Opening) -> dict[str, Any]:
    row = _row(opening)
    return {"id": row.pop("call"), **row}


def leg_row(call: str, n: int, leg: Leg) -> dict[str, Any]:
    """A row of the table of legs."""
    return {
        "call": call,
        "n": n,
        "desk": leg.desk,
        "queued_at": _time(leg.queued_at),
        "connected_at": _time(leg.connected_at),
        "left_at": _time(leg.left_at),
        "agent": leg.agent,
        "outcome": leg.outcome,
        "told_low": leg.told[0] if leg.told else None,
        "told_high": leg.told[1] if leg.told else None,
    }


def _time(at: int | None) -> datetime | None:
    """Epoch milliseconds as a time; exact, as division by 1000 would not be."""
    return None if at is None else _EPOCH + timedelta(milliseconds=at)
