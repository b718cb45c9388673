"""What the engine wants done. The host carries effects out in order; the last one of a turn is a wait or an end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ivr.engine.events import Visited
from ivr.language.answer import Wanted
from ivr.language.prompt import Prompt


@dataclass(frozen=True, slots=True)
class Play:
    """Speak. A key skips the rest of it, unless `barge_in` is false (a mandatory notice); the key itself is dropped."""

    prompts: tuple[Prompt, ...]
    barge_in: bool = True


@dataclass(frozen=True, slots=True)
class Ask:
    """Speak and take keys; the first key ends the speech (barge-in). A wait: answered by `Digits`.

    max_digits keys end the input, or `#`, or `timeout_ms` without a key (counted from the end of the speech). With
    a `timeout_ms` of 0 nothing is asked: it is over with the speech, unless a key is pressed before.
    """

    prompts: tuple[Prompt, ...]
    max_digits: int
    timeout_ms: int


@dataclass(frozen=True, slots=True)
class Lookup:
    """Look for a case. A wait: answered by `Looked`. `last4` is empty when only the caller's number can prove it."""

    receipt: str
    last4: str


@dataclass(frozen=True, slots=True)
class Fetch:
    """Ask another system: GET `url`, in `timeout_ms` at most and `limit` bytes, and take the `answer` of its JSON, by
    variable. A wait: answered by `Looked` (found, missing, failed, unavailable).
    """

    url: str
    answer: tuple[tuple[str, Wanted], ...]
    timeout_ms: int
    limit: int


@dataclass(frozen=True, slots=True)
class Recall:
    """Look for the desk that the caller talked to last, within so many ms. A wait: answered by `Recalled`."""

    within_ms: int


@dataclass(frozen=True, slots=True)
class Promise:
    """Make a promise durable: the message `template` about the case `receipt`. A wait: answered by `Promised`."""

    template: str
    receipt: str


@dataclass(frozen=True, slots=True)
class Noticed:
    """What became of a notice, to be recorded.

    what: "played" (it began), "finished" (it was heard to its end), "skipped" (a key cut it short, or was pressed
    before it began), and what was taken of its offers, as notices.yaml names them: "details", "message" (the SMS is
    promised), "next" (went on by a key), "leave", or "desk/NAME"; 0 is "desk/operators".
    """

    notice: str
    what: str


@dataclass(frozen=True, slots=True)
class Send:
    """Make a message to the caller's own number durable, about no case: `template` with its values. A wait: answered
    by `Promised`; never kept for a caller whose number isn't shown.

    about: what it is for, `notice/NAME` or `desk/NAME`; for a desk it takes the place of waiting there.
    """

    template: str
    values: tuple[tuple[str, str], ...]
    about: str


@dataclass(frozen=True, slots=True)
class Record:
    """Beep and record the caller, in place of what was recorded before in this call. A wait: answered by `Recorded`.

    `#` ends it, or silence, or `length_ms`.
    """

    length_ms: int


@dataclass(frozen=True, slots=True)
class Playback:
    """Play what was recorded; a key skips the rest of it."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Keep what was recorded as a voicemail for a desk. A wait: answered by `Kept`; after a hang-up by nothing."""

    desk: str


@dataclass(frozen=True, slots=True)
class Whisper:
    """What the officer of the next `Connect` hears before the caller, in the office's first language, if any."""

    prompts: tuple[Prompt, ...]


@dataclass(frozen=True, slots=True)
class Rated:
    """The caller's answer to a survey, to be kept: 1 is the best, 5 the worst. desk: of the conversation, or ""."""

    question: str
    answer: int
    desk: str


@dataclass(frozen=True, slots=True)
class Foretold:
    """The caller was told, before a desk's queue, that the wait is from `low` to `high` seconds; for the records."""

    desk: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Connect:
    """Bring the caller to a desk; the host journals the session and the visit ends. A wait: answered by `DeskLeft`.

    agent: extension of the one officer of that desk who is to be rung; "" is whoever is free.
    """

    desk: str
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Hangup:
    """End the call. `reason`: "done" (the flow ended it, self-service) or "failed" (nobody could be reached)."""

    reason: Literal["done", "failed"]


@dataclass(frozen=True, slots=True)
class Wish:
    """Keep in mind for the caller's later calls whether slow and easy mode is wanted. Nothing waits for it."""

    slow: bool


Effect = (
    Play
    | Ask
    | Lookup
    | Fetch
    | Recall
    | Promise
    | Noticed
    | Send
    | Record
    | Playback
    | Keep
    | Rated
    | Whisper
    | Foretold
    | Connect
    | Hangup
    | Wish
    | Visited
)
