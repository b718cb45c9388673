"""Asterisk's queue_log: `EPOCH|UNIQUEID|QUEUE|AGENT|EVENT|…`, a line for all that happens to a caller in a queue.

A caller whom a queue refuses at the door (QUEUESTATUS JOINEMPTY, JOINUNAVAIL, FULL) stands in it only where the
dialplan writes him there itself: QueueLog(NAME,${UNIQUEID},NONE,${QUEUESTATUS}).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from ivr.history.asterisk import SOURCE, Calls, Opened, call_id
from ivr.history.moments import milliseconds
from ivr.history.naming import Names
from ivr.history.telling import Notes, Telling, shown
from ivr.records.outcome import HANDOVER
from ivr.records.retold import Told

LINE = re.compile(r"(\d{9,11})(?:\.\d{1,6})?\|([^|]*)\|([^|]*)\|([^|]*)\|([A-Z]+)(?:\|(.*))?")

_LEFT = {
    "ABANDON": "",
    "EXITWITHKEY": "",
    "EXITWITHTIMEOUT": "TIMEOUT",
    "EXITEMPTY": "LEAVEEMPTY",
    "COMPLETEAGENT": "CONTINUE",
    "COMPLETECALLER": "CONTINUE",
    "WITHDRAW": "WITHDRAW",
    "SYSCOMPAT": "SYSCOMPAT",
    "AGENTDUMP": "AGENTDUMP",
    "TRANSFER": HANDOVER,
    "BLINDTRANSFER": HANDOVER,
    "ATTENDEDTRANSFER": HANDOVER,
}
"""How a caller leaves a queue: QUEUESTATUS as our own dialplan would note it down."""

_REFUSED = ("JOINEMPTY", "JOINUNAVAIL", "FULL")
_OF_CALLERS = {"DID", "ENTERQUEUE", "CONNECT", *_REFUSED, *_LEFT}


def tell(lines: Iterable[str], names: Names, notes: Notes) -> Iterator[Telling]:
    """The calls of a queue_log, each once nothing more comes of it. Wrong lines are noted."""
    calls = Calls()
    for number, line in enumerate(lines, 1):
        notes.rows += 1
        match = LINE.fullmatch(line.rstrip("\r\n"))
        if match is None:
            if line.strip():
                notes.complaints.add(number, "isn't EPOCH|UNIQUEID|QUEUE|AGENT|EVENT|…")
            continue
        if match[2] == "NONE" or match[5] not in _OF_CALLERS:
            continue
        second = int(match[1])
        try:
            _take(calls, second, match, names, notes)
        except ValueError as error:
            hint = f'say in the map which it is: `desks: {{"{shown(match[3])}": DESK}}`, or `skip`'
            notes.complaints.add(number, str(error), hint if "desk" in str(error) else "")
        yield from _told(calls.over(second))
    yield from _told(calls.over(None))


def _take(calls: Calls, second: int, line: re.Match[str], names: Names, notes: Notes) -> None:
    _, unique, queue, agent, event, rest = line.groups()
    milliseconds(datetime.fromtimestamp(second, UTC))
    data = (rest or "").split("|")
    call = calls.at(call_id(unique, names.map.source or SOURCE), second)
    if event == "DID":
        call.line = names.line(data[0])
        return
    desk = names.desk(queue)
    if desk is None:
        notes.left_out["queues that the map skips"] += 1
        return
    if event == "ENTERQUEUE":
        call.queue = queue
        call.caller = call.caller or (data[1] if len(data) > 1 else "")
        call.note(second, "queue", desk)
    elif event == "CONNECT":
        call.queue = queue
        call.note(second, "connect", desk, names.agent(agent))
    elif event in _REFUSED:
        call.note(second, "queue", desk)
        call.note(second, "leave", desk, event)
    elif call.queue == queue or not call.events:  # else it left already: a transfer may be told twice
        call.queue = None
        status = _LEFT[event]
        call.note(second, *(("handover", desk) if status == HANDOVER else ("leave", desk, status)))


def _told(opened: Iterable[Opened]) -> Iterator[Telling]:
    for call in opened:
        if call.events:
            yield Telling(call.call, call.caller, Told(call.line, queue_log=tuple(call.events)))
