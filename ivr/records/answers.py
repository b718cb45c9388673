"""Answers to surveys: kept as the journal tells them, with the officer whom the exchange knows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ivr.records import facts
from ivr.records.answer_tables import Answer
from ivr.records.models import Leg
from ivr.records.store import upsert


def record(session: Session, known: Iterable[facts.Known]) -> None:
    """Add answers, then the officers of those that have none: journal and witness come in any order, and again."""
    pieces = list(known)
    told = {(p.call, p.desk, p.question): p for p in pieces if isinstance(p, facts.Answer)}
    rows = [
        {"call": p.call, "desk": p.desk, "question": p.question, "agent": None, "answer": p.answer, "at": _time(p.at)}
        for p in told.values()
    ]
    upsert(session, Answer, rows)
    calls = {piece.call for piece in pieces if isinstance(piece, facts.Answer | facts.Fact)}
    lacking = select(Answer).where(Answer.call.in_(calls), Answer.agent.is_(None), Answer.desk != "")
    for answer in session.scalars(lacking).all():
        agent = session.scalar(
            select(Leg.agent)
            .where(Leg.call == answer.call, Leg.desk == answer.desk, Leg.connected_at <= answer.at)
            .order_by(Leg.n.desc())
            .limit(1)
        )
        if agent is not None:
            key = (Answer.call == answer.call, Answer.desk == answer.desk, Answer.question == answer.question)
            session.execute(update(Answer).where(*key).values(agent=agent))


def _time(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
