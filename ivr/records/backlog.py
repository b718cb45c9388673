"""How far the database lags behind the files of a node: the oldest thing that was told there and isn't recorded yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.records.models import Mark
from ivr.records.tail import Tail, bite

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def oldest(session: Session, tails: Sequence[Tail], node: str) -> datetime | None:
    """When the oldest of what isn't recorded yet happened; None when everything is. Raises OSError."""
    times = [at for tail in tails for at in _first(session, tail, node)]
    return _EPOCH + timedelta(milliseconds=min(times)) if times else None


def _first(session: Session, tail: Tail, node: str) -> Iterator[int]:
    """Of each file the time of the first line that isn't recorded and has one."""
    rows = session.scalars(select(Mark).where(Mark.source == f"{node}/{tail.name}"))
    marks = {row.file: row.position for row in rows}
    for file in tail.files(marks):
        mark, more = marks.get(file.name, 0), True
        while more:
            taken = bite(file, mark)
            at = next((at for line in taken.lines for at in _times(tail, line)), None)
            if at is not None:
                yield at
                break
            mark, more = taken.mark, taken.more and taken.mark > mark


def _times(tail: Tail, line: bytes) -> Iterator[int]:
    pieces, _ = tail.parse(line)
    return (at for piece in pieces if isinstance(at := getattr(piece, "at", None), int))
