"""What can happen to a call while the engine waits. An event is the only thing that moves a session on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from ivr.language.prompt import Value

DeskStatus = Literal["answered", "no_answer", "empty", "full", "failed"]
"""How a caller came back from a desk: answered (the officer hung up, the caller stayed on), no_answer (nobody
picked up in time), empty (nobody is logged in or every member was unreachable), full, failed (anything else)."""


@dataclass(frozen=True, slots=True)
class Started:
    """The call reached its line: the first event of every session."""


@dataclass(frozen=True, slots=True)
class Digits:
    """The answer to an `Ask`: the keys pressed, without the ending `#`.

    `timed_out` says that waiting ended the input; an empty `keys` with `timed_out=False` is a lone `#`.
    """

    keys: str
    timed_out: bool = False


@dataclass(frozen=True, slots=True)
class DeskLeft:
    """The caller is back from the desk of the last `Connect`."""

    status: DeskStatus


@dataclass(frozen=True, slots=True)
class LeftByKey:
    """The caller has left the queue of the last `Connect` by one of the keys of what is offered instead of waiting."""

    key: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The officer of the last `Connect` has handed the caller over to another desk."""

    desk: str


LookedUp = Literal["found", "missing", "blocked", "sensitive", "failed", "unavailable"]
"""How a look-up ended: blocked means too many attempts across calls, failed that the
answer was none, unavailable that nobody answered in time."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The answer to a `Lookup` or a `Fetch`. `values`: what was found, by variable, in the call's language.

    `mobile`: whether the registered number can take messages.
    """

    result: LookedUp
    values: tuple[tuple[str, Value], ...] = ()
    mobile: bool = False


@dataclass(frozen=True, slots=True)
class Recalled:
    """The answer to a `Recall`: the desk, or "" when there is none, or nobody knows in time."""

    desk: str


@dataclass(frozen=True, slots=True)
class Promised:
    """The answer to a `Promise` or a `Send`: whether it is on the disk, and may be spoken."""

    kept: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """The answer to a `Record`: how long the recording is, 0 when nobody spoke; `failed`: it couldn't be made."""

    ms: int
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer to a `Keep`: whether the voicemail is on the disk, and that may be spoken."""

    kept: bool


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller is gone. Ordinary at every wait."""


Event = Started | Digits | DeskLeft | LeftByKey | HandedOver | Looked | Recalled | Promised | Recorded | Kept | HungUp


@dataclass(frozen=True, slots=True)
class Visited:
    """A trace of the journey, emitted when a step is left: which step, by which exit.

    `exit` is "next", a menu key, an exit named under `else`, "call" (into the flow it calls), "back", "replay",
    "hangup" or "error"; never anything a
    caller typed beyond one menu key.
    """

    flow: str
    step: str
    exit: str


@dataclass(frozen=True, slots=True)
class Queue:
    """A desk's queue at a moment: callers waiting, the longest wait in seconds, officers free and logged in.

    expected_wait: seconds that the next caller will wait, as far as is known. said: the range of it, from and to in
    seconds, that can be told him in good conscience.
    """

    waiting: int = 0
    longest_wait: int = 0
    free: int = 0
    logged_in: int = 0
    expected_wait: int | None = None
    said: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class World:
    """What the engine may know of the world at one event, so that a call can be replayed from its journal.

    clocks: the state of every named clock of the office now: "open", "lunch", "holiday" or "closed". now: the time,
    in the office's zone. queues: what goes on at the desks, by name; empty while nobody knows. line: the number
    dialled. known: whether the caller's number is shown; mobile: whether it is a mobile telephone's. notices: names of
    those on the air for this caller now, in order; their places and conditions are the engine's to look at. calendar:
    the `term` and the `peak` now, "none" where there is none.
    """

    clocks: Mapping[str, str]
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    queues: Mapping[str, Queue] = field(default_factory=dict)
    line: str = ""
    known: bool = False
    mobile: bool = False
    notices: tuple[str, ...] = ()
    calendar: Mapping[str, str] = field(default_factory=dict)
