"""A contact: a call, or an entry at a desk, as far as figures ask. Pure.

Every contact has exactly one **result**; the first line that applies decides. Calls:

    answered         an officer picked up, also when the conversation still goes on or was cut
    in_progress      the call still goes on
    message_instead  the caller left a voicemail, or took an SMS in place of a desk
    told_closed      it came to no desk; a clock was not open (closed, lunch, holiday), and no option of a menu was
                     chosen after that
    abandoned        the caller gave up waiting in a queue, after more than 5 s in queues
    short_abandoned  the same, 5 s or less
    overflowed       it went on from desk to desk, and nobody picked up at any of them
    failed           nobody picked up at its one desk, nobody was there, the queue was full; the exchange or the flow
                     failed
    left_informed    it asked for no desk; the caller heard a notice to the end, or took its details, and left
    self_service     it asked for no desk, and the flow ended by itself
    left_menu        it asked for no desk, and the caller hung up

Entries at desks: answered, in_progress, message_instead, abandoned and short_abandoned as above (by this desk's own
wait); overflowed: nobody picked up here, and the call came to another desk; failed: nobody did, and it came to none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from ivr.records.outcome import SERVED, CallOutcome, LegOutcome

Result = Literal[
    "answered",
    "abandoned",
    "short_abandoned",
    "overflowed",
    "failed",
    "message_instead",
    "left_informed",
    "self_service",
    "told_closed",
    "left_menu",
    "in_progress",
]
RESULTS: tuple[Result, ...] = get_args(Result)

UNANSWERED: tuple[LegOutcome, ...] = ("no_answer", "empty", "full", "failed")
"""Entries at a desk that nobody picked up and the caller didn't leave."""
UNQUEUED: tuple[CallOutcome, ...] = ("left_informed", "self_service", "left_menu", "failed")
"""Outcomes of calls that can have come to no desk: among them those that were told it is closed."""

_QUEUED: tuple[CallOutcome, ...] = ("answered", "abandoned", "short_abandoned")
"""Outcomes of calls that came to a queue, though it may not be known of which desk (imported)."""

_OF_CALL: dict[CallOutcome, Result] = {
    "in_progress": "in_progress",
    "answered": "answered",
    "abandoned": "abandoned",
    "short_abandoned": "short_abandoned",
    "failed": "failed",
    "cut": "failed",
    "message_instead": "message_instead",
    "left_informed": "left_informed",
    "self_service": "self_service",
    "left_menu": "left_menu",
}
_OF_LEG: dict[LegOutcome, Result] = {
    "handed_over": "answered",
    "talking": "answered",
    "answered": "answered",
    "abandoned": "abandoned",
    "short_abandoned": "short_abandoned",
    "message_instead": "message_instead",
    "no_answer": "failed",
    "empty": "failed",
    "full": "failed",
    "failed": "failed",
    "cut": "failed",
    "waiting": "in_progress",
}


@dataclass(frozen=True, slots=True)
class Contact:
    """A call, or an entry at a desk. Seconds; None where the contact has no such thing.

    wait_s: of an answered one from the first queue to the officer's pick-up, else all waiting in queues together; None
    while it lasts, and when its end isn't known since the exchange was killed. talk_s: from the pick-up to the end of
    the conversation, holding within it; None likewise. handed_over: an officer sent the caller on to another desk.
    direct: it is answered at the first desk asked for, and came to no other. queued: it was at some desk. imported:
    another system noted it down.
    """

    result: Result
    wait_s: float | None = None
    talk_s: float | None = None
    handed_over: bool = False
    direct: bool = False
    queued: bool = False
    imported: bool = False


@dataclass(frozen=True, slots=True)
class Stay:
    """A leg as a contact is made of it: times of one entry at a desk, and how it came out."""

    outcome: LegOutcome
    queued_at: datetime
    connected_at: datetime | None
    left_at: datetime | None

    @property
    def answered(self) -> bool:
        """Whether an officer picked up, though it may not be known when (imported)."""
        return self.connected_at is not None or self.outcome in SERVED

    @property
    def waited(self) -> timedelta | None:
        """Time in the queue; None while it lasts or when its end isn't known."""
        over = self.connected_at or (None if self.answered else self.left_at)
        return over - self.queued_at if over else None

    @property
    def talked(self) -> timedelta | None:
        """From pick-up to the end of the conversation; None while it lasts or when its end isn't known."""
        return self.left_at - self.connected_at if self.left_at and self.connected_at else None


def of_call(outcome: CallOutcome, stays: Sequence[Stay], *, closed: bool, imported: bool) -> Contact:
    """A call. closed: it was told that a clock isn't open, and chose nothing in a menu after that."""
    picked_up = [stay for stay in stays if stay.answered]
    if not picked_up:
        result = _OF_CALL[outcome]
        if closed and not stays and outcome in UNQUEUED:
            result = "told_closed"
        elif outcome == "failed" and len(stays) > 1:
            result = "overflowed"
        queued = bool(stays) or outcome in _QUEUED
        return Contact(result, _together([stay.waited for stay in stays]), queued=queued, imported=imported)
    connected_at = picked_up[0].connected_at
    return Contact(
        "answered",
        wait_s=_seconds(connected_at - stays[0].queued_at) if connected_at else None,
        talk_s=_together([stay.talked for stay in picked_up]),
        handed_over=any(stay.outcome == "handed_over" for stay in stays),
        direct=len(stays) == 1 and stays[0].outcome != "handed_over",
        queued=True,
        imported=imported,
    )


def of_entry(stay: Stay, *, alone: bool, last: bool, imported: bool) -> Contact:
    """An entry at a desk. alone: the call came to no other desk. last: it came to none afterwards."""
    result = _OF_LEG[stay.outcome]
    if stay.outcome in UNANSWERED and not last:
        result = "overflowed"
    return Contact(
        result,
        wait_s=_seconds(stay.waited),
        talk_s=_seconds(stay.talked),
        handed_over=stay.outcome == "handed_over",
        direct=alone and result == "answered" and stay.outcome != "handed_over",
        queued=True,
        imported=imported,
    )


def _together(parts: Sequence[timedelta | None]) -> float | None:
    """The sum; None without parts, and while one of them isn't known."""
    known = [part for part in parts if part is not None]
    return _seconds(sum(known, timedelta())) if parts and len(known) == len(parts) else None


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()
