"""What a caller hears of the wait before a desk's queue, and what is offered instead of it."""

from __future__ import annotations

from ivr.engine.effects import Ask, Foretold
from ivr.engine.events import Queue
from ivr.engine.turn import Turn
from ivr.language.offer import MESSAGE, VOICEMAIL
from ivr.language.office import Office
from ivr.language.prompt import Prompt, Value

TIMEOUT_MS = 5_000
LONG_MS = 30_000
"""From this expected wait on it is told before the queue (ARS guideline, domain.md)."""


def ask(turn: Turn, desk: str) -> Ask | None:
    """Tell how long the wait will be when it is long, and ask whether something else would do; None: nothing to ask."""
    queue, offer = turn.world.queues.get(desk, Queue()), turn.office.desks.desks[desk].offer
    if queue.expected_wait is None or 1000 * queue.expected_wait <= (offer.over if offer else LONG_MS):
        return None
    if queue.said is not None:
        turn.say(wait(turn.office, turn.session.language, *queue.said))
        turn.effects.append(Foretold(desk, *queue.said))
    offered = options(turn.office, desk, turn.world.mobile)
    if not offered:
        return None
    return turn.ask([turn.phrase(name) for name in (*offered.values(), "stay")], 1, TIMEOUT_MS)


def options(office: Office, desk: str, mobile: bool) -> dict[str, str]:
    """What a desk offers instead of waiting, by key: the phrases that say so. mobile: whether the caller's telephone
    takes messages."""
    offer = office.desks.desks[desk].offer
    offered = {}
    if offer and offer.voicemail:
        offered[VOICEMAIL] = "leave_voicemail"
    if offer and offer.message and mobile:
        offered[MESSAGE] = "take_message"
    return offered


def wait(office: Office, language: str, low: int, high: int) -> Prompt:
    """A range of seconds, whole minutes, in words."""
    minutes = {"low": _number(low // 60), "high": _number(high // 60)}
    phrase = "wait_range" if low else "wait_within" if high > 60 else "wait_minute"
    return office.prompt(language, f"phrases/{phrase}", minutes)


def place(office: Office, language: str, place: int) -> Prompt:
    """A place in the queue in words; 1 is next."""
    phrase = "place_next" if place == 1 else "place"
    return office.prompt(language, f"phrases/{phrase}", {"place": _number(place)})


def _number(n: int) -> Value:
    return Value("number", str(n))
