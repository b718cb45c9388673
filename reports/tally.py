"""What figures are made of: counts, sums and maxima of contacts, which can be added up. Pure.

A period's tally is the sum of the tallies of its parts, to the last digit: everything is a whole number, times are in
milliseconds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, fields
from operator import add
from typing import Any

from reports.contact import Contact

EDGES_S = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600)
"""Upper edges (included) of the bands of waiting time; the last band has none."""

Bands = tuple[int, ...]
NONE: Bands = (0,) * (len(EDGES_S) + 1)


@dataclass(frozen=True, slots=True)
class Tally:
    """Contacts added up. The first eleven are the results, of which each contact has one; the bands count contacts
    by their waiting time, as far as it is known.

    queued: contacts that came to a queue and are not in progress. messages_queued: those of `message_instead` among
    them. answered_after, gave_up_after, unanswered_after: the answered, the (short) abandoned, and whoever else was in
    a queue, by waiting time.
    """

    answered: int = 0
    abandoned: int = 0
    short_abandoned: int = 0
    overflowed: int = 0
    failed: int = 0
    message_instead: int = 0
    left_informed: int = 0
    self_service: int = 0
    told_closed: int = 0
    left_menu: int = 0
    in_progress: int = 0
    queued: int = 0
    messages_queued: int = 0
    imported: int = 0
    handed_over: int = 0
    direct: int = 0
    talks: int = 0
    talk_ms: int = 0
    waits: int = 0
    wait_ms: int = 0
    longest_wait_ms: int = 0
    answered_after: Bands = NONE
    gave_up_after: Bands = NONE
    unanswered_after: Bands = NONE

    def __add__(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(*(_sum(name, getattr(self, name), getattr(other, name)) for name in NAMES))

    @classmethod
    def of(cls, contacts: Iterable[Contact]) -> Tally:
        """The tally of some contacts."""
        counts = dict.fromkeys(NAMES, 0)
        bands = {name: list(NONE) for name in BANDS}
        for contact in contacts:
            counts[contact.result] += 1
            counts["imported"] += contact.imported
            over = contact.queued and contact.result != "in_progress"
            counts["queued"] += over
            counts["messages_queued"] += over and contact.result == "message_instead"
            if contact.result == "answered":
                counts["handed_over"] += contact.handed_over
                counts["direct"] += contact.direct
                if contact.talk_s is not None:
                    counts["talks"] += 1
                    counts["talk_ms"] += _ms(contact.talk_s)
            if contact.wait_s is not None and contact.result != "in_progress":
                wait = _ms(contact.wait_s)
                counts["longest_wait_ms"] = max(counts["longest_wait_ms"], wait)
                bands[_KIND.get(contact.result, "unanswered_after")][band(wait)] += 1
                if contact.result == "answered":
                    counts["waits"] += 1
                    counts["wait_ms"] += wait
        return cls(**(counts | {name: tuple(of) for name, of in bands.items()}))  # type: ignore[arg-type]  # by name

    @property
    def contacts(self) -> int:
        """All of them: the sum of the results."""
        return sum(getattr(self, name) for name in NAMES[:11])

    @property
    def offered(self) -> int:
        """Those that a desk could have answered: no desk was asked for by the others, or they still wait."""
        lost = self.abandoned + self.short_abandoned + self.overflowed + self.failed
        return self.answered + lost + self.messages_queued

    def within(self, target_s: float) -> int:
        """The answered that waited so long at most. Raises ValueError unless it is one of EDGES_S."""
        return sum(self.answered_after[: place(target_s)])


NAMES = tuple(field.name for field in fields(Tally))
MAXIMA = frozenset({"longest_wait_ms"})
BANDS = ("answered_after", "gave_up_after", "unanswered_after")
_KIND = {"answered": "answered_after", "abandoned": "gave_up_after", "short_abandoned": "gave_up_after"}


def band(wait_ms: int) -> int:
    """Which band a waiting time is in."""
    return bisect_left(_EDGES_MS, wait_ms)


def place(target_s: float) -> int:
    """How many bands lie within a target. Raises ValueError unless it is one of EDGES_S."""
    if target_s not in EDGES_S:
        raise ValueError(f"{target_s:g} s is no edge of a band: {', '.join(map(str, EDGES_S))}")
    return EDGES_S.index(int(target_s)) + 1


_EDGES_MS = tuple(edge * 1000 for edge in EDGES_S)


def _sum(name: str, one: Any, two: Any) -> Any:
    if name in MAXIMA:
        return max(one, two)
    return tuple(map(add, one, two)) if name in BANDS else one + two


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
