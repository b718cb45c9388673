"""How a leg or a call came out: one word each, and every case has exactly one.

A **leg** is one try at a desk. The first line that applies decides:

    handed_over      an officer picked up, and sent the caller on to another desk
    talking          an officer picked up, and the caller is still there
    answered         an officer picked up
    abandoned        the caller gave up waiting, after more than 5 s
    short_abandoned  the caller gave up waiting within 5 s
    message_instead  the caller left the queue for a voicemail or an SMS, and that was kept
    no_answer        nobody picked up in time
    empty            nobody was logged in
    full             too many were waiting already
    failed           the exchange gave another reason why it could not go on
    cut              the exchange was killed, or stopped, while the caller waited
    waiting          the caller is in the queue

A **call**, once it has ended (else in_progress):

    cut              the exchange was killed under it, or stopped
    answered         an officer picked up at some desk
    message_instead  the caller left a voicemail, or took an SMS in place of a desk; any queue was before that
    abandoned        the last thing it met was a queue, left by the caller; all waiting together took more than 5 s
    short_abandoned  the same, 5 s or less
    failed           desks were tried and nobody could be reached; or it never came to one, because the flow failed
                     or the static way was taken
    left_informed    it asked for no desk; the caller heard a notice to the end, or took its details, spoken or by
                     SMS, and hung up; or left by the notice's own key
    self_service     it asked for no desk, and the flow ended by itself
    left_menu        it asked for no desk, and the caller hung up
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

LegOutcome = Literal[
    "handed_over",
    "talking",
    "answered",
    "abandoned",
    "short_abandoned",
    "message_instead",
    "no_answer",
    "empty",
    "full",
    "failed",
    "cut",
    "waiting",
]
CallOutcome = Literal[
    "in_progress",
    "cut",
    "answered",
    "message_instead",
    "abandoned",
    "short_abandoned",
    "failed",
    "left_informed",
    "self_service",
    "left_menu",
]
Ending = Literal["hangup", "done", "failed", "error", "cut"]
"""What ended a call: the caller (or the officer), the flow by itself, the flow because nobody could be reached,
a fault of the engine, the end of the exchange."""

SHORT_MS = 5000
HANDOVER = "HANDOVER"
"""Stands for a QUEUESTATUS when the officer took the caller out of the queue's hands."""
BY_KEY = "KEY"
"""Stands for a QUEUESTATUS when the caller left the queue by a key."""
SERVED: tuple[LegOutcome, ...] = ("handed_over", "answered")
INFORMED = ("finished", "details", "message")
"""What of a notice makes a caller an informed one."""
LEFT = "leave"
"""The caller has left by the notice's own key."""

_BY_QUEUESTATUS: dict[str, LegOutcome] = {
    "CONTINUE": "answered",  # the officer hung up, the caller stayed on
    "TIMEOUT": "no_answer",
    "JOINEMPTY": "empty",
    "LEAVEEMPTY": "empty",
    "JOINUNAVAIL": "empty",
    "LEAVEUNAVAIL": "empty",
    "FULL": "full",
}


def of_leg(
    *,
    connected: bool,
    status: str | None,
    ending: Ending | None,
    moved_on: bool,
    waited_ms: int,
    message: bool = False,
) -> LegOutcome:
    """The outcome of a leg.

    status: Asterisk's QUEUESTATUS when Queue() returned to the dialplan ("" when it set none: the caller left by
    a key or hung up), HANDOVER, BY_KEY, or None when it did neither. ending: how the call ended, None while it lasts.
    moved_on: the call met something later. waited_ms: time in the queue. message: a voicemail or an SMS in place of a
    desk was the next thing of the call.
    """
    gave_up: LegOutcome = "abandoned" if waited_ms > SHORT_MS else "short_abandoned"
    if status == HANDOVER:
        return "handed_over"
    if connected:
        return "answered" if status is not None or moved_on or ending else "talking"
    if status in ("", BY_KEY):
        return "message_instead" if message else gave_up
    if status is not None:
        return _BY_QUEUESTATUS.get(status, "failed")
    if moved_on:
        return "no_answer"
    if ending is None:
        return "waiting"
    return "cut" if ending == "cut" else gave_up


def of_call(
    legs: Sequence[LegOutcome],
    *,
    ending: Ending | None,
    static: bool,
    waited_ms: int,
    message: bool = False,
    notices: Collection[str] = (),
) -> CallOutcome:
    """The outcome of a call from those of its legs, in order.

    static: the exchange took the static way. waited_ms: time in queues, all legs together. message: after the last
    queue, if any, a voicemail was left or an SMS taken in place of a desk. notices: what was heard and taken of them.
    """
    if ending is None:
        return "in_progress"
    if ending == "cut":
        return "cut"
    if any(leg in SERVED for leg in legs):
        return "answered"
    if message:
        return "message_instead"
    if legs and legs[-1] in ("abandoned", "short_abandoned"):
        return "abandoned" if waited_ms > SHORT_MS else "short_abandoned"
    if legs or static or ending in ("failed", "error"):
        return "failed"
    if LEFT in notices or (ending == "hangup" and any(what in notices for what in INFORMED)):
        return "left_informed"
    return "self_service" if ending == "done" else "left_menu"
