"""Whether an office's messages fit its sender, before one goes out: with the longest values that are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from callback.sender import Size
from callback.text import render
from ivr.errors import Problem
from ivr.language.messages import EVENTS, Message
from ivr.language.office import Office

LONGEST = {"receipt": "9" * 20, "deadline": "2026-12-31", "open": "9999", "due": "9999", "overdue": "9999"}
"""Variables that are as long in every office."""


def check(office: Office, measure: Callable[[str], Size]) -> list[Problem]:
    """What doesn't fit the sender that measures so: too long, or with characters it can't send.

    A bulk's variables come with its file, and its own dry run measures them; here they count as empty.
    """
    return [problem for message in office.messages.values() for problem in _problems(office, message, measure)]


def _problems(office: Office, message: Message, measure: Callable[[str], Size]) -> Iterator[Problem]:
    for language, wording in message.wordings.items():
        known = _longest(office, language) if message.name in EVENTS else {}
        values = {name: known.get(name, "") for name in wording.template.variables}
        for problem in measure(render(message, values, language)).problems:
            yield wording.problem(f"“{message.name}”: {problem}", "shorten it, or use other characters")


def _longest(office: Office, language: str) -> dict[str, str]:
    """The longest value of each variable that the product fills in."""
    words = office.cases.words.get(language)
    types = words.types.values() if words else ()
    statuses = words.statuses.values() if words else ()
    return LONGEST | {
        "type": max(types, key=len, default=""),
        "status": max(statuses, key=len, default=""),
        "remedy": words.remedy if words else "",
        "desk": max((desk.name for desk in office.desks.desks.values()), key=len, default=""),
    }
