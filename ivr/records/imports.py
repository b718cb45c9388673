"""Imports in the database: brought in, listed, taken back; each in one transaction, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ivr.records import calls, models
from ivr.records.import_tables import Import, Imported
from ivr.records.journey import Journey
from ivr.records.retold import Told, journey
from ivr.records.store import insert_new, upsert
from ivr.records.tally_marks import Touched

BATCH = 500


@dataclass(frozen=True, slots=True)
class Brought:
    """A call as a file tells it. caller: sealed; who: keyed hash; None where the number isn't known. told: what
    `Told.to_json` wrote."""

    call: str
    caller: str | None
    who: str | None
    told: str

    def to_json(self) -> str:
        """One line."""
        return json.dumps([self.call, self.caller, self.who, self.told])

    @classmethod
    def from_json(cls, line: str) -> Brought:
        """What `to_json` wrote."""
        return cls(*json.loads(line))


@dataclass(slots=True)
class Tally:
    """What became of a file's calls. own: this line's own recorder has them. known: nothing new."""

    added: int = 0
    completed: int = 0
    known: int = 0
    own: int = 0

    @property
    def new(self) -> int:
        """How many calls it changes."""
        return self.added + self.completed


class _There(NamedTuple):
    """A call that the database has: where it comes from (None: our own line), its caller, what was told of it."""

    source: str | None
    caller: str | None
    who: str | None
    told: list[str]


def bring_in(
    session: Session,
    file: Import,
    brought: Iterable[Brought],
    progress: Callable[[int], None] = lambda calls: None,
) -> Tally | None:
    """Bring in a file's calls, what is new of them; None when the same file was brought in before.

    `file` is noted down with its figures; not when nothing in it is new. progress: calls done, now and then.
    """
    row = {column.key: getattr(file, column.key) for column in Import.__table__.columns}
    if not insert_new(session, Import, {**row, "added": 0, "completed": 0}):
        return None
    tally, touched = Tally(), Touched(session)
    for batch in _batches(brought):
        _bring(session, file, batch, tally, touched)
        progress(len(batch))
    touched.mark()
    if not tally.new:
        session.execute(delete(Import).where(Import.id == file.id))
    else:
        upsert(session, Import, [{**row, "added": tally.added, "completed": tally.completed}])
    return tally


def preview(
    session: Session, id: str, brought: Iterable[Brought], progress: Callable[[int], None] = lambda calls: None
) -> Tally | None:
    """What `bring_in` would make of the file with this id."""
    if session.get(Import, id) is not None:
        return None
    tally = Tally()
    for batch in _batches(brought):
        _changed(_there(session, [one.call for one in batch]), batch, tally)
        progress(len(batch))
    return tally


def listed(session: Session) -> list[Import]:
    """All imports, newest first."""
    return list(session.scalars(select(Import).order_by(Import.at.desc(), Import.id)))


def undo(session: Session, id: str) -> int | None:
    """Take an import back; how many calls are gone. None: there is none of that id.

    What other imports told too stays, as they told it.
    """
    if session.get(Import, id) is None:
        return None
    its = [*session.scalars(select(Imported.call).where(Imported.file == id))]
    session.execute(delete(Import).where(Import.id == id))
    gone, touched = 0, Touched(session)
    for batch in _batches(its):
        there = {call: known for call, known in _there(session, batch).items() if known.source is not None}
        left = {call: known for call, known in there.items() if known.told}
        lost = [call for call in there if call not in left]
        touched.see(lost)
        session.execute(delete(models.Call).where(models.Call.id.in_(lost)))
        gone += len(lost)
        told = {call: ([Told.from_json(t) for t in known.told], known) for call, known in left.items()}
        _write(session, told, touched)
    touched.mark()
    return gone


def _batches(of: Iterable[Any]) -> Iterator[list[Any]]:
    those = iter(of)
    while batch := list(islice(those, BATCH)):
        yield batch


def _there(session: Session, ids: list[str]) -> dict[str, _There]:
    call = models.Call
    found = session.execute(select(call.id, call.source, call.caller, call.who).where(call.id.in_(ids)))
    there = {row.id: _There(row.source, row.caller, row.who, []) for row in found}
    if there:
        told = select(Imported.call, Imported.told).where(Imported.call.in_(list(there)))
        for row in session.execute(told):
            there[row.call].told.append(row.told)
    return there


def _changed(there: dict[str, _There], batch: list[Brought], tally: Tally) -> list[Brought]:
    """Those that tell anything new."""
    changed = []
    for one in batch:
        known = there.get(one.call)
        if known is None:
            tally.added += 1
        elif known.source is None:
            tally.own += 1
            continue
        elif one.told in known.told or not _tells_more(one, known):
            tally.known += 1
            continue
        else:
            tally.completed += 1
        changed.append(one)
    return changed


def _tells_more(one: Brought, known: _There) -> bool:
    before = [Told.from_json(told) for told in known.told]
    more = journey(one.call, [*before, Told.from_json(one.told)]) != journey(one.call, before)
    return more or (known.caller is None and one.caller is not None)


def _bring(session: Session, file: Import, batch: list[Brought], tally: Tally, touched: Touched) -> None:
    there = _there(session, [one.call for one in batch])
    changed = _changed(there, batch, tally)
    claimed = [one for one in batch if one.call not in there or there[one.call].source is not None]
    told = [{"call": one.call, "file": file.id, "told": one.told} for one in claimed]
    upsert(session, Imported, told)
    new = {}
    for one in changed:
        known = there.get(one.call) or _There(file.source, None, None, [])
        who = (known.caller, known.who) if known.caller else (one.caller, one.who)
        tellings = [Told.from_json(text) for text in (*known.told, one.told)]
        new[one.call] = tellings, _There(known.source, *who, known.told)
    _write(session, new, touched)


def _write(session: Session, of: dict[str, tuple[list[Told], _There]], touched: Touched) -> None:
    """The calls and their legs, made from what is told of them."""
    if not of:
        return
    touched.see(of)
    ways = {call: journey(call, tellings) for call, (tellings, _) in of.items()}
    upsert(session, models.Call, [_call(call, ways[call], known) for call, (_, known) in of.items()])
    earlier = [call for call, (_, known) in of.items() if known.told]
    session.execute(delete(models.Leg).where(models.Leg.call.in_(earlier)))
    legs = [calls.leg_row(call, n, leg) for call, way in ways.items() for n, leg in enumerate(way.legs)]
    upsert(session, models.Leg, legs)
    touched.see(of)


def _call(call: str, way: Journey, known: _There) -> dict[str, Any]:
    row = calls.call_row(call, way)
    return {**row, "node": "", "source": known.source, "caller": known.caller, "who": known.who}
