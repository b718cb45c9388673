"""What follows from a provider's answer: a pure function from outcome and attempts to a decision.

A refusal that may pass is tried again after a pause that doubles each time, up to a cap, with jitter so that what
failed together does not come back together. What is unclear is never tried again, only looked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from callback.sender import Accepted, Outcome, Refused

FIRST = timedelta(seconds=1)
LONGEST = timedelta(minutes=15)
ATTEMPTS = 40
"""After so many a message is given up: some eight hours of pauses, a provider's night without service."""

LOOK_FIRST, LOOK_LONGEST = timedelta(seconds=1), timedelta(minutes=1)
"""Pauses between looks for a message of unknown fate; a provider's list lags by seconds."""

ASK_LONGEST = timedelta(hours=1)
ASK_FOR = timedelta(hours=72)
"""How long a provider is asked whether an accepted message arrived: carriers give up after 72 hours (SMPP validity)."""


@dataclass(frozen=True, slots=True)
class Done:
    """The provider has it."""

    state: Literal["accepted", "delivered", "undelivered"]
    reference: str


@dataclass(frozen=True, slots=True)
class Again:
    """To be sent again, not before `at`."""

    at: datetime
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Look:
    """To be looked for, from `at` on."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Dead:
    """Not to be sent any more, unless a person mends it."""

    code: str
    reason: str


Decision = Done | Again | Look | Dead


def decide(outcome: Outcome, attempts: int, now: datetime, random: float) -> Decision:
    """What to do after the `attempts`-th try (from 1) ended so. `random`: from 0 to 1, for the jitter."""
    if isinstance(outcome, Accepted):
        return Done("accepted" if outcome.delivery == "sending" else outcome.delivery, outcome.reference)
    if not isinstance(outcome, Refused):
        return Look(now + LOOK_FIRST, outcome.reason)
    if not outcome.again:
        return Dead(outcome.code, outcome.reason)
    if attempts >= ATTEMPTS:
        return Dead(outcome.code, f"given up after {attempts} tries: {outcome.reason}")
    wanted = timedelta(seconds=outcome.after_s or 0)
    return Again(now + max(wanted, pause(attempts)) * (1 + random / 2), outcome.code, outcome.reason)


def pause(attempts: int) -> timedelta:
    """The pause after so many tries, before jitter."""
    return min(timedelta(seconds=FIRST.total_seconds() * 2.0 ** min(attempts - 1, 30)), LONGEST)


def look_again(submitted: datetime, now: datetime, limit: timedelta) -> datetime | None:
    """When to look next for a message handed over at `submitted` and not seen yet: after 1, 2, 4 … seconds; None
    when `limit` has passed, and it is a person's turn."""
    if now - submitted >= limit:
        return None
    return now + min(max(now - submitted, LOOK_FIRST), LOOK_LONGEST)


def ask_again(submitted: datetime, now: datetime, first: timedelta) -> datetime | None:
    """When to ask next whether an accepted message arrived, the pauses doubling from `first`; None: no more."""
    if now - submitted >= ASK_FOR:
        return None
    return now + min(max(now - submitted, first), ASK_LONGEST)
