"""What Asterisk's two records, queue_log and CDR, have in common: a call's id, and events of whole seconds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ivr.records.facts import CALL_ID
from ivr.records.retold import Event

SOURCE = "asterisk"
"""Where calls come from unless the map names it."""

WINDOW_S = 24 * 3600
"""A call that nothing was told of for so long is told."""

_OURS = re.compile(r"[a-z][a-z0-9_]{0,39}-\d{9,10}\.\d{1,10}")
_PLAIN = re.compile(r"[0-9A-Za-z._-]{1,60}")
_BORN = re.compile(r"(?:^|-)(\d{9,10})\.\d+$")


def call_id(unique: str, source: str) -> str:
    """A call's id from Asterisk's own; one with a system's name stays as it is. Raises ValueError."""
    if _OURS.fullmatch(unique):
        return unique
    made = f"{source}-{unique.replace('-', '_')}"
    if not _PLAIN.fullmatch(unique) or not CALL_ID.fullmatch(made):
        raise ValueError("the call's unique id is none")
    return made


def born(unique: str) -> int | None:
    """The second, UTC, at which a channel of this unique id came to be."""
    match = _BORN.search(unique)
    return int(match[1]) if match else None


@dataclass(slots=True)
class Opened:
    """A call that is being told. queue: where the caller is; answered, left (a second): there, as far as told."""

    call: str
    last: int
    caller: str = ""
    line: str | None = None
    queue: str | None = None
    answered: bool = False
    left: int = 0
    events: list[Event] = field(default_factory=list)

    def note(self, second: int, kind: str, a: str = "", b: str = "") -> None:
        """Something happened; what happens in the same second keeps its order by the milliseconds."""
        at = second * 1000
        if self.events and at <= self.events[-1][0] < at + 999:
            at = self.events[-1][0] + 1
        self.events.append((at, kind, a, b))


class Calls:
    """The calls that are being told, those told of last at the end: a file of any length holds few at once."""

    def __init__(self) -> None:
        self._open: dict[str, Opened] = {}

    def at(self, call: str, second: int) -> Opened:
        """The call, begun if need be."""
        opened = self._open.pop(call, None) or Opened(call, second)
        opened.last = max(opened.last, second)
        self._open[call] = opened
        return opened

    def over(self, second: int | None) -> Iterator[Opened]:
        """Calls of which nothing is heard any more at this time (None: at the file's end); they are let go."""
        while self._open:
            first = next(iter(self._open.values()))
            if second is not None and first.last > second - WINDOW_S:
                return
            yield self._open.pop(first.call)
