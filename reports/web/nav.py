"""The way around: which pages a role is shown."""

from __future__ import annotations

from dataclasses import dataclass

from reports.people import Person, Right
from reports.web.visit import Visit

_ENTRIES: tuple[tuple[str, Right], ...] = (
    ("today", "today"),
    ("reports", "reports"),
    ("calls", "calls"),
    ("messages", "messages"),
    ("cases", "cases"),
    ("notices", "notices"),
    ("flows", "flows"),
    ("exports", "export"),
    ("people", "people"),
    ("audit", "audit"),
)
"""Each entry's path and word, and the right it needs."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A page to go to. here: it is the one shown, or one above it."""

    path: str
    title: str
    here: bool


def entries(visit: Visit) -> list[Entry]:
    """The pages that a visitor may see; none while he must change his password first."""
    if visit.person.once:
        return []
    first = visit.path.split("/")[1]  # /case/20261234 is one of /cases
    return [
        Entry(f"/{name}", visit.t(f"nav.{name}"), name in (first, f"{first}s"))
        for name, right in _ENTRIES
        if visit.may(right)
    ]


def home(person: Person) -> str:
    """The page that somebody comes to first."""
    return next((f"/{name}" for name, right in _ENTRIES if person.may(right)), "/password")
