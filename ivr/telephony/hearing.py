"""What is heard against what was to be heard: texts, prompts' ids, and “…” for anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ANYTHING = "…"


@dataclass(frozen=True, slots=True)
class Said:
    """One prompt as it was heard: its id and its words."""

    id: str
    words: str


@dataclass(frozen=True, slots=True)
class Misheard:
    """Where the two part: at item `item` (past the last one: something more is heard), from prompt `prompt` on."""

    item: int
    prompt: int


def compare(items: Sequence[str], said: Sequence[Said]) -> Misheard | None:
    """Whether the items, in order, are exactly what was said; else where they part.

    An item is a prompt's id, or a text that stands for one prompt or several; “…” within it stands for any words,
    by itself for any prompts or none.
    """
    reached = {0}
    for index, item in enumerate(items):
        following = {end for start in reached for end in ends(item, said, start)}
        if not following:
            return Misheard(index, min(reached))
        reached = following
    return None if len(said) in reached else Misheard(len(items), max(reached))


def fits(pattern: str, text: str) -> bool:
    """Whether `text` is `pattern`, whose “…” stand for anything; spaces count once."""
    first, *rest = (" ".join(piece.split()) for piece in pattern.split(ANYTHING))
    text = " ".join(text.split())
    if not rest:
        return text == first
    *middle, last = rest
    if not text.startswith(first):
        return False
    at = len(first)
    for piece in middle:
        found = text.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return text.endswith(last) and len(text) - len(last) >= at


def ends(item: str, said: Sequence[Said], start: int) -> set[int]:
    """After which prompts `item` can be over when it begins at prompt `start`."""
    if item.strip() == ANYTHING:
        return set(range(start, len(said) + 1))
    found = {start + 1} if start < len(said) and said[start].id == item else set()
    words = ""
    for end in range(start + 1, len(said) + 1):
        words = f"{words} {said[end - 1].words}"
        if fits(item, words):
            found.add(end)
        elif ANYTHING not in item and len(words) > 2 * len(item) + 2:
            break
    return found
