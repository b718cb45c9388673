"""What was to be heard beside what is heard: which items of an expectation are right still, and what takes the place of
the others."""

from __future__ import annotations

from collections.abc import Sequence

from ivr.telephony.hearing import Said, ends

Placed = tuple[int | None, list[str] | None]
"""An item by its number (None: there was none) and the words that take its place (None: it is right and stays; none:
it goes)."""

_Cost = tuple[int, int]
"""Items that are lost; items and prompts that have no counterpart."""


def align(items: Sequence[str], said: Sequence[Said]) -> list[Placed]:
    """The items in order, with what is heard between them: as many as can be stay as they are. One that is wrong is
    taken for the prompt that stands in its place.
    """
    best: dict[tuple[int, int], tuple[_Cost, Placed, tuple[int, int]]] = {}
    for item in range(len(items), -1, -1):
        for prompt in range(len(said), -1, -1):
            if (item, prompt) != (len(items), len(said)):
                best[item, prompt] = min(_choices(items, said, item, prompt, best), key=lambda choice: choice[0])
    placed = []
    at = (0, 0)
    while at in best:
        _, one, at = best[at]
        placed.append(one)
    return placed


def _choices(
    items: Sequence[str],
    said: Sequence[Said],
    item: int,
    prompt: int,
    best: dict[tuple[int, int], tuple[_Cost, Placed, tuple[int, int]]],
) -> list[tuple[_Cost, Placed, tuple[int, int]]]:
    """What can be made of an item and a prompt, with the cost of the rest; of equal ones the first is best."""
    ways: list[tuple[int, int, Placed, tuple[int, int]]] = []
    if item < len(items):
        kept = sorted(ends(items[item], said, prompt))
        ways += [(0, 0, (item, None), (item + 1, end)) for end in kept if end > prompt or items[item]]
        if prompt < len(said):
            ways.append((1, 0, (item, [said[prompt].words]), (item + 1, prompt + 1)))
        ways.append((1, 1, (item, []), (item + 1, prompt)))
    if prompt < len(said):
        ways.append((0, 1, (None, [said[prompt].words]), (item, prompt + 1)))
    costs = {to: best[to][0] if to in best else (0, 0) for *_, to in ways}
    return [((costs[to][0] + lost, costs[to][1] + alone), placed, to) for lost, alone, placed, to in ways]
