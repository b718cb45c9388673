"""How a call placed here ended: waited for in the records, and told in words."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from ivr.config import Config
from ivr.errors import StoreUnavailable
from ivr.records.outcome import CallOutcome
from ivr.records.store import Store
from reports import queries

WORDS: Mapping[CallOutcome, str] = {
    "cut": "the exchange ended under it",
    "answered": "an officer picked up",
    "message_instead": "a message was left in place of a conversation",
    "abandoned": "the caller gave up waiting in a queue",
    "short_abandoned": "the caller left a queue at once",
    "failed": "nobody could be reached",
    "left_informed": "the caller heard a notice and left",
    "self_service": "the line said all it had to say, and hung up",
    "left_menu": "the caller hung up in a menu",
}
"""Outcomes of a call that has ended, as a sentence."""


def recorded(config: Config, call: str, patience: float) -> queries.Journey | None:
    """The way of a call that has ended; None when it isn't recorded within `patience` seconds."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        time.sleep(0.2)
        with suppress(StoreUnavailable), Store(config.database_url).reading() as session:  # tables still being made
            way = queries.journey(session, call)
            if way is not None and way.call.outcome != "in_progress":
                session.expunge_all()
                return way
    return None


def told(way: queries.Journey | None, unasked: Sequence[str]) -> str:
    """How a call ended, and what of its --keys no question asked for."""
    if way is None:
        sentence = "how it ended is not recorded yet"
    else:
        outcome = way.call.outcome
        desk = f", desk {way.legs[-1].desk}" if way.legs else ""
        static = f", the static way ({way.call.static})" if way.call.static else ""
        sentence = f"it ended: {WORDS[outcome]} ({outcome}{desk}{static})"
    return f"{sentence}; not asked for: {','.join(unasked)}" if unasked else sentence
