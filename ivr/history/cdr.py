"""Asterisk's CDR as a CSV (Master.csv): no head, a row for every attempt to reach somebody.

What it can't tell: when an officer picked up, where a menu had answered the call before; who of caller and officer hung
up; and a queue that refused the caller. A queue_log tells the first, so give both, in any order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from ivr.history.asterisk import SOURCE, Calls, Opened, born, call_id
from ivr.history.cdr_clock import Clock
from ivr.history.moments import milliseconds
from ivr.history.naming import Names
from ivr.history.telling import Notes, Telling, shown
from ivr.records.retold import Told

FIELDS = range(16, 22)
DISPOSITIONS = ("ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION")
_UNIQUE = re.compile(r"(?:[\w.-]+-)?\d{9,10}\.\d+")
_FORMAT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Row:
    """A row; times as they stand there, answer None when nobody answered. unique: "" where ids weren't logged."""

    caller: str
    number: str
    channel: str
    to: str
    application: str
    data: str
    start: datetime
    answer: datetime | None
    end: datetime
    duration_s: int
    answered: bool
    unique: str
    linked: str


def is_row(cells: list[str]) -> bool:
    """Whether this looks like a row of Master.csv."""
    return len(cells) in FIELDS and cells[14] in DISPOSITIONS and bool(re.fullmatch(r"[\d-]+ [\d:]+", cells[9]))


def parse(cells: list[str]) -> Row:
    """A row from its cells. Raises ValueError with the reason."""
    if not is_row(cells):
        raise ValueError("isn't a row of Master.csv: accountcode, src, dst, …, disposition, amaflags")
    try:
        start, end = (datetime.strptime(cells[n], _FORMAT) for n in (9, 11))  # noqa: DTZ007 - a wall clock's
        answer = datetime.strptime(cells[10], _FORMAT) if cells[10] else None  # noqa: DTZ007
        duration = int(cells[12])
    except ValueError:
        raise ValueError(f"start, answer, end or duration is none: {shown(' '.join(cells[9:13]))}") from None
    if not 0 <= duration < 10 * 24 * 3600:
        raise ValueError("the duration is none")
    new = len(cells) >= 19
    unique = cells[16] if len(cells) in (17, 18, 20, 21) and _UNIQUE.fullmatch(cells[16]) else ""
    data, answered = cells[8].partition(",")[0], cells[14] == "ANSWERED"
    return Row(
        cells[1], cells[2], cells[5], cells[6], cells[7], data, start, answer, end, duration, answered, unique,
        cells[-2] if new else "",
    )  # fmt: skip


def tell(rows: Iterable[tuple[int, list[str]]], names: Names, notes: Notes, clock: Clock) -> Iterator[Telling]:
    """The calls of a CDR file, each once nothing more comes of it. Wrong rows are noted."""
    calls = Calls()
    for line, cells in rows:
        if not any(cells):
            continue
        notes.rows += 1
        try:
            row = parse(cells)
            start = clock.second(row.start, born(row.unique))
            _take(calls, line, row, start, names, notes)
        except ValueError as error:
            notes.complaints.add(line, str(error), _hint(str(error)))
            continue
        yield from _told(calls.over(start))
    yield from _told(calls.over(None))


def _hint(reason: str) -> str:
    if "twice" in reason:
        return "say in the map which is meant, `twice: earlier` or `twice: later`; or log unique ids, which tell it"
    return 'say in the map which it is: `desks: {"NAME": DESK}`, or `skip`' if "no desk" in reason else ""


def _take(calls: Calls, line: int, row: Row, start: int, names: Names, notes: Notes) -> None:
    if row.channel.startswith("Local/") or (row.linked and row.unique and row.linked != row.unique):
        notes.left_out["inner legs of a call, told by another row"] += 1
        return
    milliseconds(datetime.fromtimestamp(start, UTC))
    source = names.map.source or SOURCE
    desk: str | None = None
    if row.application == "Queue":
        desk = names.desk(row.data)
        if desk is None:
            notes.left_out["queues that the map skips"] += 1
            return
    elif row.application == "Dial":
        desk = names.number(row.number) or names.number(names.agent(row.to))
        if desk is None:
            notes.left_out["calls to numbers that no desk has"] += 1
            return
    elif names.is_officer(row.channel):
        notes.left_out["calls of officers' telephones"] += 1
        return
    # Without unique ids every row is a call by itself: no two begin at once on one channel.
    unique = row.unique or f"{start}.{re.sub('[^0-9A-Za-z]', '_', row.channel)[-40:]}"
    length = int((row.end - row.start).total_seconds())
    if abs(length - row.duration_s) > 2:
        length = row.duration_s  # the clock was put forward or back meanwhile
    call = calls.at(call_id(unique, source), start)
    if not call.events:
        call.caller, call.line = row.caller, names.line(row.number)
        call.note(start, "enter")
    if desk is not None:
        _leg(call, row, desk, start, start + length, names)
    call.last = max(call.last, start + length)


def _leg(call: Opened, row: Row, desk: str, start: int, end: int, names: Names) -> None:
    """An attempt at a desk; several in one queue, one after another or at once, are one leg."""
    if call.queue != desk:
        if call.queue is not None:
            _leave(call, last=False)
        call.queue = desk
        call.note(start, "queue", desk)
    # A menu's answer isn't the officer's: then both stand in the same second, and when he picked up isn't told.
    if row.answered and row.to and not call.answered:
        call.answered = True
        if row.answer is not None and row.answer > row.start:
            call.note(start + int((row.answer - row.start).total_seconds()), "connect", desk, names.agent(row.to))
    call.left = max(call.left, end)


def _leave(call: Opened, *, last: bool) -> None:
    """How the caller left the desk where he is, by what came after."""
    if call.queue is None:
        return
    if call.answered and not last:
        call.note(call.left, "handover", call.queue)
    else:
        call.note(call.left, "leave", call.queue, "CONTINUE" if call.answered else "" if last else "TIMEOUT")
    call.queue, call.answered, call.left = None, False, 0


def _told(opened: Iterable[Opened]) -> Iterator[Telling]:
    for call in opened:
        _leave(call, last=True)
        call.note(call.last, "end")
        yield Telling(call.call, call.caller, Told(call.line, cdr=tuple(call.events)))
