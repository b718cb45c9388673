"""The figures a supervisor reads. Each says how it is made and of what, and is printed with that. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

Result = Literal[
    "answered",
    "abandoned",
    "short_abandoned",
    "failed",
    "message_instead",
    "left_informed",
    "self_service",
    "left_menu",
    "in_progress",
]
"""What came of a contact. Every contact has exactly one; the first four are offered ones, and so is the fifth after a
queue."""

Unit = Literal["count", "share", "seconds"]

Of = TypeVar("Of")
"""What a figure is made of."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A call, or an entry at a desk. Seconds; None where the contact has no such thing.

    wait_s: from the first queue to the officer's pick-up. talk_s: from there to the end of the conversation; None
    while it lasts, and when its end isn't known since the exchange was killed. handed_over: an officer sent the caller
    on to another desk. direct: it is answered at the first desk asked for, and came to no other. queued: it was at
    some desk. imported: another system noted it down.
    """

    result: Result
    wait_s: float | None = None
    talk_s: float | None = None
    handed_over: bool = False
    direct: bool = False
    queued: bool = False
    imported: bool = False


@dataclass(frozen=True, slots=True)
class Figure(Generic[Of]):
    """One figure: what it is called, how it is made, and the making itself (None: its denominator is 0)."""

    key: str
    title: str
    unit: Unit
    formula: str
    denominator: str
    source: str
    value: Callable[[Of], float | None]


TARGET_S = 20.0
"""Seconds within which the default service level wants an answer."""

_LEGS = "the exchange's lines for each call: queue, connect, leave, end"
_ANSWERED: tuple[Result, ...] = ("answered",)
_OFFERED: tuple[Result, ...] = ("answered", "abandoned", "short_abandoned", "failed")
_JOURNAL = f"{_LEGS}; the engine's journal"


def figures(target_s: float = TARGET_S) -> list[Figure[list[Contact]]]:
    """All figures, in the order in which they are printed. target_s: the service level's threshold."""

    def unknown(contact: Contact) -> bool:
        return contact.result == "answered" and contact.wait_s is None

    def in_time(contacts: list[Contact]) -> list[Contact]:
        return [c for c in contacts if c.result == "answered" and c.wait_s is not None and c.wait_s <= target_s]

    return [
        Figure(
            "offered",
            "Offered",
            "count",
            "answered + abandoned + short + failed + message instead of waiting on (not: still waiting, left informed, "
            "left in the menu, self-service, a message without a queue)",
            "",
            _JOURNAL,
            lambda contacts: float(len(_offered(contacts))),
        ),
        _count("answered", "Answered", _ANSWERED, "an officer picked up, also when the conversation still goes on"),
        _count("abandoned", "Abandoned", ("abandoned",), "the caller left the queue after more than 5 s"),
        _count("short_abandoned", "Short", ("short_abandoned",), "the caller left the queue within 5 s"),
        _count(
            "failed",
            "Failed",
            ("failed",),
            "nobody picked up in time, nobody was there, the queue was full, the exchange or the flow failed",
        ),
        _count(
            "message_instead",
            "Message",
            ("message_instead",),
            "nobody picked up, and the caller left a voicemail or took an SMS, before or after a queue",
        ),
        _count(
            "left_informed",
            "Informed",
            ("left_informed",),
            "the caller heard a notice to the end, or took its details, and left without asking for a desk",
        ),
        Figure(
            "answer_rate",
            "Answer rate",
            "share",
            "answered ÷ offered",
            "offered, short abandons among them",
            _LEGS,
            lambda contacts: _ratio(_with(contacts, _ANSWERED), _offered(contacts)),
        ),
        Figure(
            "service_level",
            f"Within {target_s:g} s",
            "share",
            f"answered within {target_s:g} s of the first queue ÷ offered",
            "offered, short abandons among them, but no answered call whose wait isn't known (imported)",
            _LEGS,
            lambda contacts: _ratio(in_time(contacts), [c for c in _offered(contacts) if not unknown(c)]),
        ),
        Figure(
            "direct_handling",
            "Direct",
            "share",
            "ended at the first desk without a hand-over ÷ answered (still talking there counts)",
            "answered",
            _LEGS,
            lambda contacts: _ratio([c for c in contacts if c.direct], _with(contacts, _ANSWERED)),
        ),
        Figure(
            "transfer_rate",
            "Handed over",
            "share",
            "handed over from desk to desk at least once ÷ answered",
            "answered",
            f"{_LEGS}, handover",
            lambda contacts: _ratio([c for c in contacts if c.handed_over], _with(contacts, _ANSWERED)),
        ),
        Figure(
            "asa_s",
            "ASA",
            "seconds",
            "waiting time of the answered, first queue to pick-up ÷ answered",
            "answered",
            _LEGS,
            lambda contacts: _mean(c.wait_s for c in contacts if c.result == "answered"),
        ),
        Figure(
            "talk_s",
            "Avg talk",
            "seconds",
            "talking time, pick-up to the end of the conversation ÷ conversations ended",
            "answered whose conversation has a known end",
            _LEGS,
            lambda contacts: _mean(c.talk_s for c in contacts if c.result == "answered"),
        ),
    ]


def _count(key: str, title: str, results: tuple[Result, ...], formula: str) -> Figure[list[Contact]]:
    return Figure(key, title, "count", formula, "", _JOURNAL, lambda contacts: float(len(_with(contacts, results))))


def _with(contacts: list[Contact], results: tuple[Result, ...]) -> list[Contact]:
    return [c for c in contacts if c.result in results]


def _offered(contacts: list[Contact]) -> list[Contact]:
    return [c for c in contacts if c.result in _OFFERED or (c.result == "message_instead" and c.queued)]


def _ratio(part: list[Contact], whole: list[Contact]) -> float | None:
    return len(part) / len(whole) if whole else None


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
