"""What is known of a call, in the smallest pieces, whoever told it: the engine's journal or the exchange's witness.

Pieces come in any order, twice, or from one teller only. A call's record is made from the set of its facts, so
that neither matters. `journal_records` turns the journal's records into pieces, `witness` the exchange's lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "enter",
    "call",
    "turn",
    "foretold",
    "notice",
    "message",
    "handover",
    "static",
    "desk",
    "queue",
    "connect",
    "leave",
    "finish",
    "cut",
    "end",
]
"""In the order of a call, which also decides between facts of one millisecond.

From the witness: enter (a: line), static (a: reason), queue (a: desk), connect (a: desk, b: agent),
handover (a: desk, b: the desk it went on to), leave (a: desk, b: status), end (a: `stop` when the exchange was being
stopped, b: hang-up cause). From the journal: call (a: line), turn (a: its number), foretold (a: desk, b: the wait told
before its queue, in seconds: LOW-HIGH), notice (a: its name, b: what of it), message (a: VOICEMAIL, b: desk; or a: SMS,
b: what it is about, `notice/NAME` or `desk/NAME`), desk (a: desk; the visit ended for it), finish (a: reason; the
engine's own view of the end), cut."""

RANK = {kind: rank for rank, kind in enumerate(get_args(Kind))}

VOICEMAIL, SMS = "voicemail", "sms"

FINISH = ("done", "failed", "hangup", "error")

CALL_ID = re.compile(r"([a-z][a-z0-9_]{0,39})-[0-9A-Za-z._;]{1,60}")
"""The exchange's id of a call: name of the node, then what Asterisk made up."""

LONGEST_NOTE = 20_000
"""Characters of a sealed note at most."""

_EARLIEST, _LATEST = 1_577_836_800_000, 4_102_444_800_000  # the years 2020 to 2099: anything else is garbage


@dataclass(frozen=True, slots=True)
class Fact:
    """Something happened to a call at a time (UTC epoch milliseconds)."""

    call: str
    at: int
    kind: Kind
    a: str = ""
    b: str = ""

    def __post_init__(self) -> None:
        if not CALL_ID.fullmatch(self.call):
            raise ValueError("no call id")
        if not _EARLIEST <= self.at < _LATEST:
            raise ValueError("no time of this century")
        _bounded(self.a, self.b)


@dataclass(frozen=True, slots=True)
class Opening:
    """What the engine notes down as a call begins; `caller` is sealed, `who` a keyed hash."""

    call: str
    flow: str
    language: str
    office: str
    caller: str | None
    who: str | None

    def __post_init__(self) -> None:
        _bounded(self.flow, self.language, self.office, self.caller or "", self.who or "")


@dataclass(frozen=True, slots=True)
class Tongue:
    """The call goes on in another language."""

    call: str
    language: str

    def __post_init__(self) -> None:
        _bounded(self.language)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a flow that the caller left by an exit; `n` counts within the turn."""

    call: str
    turn: int
    n: int
    flow: str
    step: str
    exit: str
    at: int

    def __post_init__(self) -> None:
        _bounded(self.flow, self.step, self.exit)


@dataclass(frozen=True, slots=True)
class Promise:
    """A message about a case was promised to the caller, in the language of the call."""

    call: str
    at: int
    receipt: str
    template: str
    language: str

    def __post_init__(self) -> None:
        _bounded(self.receipt, self.template, self.language)


@dataclass(frozen=True, slots=True)
class Hearing:
    """A caller met a notice; `what` of it: played, finished, an offer taken."""

    call: str
    at: int
    notice: str
    what: str

    def __post_init__(self) -> None:
        _bounded(self.notice, self.what)


@dataclass(frozen=True, slots=True)
class Request:
    """A caller asked for a message to the own number; `about`: `notice/NAME` or `desk/NAME`. note: number and values,
    sealed."""

    call: str
    at: int
    template: str
    language: str
    about: str
    note: str

    def __post_init__(self) -> None:
        _bounded(self.template, self.language, self.about)
        if len(self.note) > LONGEST_NOTE or not self.note.isascii() or not self.note.isprintable():
            raise ValueError("no sealed note")


@dataclass(frozen=True, slots=True)
class Voicemail:
    """What the caller said for a desk is kept under the name `file`; `ms` long."""

    call: str
    at: int
    file: str
    desk: str
    ms: int
    language: str

    def __post_init__(self) -> None:
        _bounded(self.file, self.desk, self.language)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A look-up failed; `subject`: keyed hash of the caller, or the receipt number asked for."""

    call: str
    at: int
    subject: str

    def __post_init__(self) -> None:
        _bounded(self.subject)


@dataclass(frozen=True, slots=True)
class Answer:
    """A caller answered a survey's question, from 1 (the best) to 5, after a conversation at a desk ("": at none)."""

    call: str
    at: int
    desk: str
    question: str
    answer: int

    def __post_init__(self) -> None:
        _bounded(self.desk, self.question)
        if not 1 <= self.answer <= 5:
            raise ValueError("no answer from 1 to 5")


@dataclass(frozen=True, slots=True)
class Wish:
    """A caller, known by a keyed hash, turned slow and easy mode on or off."""

    call: str
    at: int
    who: str
    slow: bool

    def __post_init__(self) -> None:
        _bounded(self.who)


Known = Fact | Opening | Tongue | Step | Promise | Hearing | Request | Voicemail | Attempt | Answer | Wish


def _bounded(*texts: str) -> None:
    """Refuse what no database should be given: NUL and other control characters, lone surrogates, long texts."""
    for text in texts:
        if len(text) > 500 or not (text.isprintable() or text == ""):
            raise ValueError(f"no plain short text: {text!r:.40}")
